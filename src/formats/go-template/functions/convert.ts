/** Values into numbers and texts as Sprig does it (by `cast`): what can't be converted is 0. */
import { Int, type Value } from '../values/value.ts';
import { valueText } from '../format/value-text.ts';
import { readNumber } from '../syntax/literal.ts';

/** Go's conversion of a float that no int64 can hold, on amd64. */
const OVERFLOW = -(2n ** 63n);

/** An int64 of a number, a bool, or a text that is one, with a base in front (`0x1f`, `017`) or `.0` behind. */
export function toInt64(value: Value): bigint {
  if (value instanceof Int) return BigInt.asIntN(64, value.value);
  if (typeof value === 'number') return truncated(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'string' ? parseInt64(value) : 0n;
}

export function toFloat64(value: Value): number {
  if (value instanceof Int) return Number(value.value);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? parseFloat64(value) : 0;
}

/** Sprig's `strval`. */
export function toText(value: Value): string {
  return valueText(value);
}

function truncated(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : OVERFLOW;
}

function parseInt64(text: string): bigint {
  const number = readNumber(text.replace(/\.0+$/, ''));
  return number === undefined || number.isFloat || number.integer === undefined || number.integer >= 2n ** 63n ? 0n : number.integer;
}

function parseFloat64(text: string): number {
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  const number = Number(text);
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(number) ? number : 0;
}
