/**
 * Line protocol in: bytes to points, at the cost of looking at each byte once.
 *
 * A line is `key blank fields [blank time]`. The key's bytes find their series in a map, the field names and kinds add up to
 * the sums that find the shape, and the field bytes stay as they are: see `Point`. Names are read only when they are new.
 * Odd lines (escapes in field names, a field twice, unusual spellings of numbers) are decoded at once, so that bytes that are
 * copied out again are always plain.
 *
 * The grammar is Telegraf's (its "internal" parser), except that a string may hold any backslash, as InfluxDB allows; the
 * dialect `upstream` also takes leading zeros in integers and reads `\n`, `\r`, `\t` in strings. A bad line is rejected alone.
 */
import type { Interner } from '../../metric/interner.ts';
import { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import type { FieldKey, Shape } from '../../metric/shape.ts';
import { decodeText } from '../../metric/text.ts';
import { isInRange } from '../../metric/time.ts';
import { ByteMap, hashByte, hashBytes } from './byte-map.ts';
import { BACKSLASH, COMMA, EQUALS, HASH, KEY_BYTES, MINUS, NAME_BYTES, NEWLINE, RETURN, ZERO, isBlank, isDigit } from './bytes.ts';
import { quoteLine, type LineError } from './errors.ts';
import { escapedKeyEnd, nameEnd, parseKey, unescapeName } from './key.ts';
import { readOddFields, type OddField } from './odd-fields.ts';
import { ValueScanner, type Dialect } from './value-scanner.ts';

export { lineErrorText, type LineError } from './errors.ts';
export type { Dialect } from './value-scanner.ts';

/** The unit of the times in a body. */
export type Precision = 'ns' | 'us' | 'ms' | 's' | 'm' | 'h';

export interface ParseOptions {
  readonly precision: Precision;
  /** The time of lines that have none; cut down to the precision. */
  readonly now: { readonly ms: number; readonly ns: number };
}

export interface Parsed {
  readonly points: Point[];
  /** The first of the errors, with their words; all are in `errorCount`. */
  readonly errors: LineError[];
  readonly errorCount: number;
}

const MAX_ERRORS = 100;
const MAX_SERIES = 200_000;
const MAX_FIELD_NAMES = 65_536;
/** Telegraf's limit: no int64 has more digits. */
const MAX_TIME_DIGITS = 19;
/** A valid line with a string of several lines may be longer than this; a broken one is then not read again. */
const MAX_REREAD = 4096;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Per precision: how many of the last digits make up `ns`, what one of them is worth, and what one unit before them is worth in ms. */
const UNITS: Record<Precision, { lowDigits: number; lowNs: number; highMs: number }> = {
  ns: { lowDigits: 6, lowNs: 1, highMs: 1 },
  us: { lowDigits: 3, lowNs: 1000, highMs: 1 },
  ms: { lowDigits: 0, lowNs: 0, highMs: 1 },
  s: { lowDigits: 0, lowNs: 0, highMs: 1000 },
  m: { lowDigits: 0, lowNs: 0, highMs: 60_000 },
  h: { lowDigits: 0, lowNs: 0, highMs: 3_600_000 },
};

/** Reads bodies of line protocol for one pipeline. Keeps what it learned of names from body to body. */
export class LineParser {
  readonly #interner: Interner;
  readonly #series = new ByteMap<Series>(MAX_SERIES);
  readonly #names = new ByteMap<FieldKey>(MAX_FIELD_NAMES);
  readonly #value: ValueScanner;

  // What the methods below leave for one another, per body or per line; kept here so that none has to return two things.
  #source: Buffer = Buffer.alloc(0);
  #points: Point[] = [];
  #errors: LineError[] = [];
  #errorCount = 0;
  #sumA = 0;
  #sumB = 0;
  #count = 0;
  #odd = false;
  #reason = '';
  #ms = 0;
  #ns = 0;

  constructor(interner: Interner, options: { dialect?: Dialect } = {}) {
    this.#interner = interner;
    this.#value = new ValueScanner(options.dialect ?? 'internal');
  }

  /** The points of a body, in order, and what was wrong with the lines that are none. The points keep the body alive. */
  parse(body: Buffer, options: ParseOptions): Parsed {
    const source = endWithNewline(body);
    this.#source = source;
    this.#points = [];
    this.#errors = [];
    this.#errorCount = 0;
    let at = BYTE_ORDER_MARK.every((byte, index) => source[index] === byte) ? BYTE_ORDER_MARK.length : 0;
    for (;;) {
      at = nextLine(source, at);
      if (at >= source.length) break;
      at = this.#line(at, options);
    }
    this.#source = Buffer.alloc(0);
    return { points: this.#points, errors: this.#errors, errorCount: this.#errorCount };
  }

  /** Reads the line that starts at `start`, puts its point away, and returns where the next one may start. */
  #line(start: number, options: ParseOptions): number {
    const source = this.#source;
    let at = start;
    let hash = 0;
    for (let byte = source[at]; KEY_BYTES[byte] === 1; byte = source[++at]) hash = hashByte(hash, byte);
    if (source[at] === BACKSLASH) {
      at = escapedKeyEnd(source, start);
      hash = hashBytes(source, start, at);
    }
    const series = this.#series.get(source, start, at, hash) ?? this.#newSeries(start, at, hash);
    if (series === undefined) return this.#nextAfter(start);

    while (isBlank(source[at])) at++;
    const from = at;
    const to = this.#fields(at);
    if (to < 0) return this.#reject(start, ~to);
    const next = this.#time(to, options);
    if (next < 0) return this.#reject(start, ~next);

    this.#points.push(this.#point(series, from, to));
    return next;
  }

  /**
   * Checks the field set at `at` and adds up its names and kinds. Returns where it ends, or `~position` of the byte that does
   * not fit.
   */
  #fields(at: number): number {
    const source = this.#source;
    const value = this.#value;
    let sumA = 0;
    let sumB = 0;
    let count = 0;
    let odd = false;
    this.#reason = 'expected field';
    for (;;) {
      const start = at;
      let hash = 0;
      for (let byte = source[at]; NAME_BYTES[byte] === 1; byte = source[++at]) hash = hashByte(hash, byte);
      if (source[at] === BACKSLASH) {
        at = nameEnd(source, start, source.length);
        hash = hashBytes(source, start, at);
        odd = true;
      }
      if (source[at] !== EQUALS || at === start) return ~at;
      const key = this.#names.get(source, start, at, hash) ?? this.#newName(start, at, hash);

      at = value.scan(source, at + 1);
      if (at < 0) {
        this.#reason = value.reason;
        return at;
      }
      if (value.odd) odd = true;
      const weight = 2 * value.kind + 1;
      sumA = (sumA + Math.imul(key.a, weight)) | 0;
      sumB = (sumB + Math.imul(key.b, weight)) | 0;
      count++;
      if (source[at] !== COMMA) break;
      at++;
    }
    this.#sumA = sumA;
    this.#sumB = sumB;
    this.#count = count;
    this.#odd = odd;
    return at;
  }

  /** Reads the time, if any, and the end of the line after the fields. Returns where the next line starts, or `~position`. */
  #time(at: number, options: ParseOptions): number {
    const source = this.#source;
    const afterFields = at;
    while (isBlank(source[at])) at++;
    const digits = source[at] === MINUS ? at + 1 : at;
    if (at > afterFields && isDigit(source[digits])) {
      at = this.#timestamp(digits, digits > at, options.precision);
      if (at < 0) return at;
    } else {
      if (at > afterFields && !isLineEnd(source[at])) return this.#fail('expected timestamp', digits);
      this.#ms = options.now.ms;
      this.#ns = options.now.ns;
      this.#truncate(options.precision);
    }
    const afterTime = at;
    while (isBlank(source[at])) at++;
    if (source[at] === NEWLINE) return at + 1;
    if (source[at] === RETURN && source[at + 1] === NEWLINE) return at + 2;
    if (source[at] === RETURN) return this.#fail('parse error', at + 1);
    if (at === afterFields) return this.#fail('expected field', at);
    return this.#fail(at > afterTime ? 'parse error' : 'expected timestamp', at);
  }

  /** Reads digits as a time into `#ms` and `#ns`; returns where they end, or `~position`. */
  #timestamp(from: number, negative: boolean, precision: Precision): number {
    const source = this.#source;
    let to = from;
    while (isDigit(source[to])) to++;
    if (to - from > MAX_TIME_DIGITS) return this.#fail('expected timestamp', from + MAX_TIME_DIGITS);
    const unit = UNITS[precision];
    const split = Math.max(from, to - unit.lowDigits);
    let high = 0;
    let low = 0;
    for (let at = from; at < split; at++) high = high * 10 + (source[at] - ZERO);
    for (let at = split; at < to; at++) low = low * 10 + (source[at] - ZERO);
    high *= unit.highMs;
    low *= unit.lowNs;
    this.#ms = negative ? -high - (low > 0 ? 1 : 0) + 0 : high;
    this.#ns = negative && low > 0 ? 1_000_000 - low : low;
    return isInRange(this.#ms, this.#ns) ? to : this.#fail('value out of range', to);
  }

  /** Cuts the time down to whole units, as Telegraf does for lines without one. */
  #truncate(precision: Precision): void {
    const { highMs, lowNs } = UNITS[precision];
    this.#ms -= ((this.#ms % highMs) + highMs) % highMs;
    this.#ns = lowNs === 0 ? 0 : this.#ns - (this.#ns % lowNs);
  }

  #point(series: Series, from: number, to: number): Point {
    const known = this.#odd ? undefined : this.#interner.findShape(series, this.#sumA, this.#sumB, this.#count);
    if (known !== undefined) return Point.fromBytes(known, this.#ms, this.#ns, this.#source, from, to);
    return this.#newPoint(series, from, to);
  }

  /** The point of a field set that was not seen on this series before, or that is odd. */
  #newPoint(series: Series, from: number, to: number): Point {
    const fields = new Map<string, OddField>();
    const all = readOddFields(this.#source, from, to, this.#value);
    for (const field of all) fields.set(field.name, field);
    const shape = this.#interner.shape(series, fields.values());
    const plain = !this.#odd && fields.size === all.length;
    if (plain) return Point.fromBytes(shape, this.#ms, this.#ns, this.#source, from, to);
    return Point.fromValues(shape, this.#ms, this.#ns, valuesOf(shape, fields));
  }

  #newSeries(from: number, to: number, hash: number): Series | undefined {
    const key = parseKey(this.#source, from, to);
    if ('reason' in key) {
      this.#reason = key.reason;
      this.#reject(from, key.at);
      return undefined;
    }
    const series = this.#interner.series(key.measurement, key.tags);
    this.#series.set(this.#source, from, to, hash, series);
    return series;
  }

  #newName(from: number, to: number, hash: number): FieldKey {
    const key = this.#interner.fieldKey(unescapeName(decodeText(this.#source, from, to)));
    this.#names.set(this.#source, from, to, hash, key);
    return key;
  }

  #fail(reason: string, at: number): number {
    this.#reason = reason;
    return ~at;
  }

  /**
   * Notes the error and returns where to go on: after the line that `start` is in, also when the error came lines later, so
   * that one missing quote does not take its neighbours with it. Only far behind `start` it is after the error instead, since
   * reading long stretches again and again would let a small body cost much time.
   */
  #reject(start: number, at: number): number {
    const source = this.#source;
    this.#errorCount++;
    if (this.#errors.length < MAX_ERRORS) {
      const lineStart = at === 0 ? 0 : source.lastIndexOf(NEWLINE, at - 1) + 1;
      this.#errors.push({
        line: countLines(source, at),
        column: at - lineStart + 1,
        reason: this.#reason,
        text: quoteLine(source, Math.max(start, Math.min(lineStart, at)), at),
      });
    }
    const unclosed = at >= source.length;
    return this.#nextAfter(unclosed || at - start <= MAX_REREAD ? start : at);
  }

  #nextAfter(at: number): number {
    return this.#source.indexOf(NEWLINE, at) + 1;
  }
}

/** The body with a line end after its last line, which every loop above stops at; the same buffer if it has one. */
function endWithNewline(body: Buffer): Buffer {
  if (body.at(-1) === NEWLINE) return body;
  return Buffer.concat([body, Buffer.from([NEWLINE])]);
}

/** The start of the next line that is neither blank nor a comment, or the end of the body. */
function nextLine(source: Buffer, at: number): number {
  while (at < source.length) {
    const byte = source[at];
    if (byte === HASH) at = source.indexOf(NEWLINE, at) + 1;
    else if (byte === NEWLINE || isBlank(byte)) at++;
    else if (byte === RETURN && source[at + 1] === NEWLINE) at += 2;
    else return at;
  }
  return at;
}

function isLineEnd(byte: number): boolean {
  return byte === NEWLINE || byte === RETURN;
}

function countLines(source: Buffer, at: number): number {
  let lines = 1;
  for (let from = source.indexOf(NEWLINE); from !== -1 && from < at; from = source.indexOf(NEWLINE, from + 1)) lines++;
  return lines;
}

function valuesOf(shape: Shape, fields: ReadonlyMap<string, OddField>): OddField['value'][] {
  return shape.fields.map(({ key }) => fields.get(key.name)?.value ?? '');
}
