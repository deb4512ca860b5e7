/** Numbers as Prometheus reads them: Go's decimal spellings, without hexadecimal and underscores. */
import { isDigit, MINUS, NEWLINE, OPEN, PLUS, POINT, SPACE, TAB, ZERO } from './bytes.ts';

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const MAX_EXACT = 2 ** 53;
const LOWER_E = 0x65;
/** Bit that makes an ASCII letter small. */
const SMALL = 0x20;

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;

/** Reads the number at a position; its fields are the answer, so that nothing is allocated. */
export class NumberScanner {
  value = 0;
  /** Where the number, or what stands in its place, ends. */
  end = 0;

  /**
   * Reads what stands between `from` and the next blank, line end or brace. False if it is no number or too large for one.
   *
   * Up to 2^53 and 22 decimals, mantissa and power of ten are both exact doubles, so one operation rounds correctly (Clinger 1990,
   * "fast path"); all others go through `Number`.
   */
  scan(source: Buffer, from: number): boolean {
    let at = from;
    const negative = source[at] === MINUS;
    if (negative) at++;
    let mantissa = 0;
    const wholeFrom = at;
    let byte = source[at];
    for (; isDigit(byte); byte = source[++at]) mantissa = mantissa * 10 + (byte - ZERO);
    let digits = at - wholeFrom;
    let exponent = 0;
    if (byte === POINT) {
      const fractionFrom = at + 1;
      for (byte = source[++at]; isDigit(byte); byte = source[++at]) mantissa = mantissa * 10 + (byte - ZERO);
      exponent = fractionFrom - at;
      digits -= exponent;
    }
    if ((byte | SMALL) === LOWER_E && digits > 0) {
      at = this.#exponentEnd(source, at + 1);
      exponent += this.#exponent;
      byte = source[at];
    }
    if (!isEnd(byte) || digits === 0 || mantissa >= MAX_EXACT || exponent > 22 || exponent < -22) return this.#scanOdd(source, from);
    this.end = at;
    const value = exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
    this.value = negative ? -value : value;
    return true;
  }

  #exponent = 0;

  /** Reads the exponent at `at`, and returns where it ends; without digits that is a place where no number can end. */
  #exponentEnd(source: Buffer, at: number): number {
    const sign = source[at];
    if (sign === MINUS || sign === PLUS) at++;
    const from = at;
    let exponent = 0;
    for (; isDigit(source[at]) && at - from < 4; at++) exponent = exponent * 10 + (source[at] - ZERO);
    this.#exponent = sign === MINUS ? -exponent : exponent;
    return at === from ? from - 1 : at;
  }

  /** The spellings that are rare: many digits, large exponents, a plus sign, infinities, NaN. */
  #scanOdd(source: Buffer, from: number): boolean {
    let end = from;
    while (end < source.length && !isEnd(source[end])) end++;
    this.end = end;
    const text = source.latin1Slice(from, end);
    if (DECIMAL.test(text)) {
      this.value = Number(text);
      return Number.isFinite(this.value);
    }
    if (INFINITE.test(text)) {
      this.value = source[from] === MINUS ? -Infinity : Infinity;
      return true;
    }
    this.value = NaN;
    return text.toLowerCase() === 'nan';
  }
}

function isEnd(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === TAB || byte === OPEN;
}
