/** Sprig's functions about the types of values. */
import { expectWalkable } from '../limits.ts';
import { fn, type GoFunction } from '../values/function.ts';
import { Dict, Int, kindOf, List, typeName, type Value } from '../values/value.ts';

const ANY = 'interface {}';

/** Go's `reflect.DeepEqual`: of one type, and equal in all they hold. Throws `CallError` for what holds too much to walk through. */
export function isEqual(a: Value, b: Value): boolean {
  if (typeName(a) !== typeName(b)) return false;
  if (a instanceof Int && b instanceof Int) return a.value === b.value;
  if (!(a instanceof List || a instanceof Dict)) return a === b;
  expectWalkable(a);
  return isSameCollection(a, b);
}

function isSameCollection(a: Value, b: Value): boolean {
  if (a instanceof List && b instanceof List) {
    return a.items.length === b.items.length && a.items.every((item, index) => isEqual(item, b.items[index]));
  }
  if (!(a instanceof Dict && b instanceof Dict) || a.entries.size !== b.entries.size) return false;
  return [...a.entries].every(([key, item]) => b.entries.has(key) && isEqual(item, b.entries.get(key) ?? null));
}

export const reflection: Readonly<Record<string, GoFunction>> = {
  deepEqual: fn([ANY, ANY], isEqual),
  kindIs: fn(['string', ANY], (kind, value) => kindOf(value) === kind),
  kindOf: fn([ANY], kindOf),
  typeIs: fn(['string', ANY], (type, value) => typeName(value) === type),
  typeIsLike: fn(['string', ANY], (type, value) => typeName(value) === type || typeName(value) === `*${type}`),
  typeOf: fn([ANY], typeName),
};
