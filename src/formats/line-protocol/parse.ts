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
import type { Shape } from '../../metric/shape.ts';
import { HASH, isBlank, NEWLINE, RETURN } from './bytes.ts';
import { quoteLine, type LineError } from './errors.ts';
import { FieldSetScanner } from './field-set-scanner.ts';
import { readOddFields, type OddField } from './odd-fields.ts';
import { SeriesKeys } from './series-keys.ts';
import { TimeScanner, type TimeOptions } from './time-scanner.ts';
import { ValueScanner, type Dialect } from './value-scanner.ts';

export { lineErrorText, type LineError } from './errors.ts';
export type { Precision } from './time-scanner.ts';
export type { Dialect } from './value-scanner.ts';

/** How a body's times are to be read. */
export type ParseOptions = TimeOptions;

export interface Parsed {
  readonly points: Point[];
  /** The first of the errors, with their words; all are in `errorCount`. */
  readonly errors: LineError[];
  readonly errorCount: number;
}

const MAX_ERRORS = 100;
/** A valid line with a string of several lines may be longer than this; a broken one is then not read again. */
const MAX_REREAD = 4096;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Reads bodies of line protocol for one pipeline. Keeps what it learned of names from body to body. */
export class LineParser {
  readonly #interner: Interner;
  readonly #keys: SeriesKeys;
  readonly #value: ValueScanner;
  readonly #fields: FieldSetScanner;
  readonly #time = new TimeScanner();

  constructor(interner: Interner, options: { dialect?: Dialect } = {}) {
    this.#interner = interner;
    this.#keys = new SeriesKeys(interner);
    this.#value = new ValueScanner(options.dialect ?? 'internal');
    this.#fields = new FieldSetScanner(interner, this.#value);
  }

  /** The points of a body, in order, and what was wrong with the lines that are none. The points keep the body alive. */
  parse(body: Buffer, options: ParseOptions): Parsed {
    const source = endWithNewline(body);
    const points: Point[] = [];
    const errors = new ErrorList(source);
    let at = BYTE_ORDER_MARK.every((byte, index) => source[index] === byte) ? BYTE_ORDER_MARK.length : 0;
    for (;;) {
      const start = nextLine(source, at);
      if (start >= source.length) break;
      at = this.#line(source, start, options, points);
      if (at < 0) at = errors.add(start, ~at, this.#reason);
    }
    return { points, errors: errors.first, errorCount: errors.count };
  }

  /** Why the last line failed: left here by `#line`, so that its result can stay a number. */
  #reason = '';

  /** Adds the point of the line at `start`; returns where the next one may start, or `~position` of the byte that does not fit. */
  #line(source: Buffer, start: number, options: ParseOptions, points: Point[]): number {
    const keys = this.#keys;
    const series = keys.find(source, start);
    if (series === undefined) return this.#fail(keys.reason, ~keys.end);

    let from = keys.end;
    while (isBlank(source[from])) from++;
    const to = this.#fields.scan(source, from);
    if (to < 0) return this.#fail(this.#fields.reason, to);

    const next = this.#time.scan(source, to, options);
    if (next < 0) return this.#fail(this.#time.reason, next);

    points.push(this.#point(series, source, from, to));
    return next;
  }

  #fail(reason: string, at: number): number {
    this.#reason = reason;
    return at;
  }

  #point(series: Series, source: Buffer, from: number, to: number): Point {
    const { sumA, sumB, count, odd } = this.#fields;
    const { ms, ns } = this.#time;
    const known = odd ? undefined : this.#interner.findShape(series, sumA, sumB, count);
    return known === undefined ? this.#newPoint(series, source, from, to) : Point.fromBytes(known, ms, ns, source, from, to);
  }

  /** The point of a field set that was not seen on this series before, or that is odd. */
  #newPoint(series: Series, source: Buffer, from: number, to: number): Point {
    const { ms, ns } = this.#time;
    const all = readOddFields(source, from, to, this.#value);
    const byName = new Map(all.map((field) => [field.name, field]));
    const shape = this.#interner.shape(series, byName.values());
    const plain = !this.#fields.odd && byName.size === all.length;
    return plain ? Point.fromBytes(shape, ms, ns, source, from, to) : Point.fromValues(shape, ms, ns, valuesOf(shape, byName));
  }
}

/** The errors of one body. */
class ErrorList {
  readonly #source: Buffer;
  readonly first: LineError[] = [];
  count = 0;

  constructor(source: Buffer) {
    this.#source = source;
  }

  /**
   * Notes the error at `at` of the line that starts at `start`, and returns where to go on: after the line that `start` is in,
   * also when the error came lines later, so that one missing quote does not take its neighbours with it. Only far behind
   * `start` it is after the error instead, since reading long stretches again and again would let a small body cost much time.
   */
  add(start: number, at: number, reason: string): number {
    const source = this.#source;
    this.count++;
    if (this.first.length < MAX_ERRORS) {
      const lineStart = at === 0 ? 0 : source.lastIndexOf(NEWLINE, at - 1) + 1;
      const text = quoteLine(source, Math.max(start, Math.min(lineStart, at)), at);
      this.first.push({ line: countLines(source, at), column: at - lineStart + 1, reason, text });
    }
    const unclosed = at >= source.length;
    return source.indexOf(NEWLINE, unclosed || at - start <= MAX_REREAD ? start : at) + 1;
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

function countLines(source: Buffer, at: number): number {
  let lines = 1;
  for (let from = source.indexOf(NEWLINE); from !== -1 && from < at; from = source.indexOf(NEWLINE, from + 1)) lines++;
  return lines;
}

function valuesOf(shape: Shape, fields: ReadonlyMap<string, OddField>): OddField['value'][] {
  return shape.fields.map(({ key }) => fields.get(key.name)?.value ?? '');
}
