/** Numbers from texts and from each other. */
import { safeInteger } from '../../../metric/number-text.ts';
import { EvalError } from '../errors.ts';
import { Float, toDouble, toInteger, truncate } from '../values/float.ts';
import { spendLetters } from '../meter.ts';
import { isInteger, typeOf, type Integer, type Value } from '../values/value.ts';

const PREFIXES: Readonly<Record<string, number>> = { x: 16, o: 8, b: 2 };
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** `int(text, base)`; undefined for a text that is no such number. Base 0: as its prefix says. */
function parseInteger(text: string, base: number): Integer | undefined {
  const [, sign, prefix = '', rest] = /^([+-]?)(0[xXoObB](?=[^]))?([^]*)$/.exec(text) ?? ['', '', '', ''];
  const prefixBase = PREFIXES[prefix.slice(1).toLowerCase()];
  const isUsed = prefixBase !== undefined && (base === 0 || base === prefixBase);
  const digits = (isUsed ? rest : prefix + rest).toLowerCase();
  if (base === 0 && !isUsed && /^0./.test(digits)) return /^0+$/.test(digits) ? 0 : undefined;
  const ofBase = isUsed ? prefixBase : base || 10;
  const allowed = new Set(DIGITS.slice(0, ofBase));
  if (digits === '' || !Array.from(digits).every((digit) => allowed.has(digit))) return undefined;
  spendLetters(digits.length);
  const value = valueOf(digits, ofBase);
  return toInteger(sign === '-' ? -value : value);
}

function valueOf(digits: string, base: number): bigint {
  if (base === 10) return BigInt(digits);
  const small = Number.parseInt(digits, base);
  if (Number.isSafeInteger(small)) return BigInt(small);
  let value = 0n;
  for (const digit of digits) value = toBig(value * BigInt(base) + BigInt(DIGITS.indexOf(digit)));
  return value;
}

/** Checks the size on the way, so that no text of digits takes for ever. */
function toBig(value: bigint): bigint {
  return BigInt(toInteger(value));
}

/** `float(text)` */
function parseFloatText(text: string): Float {
  if (text === '') throw new EvalError('float: empty string');
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? ['', '', ''];
  if (word !== '') return new Float(word.toLowerCase() === 'nan' ? Number.NaN : Number(`${sign}Infinity`));
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw new EvalError(`invalid float literal: ${text}`);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new EvalError('floating-point number too large');
  return new Float(value);
}

/** A number as an int, a float without its fraction. */
export function numberToInteger(value: Value): Integer {
  if (isInteger(value)) return value;
  if (!(value instanceof Float)) throw new EvalError(`cannot convert ${typeOf(value)} to int`);
  if (Number.isNaN(value.value)) throw new EvalError('cannot convert float NaN to integer');
  if (!Number.isFinite(value.value)) throw new EvalError('cannot convert float infinity to integer');
  return truncate(value.value);
}

/** `int(x, base)` */
export function toInt(value: Value, base: Value | undefined): Integer {
  if (typeof value === 'string') {
    const radix = base === undefined ? 10 : radixOf(base);
    const parsed = parseInteger(value, radix);
    if (parsed === undefined) throw new EvalError(`int: invalid literal with base ${radix}: ${value}`);
    return parsed;
  }
  if (base !== undefined) throw new EvalError("int: can't convert non-string with explicit base");
  if (typeof value === 'boolean') return Number(value);
  try {
    return numberToInteger(value);
  } catch (error) {
    throw new EvalError(`int: ${(error as Error).message}`);
  }
}

function radixOf(base: Value): number {
  if (typeof base !== 'number') throw new EvalError(`int: for base, got ${typeOf(base)}, want int`);
  if (base !== 0 && (base < 2 || base > 36)) throw new EvalError('int: base must be an integer >= 2 && <= 36');
  return base;
}

/** `float(x)` */
export function toFloat(value: Value): Float {
  if (value instanceof Float) return value;
  if (typeof value === 'string') return parseFloatText(value);
  if (typeof value === 'boolean') return new Float(Number(value));
  if (isInteger(value)) return new Float(toDouble(value));
  throw new EvalError(`float got ${typeOf(value)}, want number or string`);
}

/** The absolute value of a number. */
export function absolute(value: Value): Value {
  if (value instanceof Float) return new Float(Math.abs(value.value));
  if (!isInteger(value)) throw new EvalError(`got ${typeOf(value)}, want int or float`);
  return value < 0 ? safeInteger(-BigInt(value)) : value;
}
