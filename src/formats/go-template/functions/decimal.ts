/** Arithmetic on the decimals that floats are written as, which Sprig's `addf` and its like do (by `decimal`): 0.1 and 0.2 make 0.3. */
import { floatText } from '../../../metric/number-text.ts';
import { CallError } from '../errors.ts';

/** Decimals of a quotient. */
const DIVISION_DECIMALS = 16;

/** `digits` divided by ten to the `decimals`. */
export interface Decimal {
  readonly digits: bigint;
  readonly decimals: number;
}

/** Throws `CallError` for what is no number. */
export function toDecimal(value: number): Decimal {
  if (!Number.isFinite(value)) throw new CallError(`Cannot create a Decimal from ${value}`);
  const [whole, fraction = ''] = floatText(value).split('.');
  return { digits: BigInt(whole + fraction), decimals: fraction.length };
}

export function toFloat({ digits, decimals }: Decimal): number {
  return Number(`${digits}e${-decimals}`);
}

export function add(a: Decimal, b: Decimal): Decimal {
  const decimals = Math.max(a.decimals, b.decimals);
  return { digits: scaled(a, decimals) + scaled(b, decimals), decimals };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { ...b, digits: -b.digits });
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, decimals: a.decimals + b.decimals };
}

/** Rounded to 16 decimals, halves away from zero. Throws `CallError` for a division by zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw new CallError('decimal division by 0');
  const shift = DIVISION_DECIMALS + b.decimals - a.decimals;
  const numerator = shift > 0 ? a.digits * 10n ** BigInt(shift) : a.digits;
  const denominator = shift < 0 ? b.digits * 10n ** BigInt(-shift) : b.digits;
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const isUp = 2n * absolute(rest) >= absolute(denominator);
  const isNegative = numerator < 0n !== denominator < 0n;
  return { digits: isUp ? quotient + (isNegative ? -1n : 1n) : quotient, decimals: DIVISION_DECIMALS };
}

function scaled({ digits, decimals }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - decimals);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
