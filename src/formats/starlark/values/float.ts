import { goFloatText } from '../../../metric/go-float.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import { EvalError } from '../errors.ts';
import { Thing, type Comparison, type Integer, type UnaryOperator } from './value.ts';
import { threeWay } from './three-way.ts';

/** A float: a box, since JavaScript's 1.0 is 1. */
export class Float extends Thing {
  readonly value: number;

  constructor(value: number) {
    super();
    this.value = value;
  }

  override get type(): string {
    return 'float';
  }

  override repr(): string {
    return floatText(this.value);
  }

  override get truth(): boolean {
    return this.value !== 0;
  }

  /** Equal ints and floats are one key. */
  override hashKey(): number | bigint {
    return Number.isInteger(this.value) ? truncate(this.value) : this.value;
  }

  override compare(op: Comparison, other: Float): boolean {
    return threeWay(op, compareFloats(this.value, other.value));
  }

  override unary(op: UnaryOperator): Float | undefined {
    if (op === '-') return new Float(-this.value);
    return op === '+' ? this : undefined;
  }
}

/** Floats are in one order: NaN is equal to itself and above all others. */
export function compareFloats(x: number, y: number): number {
  if (x < y) return -1;
  if (x > y) return 1;
  if (x === y) return 0;
  return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
}

/** An int against a float, exactly. */
export function compareIntegerWithFloat(x: Integer, y: number): number {
  if (x < y || Number.isNaN(y)) return -1;
  return x > y ? 1 : 0;
}

/** As `str` writes a float: the shortest text that reads back the same, and never that of an int. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? '+inf' : '-inf';
  const text = goFloatText(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A finite float without its fraction, exactly. */
export function truncate(value: number): Integer {
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
}

/** The double nearest to an int. Throws where there is none. */
export function toDouble(value: Integer): number {
  const double = Number(value);
  if (!Number.isFinite(double)) throw new EvalError('int too large to convert to float');
  return double;
}

/** No calculation needs more bits; without a bound a short script could fill the memory with one number. */
const MAX_INTEGER = 1n << 65_536n;

/** A result as an int of this interpreter. */
export function toInteger(value: bigint): Integer {
  if (value > MAX_INTEGER || value < -MAX_INTEGER) throw new EvalError('int has more than 65536 bits');
  return safeInteger(value);
}
