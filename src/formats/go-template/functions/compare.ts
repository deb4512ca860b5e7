/** Go's comparisons: of one kind only, but for integers with and without a sign. */
import { compareText } from '../../../metric/text.ts';
import { CallError } from '../errors.ts';
import { valueText } from '../format/value-text.ts';
import { variadic, fn, type GoFunction } from '../values/function.ts';
import { GoTime } from '../values/time.ts';
import { Dict, Int, List, typeName, type Value } from '../values/value.ts';

type Kind = 'bool' | 'string' | 'float' | 'int' | 'other' | 'nil';

function basicKind(value: Value): Kind {
  if (value === null) return 'nil';
  if (value instanceof Int) return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'other';
}

/** Throws `CallError` for values of different kinds. Nothing is equal to nil but nil. */
function equal(a: Value, b: Value): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  if (kind === 'nil' || other === 'nil') return kind === other;
  if (kind !== other) throw incompatible(a, b);
  if (a instanceof Int && b instanceof Int) return a.value === b.value;
  if (kind !== 'other') return a === b;
  if (b instanceof List || b instanceof Dict) throw new CallError(`non-comparable type ${valueText(b)}: ${typeName(b)}`);
  return a instanceof GoTime && b instanceof GoTime ? a.nanoseconds === b.nanoseconds && a.zone.name === b.zone.name : a === b;
}

/** Throws `CallError` for values of different kinds, and of those that have no order. */
function less(a: Value, b: Value): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  if ([kind, other].some((one) => one === 'nil' || one === 'other')) throw new CallError('invalid type for comparison');
  if (kind !== other) throw incompatible(a, b);
  if (a instanceof Int && b instanceof Int) return a.value < b.value;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b) < 0;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  throw new CallError('invalid type for comparison');
}

function lessOrEqual(a: Value, b: Value): boolean {
  return less(a, b) || equal(a, b);
}

function incompatible(a: Value, b: Value): CallError {
  return new CallError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

const ANY = 'interface {}';

/** As Go has them, so that `gt` is the opposite of `le`, also for NaN. */
export const comparisons: Readonly<Record<string, GoFunction>> = {
  eq: variadic([ANY], ANY, (first, ...others) => {
    if (others.length === 0) throw new CallError('missing argument for comparison');
    return others.some((other) => equal(first, other));
  }),
  ne: fn([ANY, ANY], (a, b) => !equal(a, b)),
  lt: fn([ANY, ANY], less),
  le: fn([ANY, ANY], lessOrEqual),
  gt: fn([ANY, ANY], (a, b) => !lessOrEqual(a, b)),
  ge: fn([ANY, ANY], (a, b) => !less(a, b)),
};
