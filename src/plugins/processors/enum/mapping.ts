import { goFloatText } from '../../../metric/go-float.ts';
import { Kind } from '../../../metric/kind.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import type { Matcher } from '../../../pipeline/glob.ts';
import type { TypedValue } from '../../shared/field-literal.ts';

/** What a value becomes; `none` where the option has something that no field can hold. */
export type Mapped = TypedValue | 'none';

/** One mapping as it is configured. `tag` and `field` are older spellings of lists with one entry. */
export interface MappingOptions {
  readonly tags: readonly string[];
  readonly tag: string;
  readonly fields: readonly string[];
  readonly field: string;
  readonly dest: string;
  readonly default?: Mapped | undefined;
  readonly value_mappings: Readonly<Record<string, Mapped>>;
}

export interface Mapping {
  readonly matchesTag: Matcher;
  readonly matchesField: Matcher;
  /** Where the result of a tag or field goes. */
  destination(key: string): string;
  /** What a value, as text, becomes; undefined: nothing. */
  lookUp(text: string): Mapped | undefined;
}

/** Compiles a mapping, the `index`th of the options. Throws `ConfigError` for a glob that can't be read. */
export function compileMapping(options: MappingOptions, index: number): Mapping {
  const { dest, default: fallback } = options;
  const byText = new Map(Object.entries(options.value_mappings));
  return {
    matchesTag: compileGlobOption(['mapping', index, 'tags'], withOlder(options.tags, options.tag)),
    matchesField: compileGlobOption(['mapping', index, 'fields'], withOlder(options.fields, options.field)),
    destination: (key) => (dest === '' ? key : dest),
    lookUp: (text) => byText.get(text) ?? fallback,
  };
}

function withOlder(list: readonly string[], one: string): readonly string[] {
  return one === '' ? list : [...list, one];
}

/** A mapped value as a tag, as Go prints it (`%v`): floats from 1e+06 on with an exponent. */
export function tagText({ kind, value }: TypedValue): string {
  return kind === Kind.Float ? goFloatText(value as number) : String(value);
}
