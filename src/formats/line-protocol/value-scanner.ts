import { Kind } from '../../metric/kind.ts';
import { BACKSLASH, MINUS, POINT, QUOTE, ZERO, isDigit } from './bytes.ts';

/** Telegraf's two parsers: see its option `parser_type`. */
export type Dialect = 'internal' | 'upstream';

const LOWER_E = 0x65;
const UPPER_E = 0x45;
const LOWER_I = 0x69;
const LOWER_U = 0x75;
const PLUS = 0x2b;

/** Integers up to this many digits fit both int64 and uint64 whatever the digits are. */
const SAFE_DIGITS = 18;
/** Floats without an exponent and with up to this many digits are below 1.8e308. */
const FINITE_DIGITS = 308;

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT64_MAX = 2n ** 64n - 1n;

/** The spellings of bools, longest first: of `true`, `t` alone is one too. */
const BOOLS = ['true', 'TRUE', 'True', 'false', 'FALSE', 'False', 't', 'T', 'f', 'F'].map((word) => Buffer.from(word));

/**
 * Checks one field value and finds its end. One object for all values of a parser: `scan` leaves the kind and the rest in its
 * fields, since returning an object for each of millions of values would cost more than the scan.
 */
export class ValueScanner {
  readonly #upstream: boolean;
  /** The kind of the last value. */
  kind: Kind = Kind.Float;
  /** Whether the last value, though valid, is written in a way that some receiver refuses or reads differently. */
  odd = false;
  /** Why the last scan failed. */
  reason = 'expected field';

  constructor(dialect: Dialect) {
    this.#upstream = dialect === 'upstream';
  }

  /** Where the value at `at` ends, or `~position` of the byte that does not fit. What follows it is not looked at. */
  scan(source: Buffer, at: number): number {
    const byte = source[at];
    this.odd = false;
    this.reason = 'expected field';
    if (isDigit(byte) || byte === MINUS || byte === POINT) return this.#number(source, at);
    if (byte === QUOTE) return this.#string(source, at);
    return this.#bool(source, at);
  }

  #number(source: Buffer, start: number): number {
    let at = source[start] === MINUS ? start + 1 : start;
    const digits = at;
    let byte = source[at];
    while (isDigit(byte)) byte = source[++at];
    const whole = at - digits;
    if (byte === LOWER_I || byte === LOWER_U) return this.#integer(source, start, digits, at);
    this.kind = Kind.Float;
    let fraction = 0;
    if (byte === POINT) {
      const from = ++at;
      while (isDigit(source[at])) at++;
      fraction = at - from;
      if (fraction === 0 || whole === 0) this.odd = true;
    }
    if (whole + fraction === 0) return ~at;
    if (whole > 1 && source[digits] === ZERO) this.odd = true;
    byte = source[at];
    if (byte === LOWER_E || byte === UPPER_E) return this.#exponent(source, start, at + 1);
    if (whole > FINITE_DIGITS && !isFiniteText(source, start, at)) return this.#outOfRange(at);
    return at;
  }

  #exponent(source: Buffer, start: number, at: number): number {
    if (source[at] === PLUS || source[at] === MINUS) at++;
    if (!isDigit(source[at])) return ~at;
    while (isDigit(source[at])) at++;
    return isFiniteText(source, start, at) ? at : this.#outOfRange(at);
  }

  /** An int or uint whose suffix stands at `suffix`. */
  #integer(source: Buffer, start: number, digits: number, suffix: number): number {
    const unsigned = source[suffix] === LOWER_U;
    const count = suffix - digits;
    if (count === 0 || (unsigned && digits > start)) return ~suffix;
    if (count > 1 && source[digits] === ZERO) {
      if (!this.#upstream) return ~suffix;
      this.odd = true;
    }
    this.kind = unsigned ? Kind.Uint : Kind.Int;
    if (count <= SAFE_DIGITS) return suffix + 1;
    const value = BigInt(source.latin1Slice(start, suffix));
    const fits = unsigned ? value <= UINT64_MAX : value >= INT64.min && value <= INT64.max;
    return fits ? suffix + 1 : this.#outOfRange(suffix + 1);
  }

  #string(source: Buffer, start: number): number {
    this.kind = Kind.String;
    const end = source.length;
    for (let at = start + 1; at < end; at++) {
      const byte = source[at];
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) {
        const next = source[at + 1];
        if (next === QUOTE || next === BACKSLASH) at++;
        else if (this.#upstream) this.odd = true;
      }
    }
    return ~end;
  }

  #bool(source: Buffer, start: number): number {
    this.kind = Kind.Bool;
    for (const word of BOOLS) {
      if (startsWith(source, start, word)) return start + word.length;
    }
    return ~start;
  }

  #outOfRange(at: number): number {
    this.reason = 'value out of range';
    return ~at;
  }
}

function isFiniteText(source: Buffer, from: number, to: number): boolean {
  return Number.isFinite(Number(source.latin1Slice(from, to)));
}

function startsWith(source: Buffer, at: number, word: Buffer): boolean {
  for (let index = 0; index < word.length; index++) {
    if (source[at + index] !== word[index]) return false;
  }
  return true;
}
