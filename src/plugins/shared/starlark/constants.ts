import type { FieldLiteral, ValueTree } from '../../../config/options.ts';
import { Dict } from '../../../formats/starlark/values/dict.ts';
import { Float } from '../../../formats/starlark/values/float.ts';
import { List } from '../../../formats/starlark/values/sequence.ts';
import type { Value } from '../../../formats/starlark/values/value.ts';
import { safeInteger } from '../../../metric/number-text.ts';

/** A value of the configuration as one of Starlark. */
export function toConstant(tree: ValueTree): Value {
  if (Array.isArray(tree)) return new List((tree as readonly ValueTree[]).map(toConstant));
  if (tree instanceof Map) return toDict(tree as ReadonlyMap<string, ValueTree>);
  const { value, isFloat } = tree as FieldLiteral;
  if (typeof value === 'bigint') return safeInteger(value);
  return typeof value === 'number' && isFloat ? new Float(value) : value;
}

function toDict(tree: ReadonlyMap<string, ValueTree>): Dict {
  return Dict.of([...tree].map(([key, value]) => [key, toConstant(value)] as const));
}
