/**
 * Numbers between digits and doubles. Reading digits is the dearest thing a bridge does to a value, so common numbers take
 * an exact short cut and all others go through `Number`.
 */
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Digits of a mantissa that a double holds whatever they are: 10^15 < 2^53. */
const EXACT_DIGITS = 15;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/**
 * The double nearest to the decimal text `source[from, to)`, already known to be a number. Up to 15 digits and 22 decimals,
 * mantissa and power of ten are both exact doubles, so one division rounds correctly (Clinger 1990, "fast path").
 */
export function readFloat(source: Buffer, from: number, to: number): number {
  let at = from;
  const negative = source[at] === MINUS;
  if (negative) at++;
  if (to - at > EXACT_DIGITS + 1) return Number(source.latin1Slice(from, to));
  let mantissa = 0;
  let decimals = 0;
  let step = 0;
  for (; at < to; at++) {
    const byte = source[at];
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      decimals += step;
    } else if (byte === POINT) {
      step = 1;
    } else {
      return Number(source.latin1Slice(from, to));
    }
  }
  const value = mantissa / POWERS_OF_TEN[decimals];
  return negative ? -value : value;
}

/** The integer `source[from, to)`, already known to be one: a number while safe, a bigint beyond. */
export function readInteger(source: Buffer, from: number, to: number): number | bigint {
  let at = from;
  const negative = source[at] === MINUS;
  if (negative) at++;
  if (to - at > EXACT_DIGITS) return safeInteger(BigInt(source.latin1Slice(from, to)));
  let value = 0;
  for (; at < to; at++) value = value * 10 + (source[at] - ZERO);
  return negative && value !== 0 ? -value : value;
}

/** The same integer as a number where that is exact, so that equal values have one form. */
export function safeInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The shortest decimal text of a finite double, never with an exponent, as Telegraf writes it (`1e21` is 22 digits, `-0` keeps its sign). */
export function floatText(value: number): string {
  const text = String(value);
  const e = text.indexOf('e');
  if (e === -1) return value === 0 && Object.is(value, -0) ? '-0' : text;
  const sign = text.startsWith('-') ? '-' : '';
  const [whole, fraction = ''] = text.slice(sign.length, e).split('.');
  const exponent = Number(text.slice(e + 1));
  const digits = whole + fraction;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return sign + digits.padEnd(exponent + 1, '0');
}
