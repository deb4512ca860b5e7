import type { Shape } from '../../../metric/shape.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';

/** What a rule asks for: all of it must be so. An empty list or table asks for nothing. */
export interface RuleOptions {
  readonly name: readonly string[];
  readonly tags: Readonly<Record<string, readonly string[]>>;
  readonly fields: readonly string[];
  readonly action: 'pass' | 'drop';
}

export interface Rule {
  readonly action: 'pass' | 'drop';
  readonly fits: (shape: Shape) => boolean;
}

/** The rule with its globs compiled. Throws `ConfigError`, at the option, for one that can't be read; `index` is the rule's place. */
export function compileRule({ name, tags, fields, action }: RuleOptions, index: number): Rule {
  const globs = (patterns: readonly string[], ...option: readonly string[]) => compileGlobOption(['rule', index, ...option], patterns);
  const nameFits = globs(name, 'name');
  const fieldFits = globs(fields, 'fields');
  const tagRules = Object.entries(tags).map(([key, patterns]) => ({ key, fits: globs(patterns, 'tags', key) }));
  return {
    action,
    fits({ series, fields: present }) {
      if (name.length > 0 && !nameFits(series.measurement)) return false;
      if (fields.length > 0 && !present.some(({ key }) => fieldFits(key.name))) return false;
      return tagRules.every(({ key, fits }) => {
        const value = series.tag(key);
        return value !== undefined && fits(value);
      });
    },
  };
}
