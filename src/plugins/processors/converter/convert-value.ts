/**
 * One value into another kind, as Telegraf's converter does it: numbers are rounded with halves away from zero and clamped,
 * texts may be `0x` hexadecimal, decimal or anything that Go's `strconv.ParseFloat` reads. Where Telegraf makes a wrong number
 * of what is none (integers from NaN) or wraps (`"9223372036854775808"` to the smallest int64), here it fails or is clamped.
 */
import { parseGoFloat } from '../../../metric/go-float.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import { failure, isFailure, type Failure } from './failure.ts';

export type Conversion = (kind: Kind, value: FieldValue) => FieldValue | Failure;

interface Bounds {
  readonly min: bigint;
  readonly max: bigint;
}

const INT64: Bounds = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT64: Bounds = { min: 0n, max: 2n ** 64n - 1n };

/** The spellings of Go's `strconv.ParseBool`. */
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

export const toInteger: Conversion = (kind, value) => integer(kind, value, INT64);
export const toUnsigned: Conversion = (kind, value) => integer(kind, value, UINT64);

export const toFloat: Conversion = (kind, value) => {
  if (kind !== Kind.String) return Number(value);
  const text = value as string;
  if (/^0x[\da-fA-F]+$/.test(text)) return Number(BigInt(text));
  return readFloat(text);
};

/** Numbers are true above zero, so -3 is false. */
export const toBoolean: Conversion = (kind, value) => {
  if (kind !== Kind.String) return Number(value) > 0;
  if (TRUE.has(value as string)) return true;
  return FALSE.has(value as string) ? false : failure(`strconv.ParseBool: parsing ${quote(value as string)}: invalid syntax`);
};

/** The float whose four bytes, the highest first, are the base64 of the text. */
export const fromBase64Float: Conversion = (kind, value) => {
  const bytes = kind === Kind.String ? Buffer.from(value as string, 'base64') : undefined;
  if (bytes === undefined || bytes.length !== 4 || bytes.toString('base64') !== value) return failure('not the base64 of four bytes');
  return bytes.readFloatBE();
};

function integer(kind: Kind, value: FieldValue, bounds: Bounds): FieldValue | Failure {
  switch (kind) {
    case Kind.Int:
    case Kind.Uint:
      return clamp(BigInt(value), bounds);
    case Kind.Float:
      return round(value as number, bounds);
    case Kind.Bool:
      return Number(value);
    case Kind.String:
      return parseIntegerText(value as string, bounds);
  }
}

function parseIntegerText(text: string, bounds: Bounds): FieldValue | Failure {
  if (/^0x[\da-fA-F]+$/.test(text) || /^[+-]?\d+$/.test(text)) return clamp(BigInt(text.replace(/^\+/, '')), bounds);
  const number = readFloat(text);
  return isFailure(number) ? number : round(number, bounds);
}

function round(value: number, bounds: Bounds): FieldValue | Failure {
  if (Number.isNaN(value)) return failure('NaN is no number');
  if (!Number.isFinite(value)) return safeInteger(value > 0 ? bounds.max : bounds.min);
  return clamp(BigInt(Math.sign(value) * Math.round(Math.abs(value))), bounds);
}

function clamp(value: bigint, { min, max }: Bounds): number | bigint {
  if (value < min) return safeInteger(min);
  return safeInteger(value > max ? max : value);
}

function readFloat(text: string): number | Failure {
  const number = parseGoFloat(text);
  return typeof number === 'number' ? number : failure(`strconv.ParseFloat: parsing ${quote(text)}: ${number}`);
}

/** Enough of a text to recognise it by. */
function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
