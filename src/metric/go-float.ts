/**
 * A float as Go prints it with `%g` and `%v`, which is how Telegraf names buckets and quantiles: the shortest text that reads back
 * the same, with an exponent below 1e-4 and from 1e+06 on (strconv.FormatFloat with precision -1).
 */
export function goFloatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponent] = value.toExponential().split('e');
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(value);
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}e${sign}${exponent.slice(1).padStart(2, '0')}`;
}

/** Why a text is no float, in Go's words. */
export type FloatFailure = 'invalid syntax' | 'value out of range';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x(?=\.?[\da-f])([\da-f]*)(?:\.([\da-f]*))?p([+-]?\d+)$/i;
const MISPLACED_UNDERSCORE = /(?:[^\da-fx]|^)_|_(?:[^\da-f]|$)/i;

/** The float that Go's `strconv.ParseFloat` reads: decimal or hexadecimal (`0x1p-2`), with underscores between digits, infinities and NaN; no blanks around. */
export function parseGoFloat(text: string): number | FloatFailure {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  if (MISPLACED_UNDERSCORE.test(text)) return 'invalid syntax';
  const digits = text.replaceAll('_', '');
  const hexadecimal = HEXADECIMAL.exec(digits);
  if (hexadecimal === null && !DECIMAL.test(digits)) return 'invalid syntax';
  const number = hexadecimal === null ? Number(digits) : fromHexadecimal(hexadecimal);
  return Number.isFinite(number) ? number : 'value out of range';
}

function fromHexadecimal([, sign, whole, fraction = '', exponent]: RegExpExecArray): number {
  const mantissa = Number(`0x${whole}${fraction}`);
  if (mantissa === 0) return sign === '-' ? -0 : 0;
  // In two steps, since 2 ** -1074 is the smallest power there is, and the mantissa may make up for a smaller one.
  const power = Number(exponent) - 4 * fraction.length;
  const half = Math.trunc(power / 2);
  return (sign === '-' ? -1 : 1) * mantissa * 2 ** half * 2 ** (power - half);
}
