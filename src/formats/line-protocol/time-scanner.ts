import { isInRange } from '../../metric/time.ts';
import { isBlank, isDigit, MINUS, NEWLINE, RETURN, ZERO } from './bytes.ts';

/** The unit of the times in a body. */
export type Precision = 'ns' | 'us' | 'ms' | 's' | 'm' | 'h';

export interface TimeOptions {
  readonly precision: Precision;
  /** The time of lines that have none; cut down to the precision. */
  readonly now: { readonly ms: number; readonly ns: number };
}

/** No int64 has more digits. */
const MAX_DIGITS = 19;

/** Per precision: how many of the last digits make up `ns`, what one of them is worth, and what one unit before them is worth in ms. */
const UNITS: Record<Precision, { lowDigits: number; lowNs: number; highMs: number }> = {
  ns: { lowDigits: 6, lowNs: 1, highMs: 1 },
  us: { lowDigits: 3, lowNs: 1000, highMs: 1 },
  ms: { lowDigits: 0, lowNs: 0, highMs: 1 },
  s: { lowDigits: 0, lowNs: 0, highMs: 1000 },
  m: { lowDigits: 0, lowNs: 0, highMs: 60_000 },
  h: { lowDigits: 0, lowNs: 0, highMs: 3_600_000 },
};

/** Reads what stands after the fields: the time, if any, and the end of the line. `scan` leaves the time in `ms` and `ns`. */
export class TimeScanner {
  ms = 0;
  ns = 0;
  /** Why the last scan failed. */
  reason = '';

  /** Reads from `at`, just after the fields. Returns where the next line starts, or `~position` of the byte that does not fit. */
  scan(source: Buffer, at: number, options: TimeOptions): number {
    const afterFields = at;
    while (isBlank(source[at])) at++;
    const digits = source[at] === MINUS ? at + 1 : at;
    if (at > afterFields && isDigit(source[digits])) {
      at = this.#digits(source, digits, digits > at, options.precision);
      if (at < 0) return at;
    } else {
      if (at > afterFields && !isLineEnd(source[at])) return this.#fail('expected timestamp', digits);
      this.#takeNow(options);
    }
    const afterTime = at;
    while (isBlank(source[at])) at++;
    if (source[at] === NEWLINE) return at + 1;
    if (source[at] === RETURN && source[at + 1] === NEWLINE) return at + 2;
    if (source[at] === RETURN) return this.#fail('parse error', at + 1);
    if (at === afterFields) return this.#fail('expected field', at);
    return this.#fail(at > afterTime ? 'parse error' : 'expected timestamp', at);
  }

  #digits(source: Buffer, from: number, negative: boolean, precision: Precision): number {
    let to = from;
    while (isDigit(source[to])) to++;
    if (to - from > MAX_DIGITS) return this.#fail('expected timestamp', from + MAX_DIGITS);
    const unit = UNITS[precision];
    const split = Math.max(from, to - unit.lowDigits);
    let high = 0;
    let low = 0;
    for (let at = from; at < split; at++) high = high * 10 + (source[at] - ZERO);
    for (let at = split; at < to; at++) low = low * 10 + (source[at] - ZERO);
    high *= unit.highMs;
    low *= unit.lowNs;
    // Adding 0 makes -0 a 0.
    this.ms = negative ? -high - (low > 0 ? 1 : 0) + 0 : high;
    this.ns = negative && low > 0 ? 1_000_000 - low : low;
    return isInRange(this.ms, this.ns) ? to : this.#fail('value out of range', to);
  }

  /** Now, cut down to whole units, as Telegraf does for lines without a time. */
  #takeNow({ precision, now }: TimeOptions): void {
    const { highMs, lowNs } = UNITS[precision];
    this.ms = now.ms - (((now.ms % highMs) + highMs) % highMs);
    this.ns = lowNs === 0 ? 0 : now.ns - (now.ns % lowNs);
  }

  #fail(reason: string, at: number): number {
    this.reason = reason;
    return ~at;
  }
}

function isLineEnd(byte: number): boolean {
  return byte === NEWLINE || byte === RETURN;
}
