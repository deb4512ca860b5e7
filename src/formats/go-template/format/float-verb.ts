/**
 * Floats as Go's verbs `%e`, `%f` and `%g` print them: rounded from the exact value of the double, with halves to the even digit.
 * JavaScript's `toFixed` rounds halves up (`0.25` to `0.3`), and has an exponent from 1e21 on.
 */
import { goFloatText } from '../../../metric/go-float.ts';

/** The text, with its minus if it has one; undefined for a verb that is none for floats. */
export function floatVerb(value: number, letter: string, precision: number | undefined): string | undefined {
  const lower = letter.toLowerCase();
  if (!['e', 'f', 'g'].includes(lower)) return undefined;
  if (!Number.isFinite(value)) return goFloatText(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const text = sign + sized(Math.abs(value), lower, precision);
  return letter === 'E' || letter === 'G' ? text.toUpperCase() : text;
}

function sized(size: number, letter: string, precision: number | undefined): string {
  if (letter === 'f') return fixed(size, precision ?? 6);
  if (letter === 'g' && precision === undefined) return goFloatText(size);
  const { digits, exponent } = significant(size, letter === 'e' ? (precision ?? 6) + 1 : Math.max(precision ?? 6, 1));
  return letter === 'e' ? withExponent(digits, exponent) : general(digits, exponent);
}

function fixed(size: number, decimals: number): string {
  const digits = String(scaled(size, decimals)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** No zeros at the end; an exponent below 1e-4, and where the digits do not reach the point. */
function general(digits: string, exponent: number): string {
  const kept = digits.replace(/0+$/, '') || '0';
  if (exponent < -4 || exponent >= digits.length) return withExponent(kept, exponent);
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${kept}`;
  const whole = kept.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = kept.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function withExponent(digits: string, exponent: number): string {
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The first `count` digits of a size, and the power of ten of the first. */
function significant(size: number, count: number): { digits: string; exponent: number } {
  if (size === 0) return { digits: '0'.repeat(count), exponent: 0 };
  // The shortest text may be rounded up to the next power of ten, as 9.999999999999999e22 is.
  let exponent = Number(size.toExponential().split('e')[1]);
  if (String(scaled(size, count - 1 - exponent)).length < count) exponent--;
  const digits = String(scaled(size, count - 1 - exponent));
  return digits.length > count ? { digits: digits.slice(0, count), exponent: exponent + 1 } : { digits, exponent };
}

/** A size times a power of ten, rounded to a whole number. */
function scaled(size: number, decimals: number): bigint {
  const [mantissa, exponent] = parts(size);
  let numerator = mantissa * 10n ** BigInt(Math.max(decimals, 0));
  let denominator = 10n ** BigInt(Math.max(-decimals, 0));
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  const whole = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  return twice > denominator || (twice === denominator && whole % 2n === 1n) ? whole + 1n : whole;
}

const view = new DataView(new ArrayBuffer(8));

/** A double as a whole number and the power of two it is multiplied by (IEEE 754). */
function parts(size: number): [mantissa: bigint, exponent: number] {
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const exponent = Number(bits >> 52n) & 0x7ff;
  return exponent === 0 ? [fraction, -1074] : [fraction | (1n << 52n), exponent - 1075];
}
