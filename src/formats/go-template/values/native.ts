import type { Natives, ParameterType } from './function.ts';
import { GoTime } from './time.ts';
import { Dict, Int, type Value } from './value.ts';

type Reader<Type extends ParameterType> = (value: Value) => Natives[Type] | undefined;

const integer =
  (type: string) =>
  (value: Value): bigint | undefined =>
    value instanceof Int && value.type === type ? value.value : undefined;

const READERS: { readonly [Type in ParameterType]: Reader<Type> } = {
  'interface {}': (value) => value,
  string: (value) => (typeof value === 'string' ? value : undefined),
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  float64: (value) => (typeof value === 'number' ? value : undefined),
  int: (value) => (value instanceof Int && value.type === 'int' ? Number(value.value) : undefined),
  int64: integer('int64'),
  'time.Duration': integer('time.Duration'),
  'time.Time': (value) => (value instanceof GoTime ? value : undefined),
  'map[string]interface {}'(value) {
    // Go's nil map has no entries.
    if (value === null) return new Dict(new Map());
    return value instanceof Dict && value.itemType === 'interface {}' ? value : undefined;
  },
};

/** What a function of such a parameter is handed; undefined where Go would not assign the value. */
export function toNative(value: Value, type: ParameterType): Natives[ParameterType] | undefined {
  return READERS[type](value);
}
