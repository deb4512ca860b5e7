import { EvalError } from '../errors.ts';
import { compareFloats, Float, toDouble, toInteger } from '../values/float.ts';
import type { BinaryOperator, Integer, Value } from '../values/value.ts';

/** `x op y` for two numbers; undefined where there is no such operation on them. */
export function arithmetic(op: BinaryOperator, x: Integer | Float, y: Integer | Float): Value | undefined {
  if (!(x instanceof Float) && !(y instanceof Float)) return integers(op, x, y);
  return floats(op, x instanceof Float ? x.value : toDouble(x), y instanceof Float ? y.value : toDouble(y));
}

function floats(op: BinaryOperator, x: number, y: number): Float | undefined {
  switch (op) {
    case '+':
      return new Float(x + y);
    case '-':
      return new Float(x - y);
    case '*':
      return new Float(x * y);
    case '/':
      return new Float(x / nonZero(y, 'floating-point division'));
    case '//':
      return new Float(Math.floor(x / nonZero(y, 'floored division')));
    case '%':
      return new Float(floatRemainder(x, nonZero(y, 'floating-point modulo')));
    default:
      return undefined;
  }
}

/** With the sign of `y`. */
function floatRemainder(x: number, y: number): number {
  const remainder = x % y;
  return x < 0 !== y < 0 && remainder !== 0 ? remainder + y : remainder;
}

function nonZero<Number extends Integer>(divisor: Number, what: string): Number {
  if (compareFloats(Number(divisor), 0) === 0) throw new EvalError(`${what} by zero`);
  return divisor;
}

function integers(op: BinaryOperator, x: Integer, y: Integer): Value | undefined {
  switch (op) {
    case '/':
      return new Float(toDouble(x) / nonZero(toDouble(y), 'floating-point division'));
    case '<<':
    case '>>':
      return shift(op, x, y);
    default:
      return typeof x === 'number' && typeof y === 'number' ? small(op, x, y) : big(op, BigInt(x), BigInt(y));
  }
}

/** Adding 0 makes 0 of -0, which is no int. */
function small(op: BinaryOperator, x: number, y: number): Integer | undefined {
  switch (op) {
    case '+':
      return Number.isSafeInteger(x + y) ? x + y + 0 : big(op, BigInt(x), BigInt(y));
    case '-':
      return Number.isSafeInteger(x - y) ? x - y + 0 : big(op, BigInt(x), BigInt(y));
    case '*':
      return Number.isSafeInteger(x * y) ? x * y + 0 : big(op, BigInt(x), BigInt(y));
    case '//':
      return floorQuotient(x, nonZero(y, 'floored division'));
    case '%':
      return floorRemainder(x, nonZero(y, 'integer modulo'));
    default:
      // JavaScript's own work on 32 bits.
      return (x | 0) === x && (y | 0) === y ? bits(op, x, y) : big(op, BigInt(x), BigInt(y));
  }
}

/** Exact: without the remainder that is cut off, the division has none. */
function floorQuotient(x: number, y: number): number {
  const remainder = x % y;
  const quotient = (x - remainder) / y;
  return (remainder !== 0 && remainder < 0 !== y < 0 ? quotient - 1 : quotient) + 0;
}

function floorRemainder(x: number, y: number): number {
  const remainder = x % y;
  return (remainder !== 0 && remainder < 0 !== y < 0 ? remainder + y : remainder) + 0;
}

function bits(op: BinaryOperator, x: number, y: number): number | undefined {
  if (op === '&') return x & y;
  if (op === '|') return x | y;
  return op === '^' ? x ^ y : undefined;
}

function big(op: BinaryOperator, x: bigint, y: bigint): Integer | undefined {
  switch (op) {
    case '+':
      return toInteger(x + y);
    case '-':
      return toInteger(x - y);
    case '*':
      return toInteger(x * y);
    case '//':
      return toInteger((x - bigRemainder(x, nonZero(y, 'floored division'))) / y);
    case '%':
      return toInteger(bigRemainder(x, nonZero(y, 'integer modulo')));
    case '&':
      return toInteger(x & y);
    case '|':
      return toInteger(x | y);
    case '^':
      return toInteger(x ^ y);
    default:
      return undefined;
  }
}

function bigRemainder(x: bigint, y: bigint): bigint {
  const remainder = x % y;
  return remainder !== 0n && remainder < 0n !== y < 0n ? remainder + y : remainder;
}

/** Further than any int of use. */
const MAX_SHIFT = 512;

function shift(op: '<<' | '>>', x: Integer, count: Integer): Integer {
  if (count < 0) throw new EvalError(`negative shift count: ${count}`);
  if (op === '>>') return toInteger(BigInt(x) >> BigInt(count));
  if (count >= MAX_SHIFT) throw new EvalError(`shift count too large: ${count}`);
  return toInteger(BigInt(x) << BigInt(count));
}
