/** Indexes of sequences, and the places that they mean. */
import { EvalError } from '../errors.ts';
import { typeOf, type Value } from './value.ts';

/** An int as an index. `what` begins the message where it is none. */
export function toIndex(value: Value, what = ''): number {
  if (typeof value === 'number' && Math.abs(value) < 2 ** 31) return value;
  const reason = typeof value === 'number' || typeof value === 'bigint' ? `${value} out of range` : `got ${typeOf(value)}, want int`;
  throw new EvalError(what + reason);
}

/** The place that an index stands for; negative ones count from the end. */
export function placeOf(index: number, size: number, type: string): number {
  const place = index < 0 ? index + size : index;
  if (place >= 0 && place < size) return place;
  if (size === 0) throw new EvalError(`index ${index} out of range: empty ${type}`);
  throw new EvalError(`${type} index ${index} out of range [${-size}:${size - 1}]`);
}

/** The part of a sequence that two optional indexes mean, both within it. The start may lie behind the end. */
export function span(low: Value, high: Value, size: number): [start: number, end: number] {
  const clamp = (place: number): number => Math.min(Math.max(place, 0), size);
  return [clamp(bound(low, size, 0, 'start')), clamp(bound(high, size, size, 'end'))];
}

/** The place that an optional index means; it may lie outside. `what` begins the message where it is none. */
export function bound(value: Value, size: number, fallback: number, what: string): number {
  if (value === null) return fallback;
  const index = toIndex(value, `invalid ${what} index: `);
  return index < 0 ? index + size : index;
}
