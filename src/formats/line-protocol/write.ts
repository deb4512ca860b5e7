/**
 * Line protocol out. Everything that names decide (the escaped key, the field names, whether field bytes may be copied as they
 * are) is worked out once per shape; a point in its bytes form then costs two copies and a time.
 */
import { valueText } from '../../metric/field-bytes.ts';
import type { Interner } from '../../metric/interner.ts';
import { Kind, type FieldValue } from '../../metric/kind.ts';
import type { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import type { Shape } from '../../metric/shape.ts';
import { copyToKeep, encodeText, trimCharacters } from '../../metric/text.ts';
import { toNanoseconds } from '../../metric/time.ts';
import { COMMA, NEWLINE, SPACE } from './bytes.ts';

export interface LineWriterOptions {
  /** Write uints with `u`, as InfluxDB 2 reads them; otherwise with `i`, cut off at int64's maximum, as Telegraf does. */
  readonly uintSupport?: boolean;
  /** Write fields sorted by name. */
  readonly sortFields?: boolean;
  /** Break points up into several lines none of which is longer than this, line end included. 0: never. */
  readonly maxLineBytes?: number;
  /** Leave points out whose series key and field name together are longer than a server can keep. 0: no limit. */
  readonly maxKeyBytes?: number;
  readonly omitTimestamp?: boolean;
}

/** What a shape's lines have in common. */
interface Plan {
  /** The escaped series key; undefined when the measurement has no name or the key is too long, and no line can be written. */
  readonly key: Buffer | undefined;
  /** The escaped field names with their `=`; undefined where the name is empty. */
  readonly names: readonly (string | undefined)[];
  /** Whether field bytes can be copied as they came. */
  readonly copies: boolean;
}

const FIRST_CAPACITY = 64 * 1024;
/** Blanks, the longest time and the line end. */
const TAIL_BYTES = 24;
/** From this many bytes on, `Buffer.copy` is faster than a loop (measured: 80 to 120, by the machine). */
const LONG_COPY = 100;
const MAX_INT64 = 2n ** 63n - 1n;

export class LineWriter {
  readonly #slot: number;
  readonly #options: LineWriterOptions;
  #out = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  #size = 0;
  #time = Buffer.alloc(0);
  #timeMs = Number.NaN;
  #timeNs = 0;

  constructor(interner: Interner, options: LineWriterOptions = {}) {
    this.#slot = interner.slot();
    this.#options = options;
  }

  /** Bytes written since the last `take`. */
  get size(): number {
    return this.#size;
  }

  /** Adds the point's line. False when nothing of it can be written: no name, a key too long, no field that line protocol can hold, a staleness marker. */
  append(point: Point): boolean {
    if (point.stale) return false;
    const plan = (point.shape.slots[this.#slot] as Plan | undefined) ?? this.#bind(point.shape);
    const { key } = plan;
    if (key === undefined) return false;
    const { source } = point;
    if (source === null || !plan.copies) return this.#appendDecoded(point, plan, key);
    const { from, to } = point;
    this.#reserve(key.length + (to - from) + TAIL_BYTES);
    this.#copy(key, 0, key.length);
    this.#out[this.#size++] = SPACE;
    this.#copy(source, from, to);
    this.#endLine(point);
    return true;
  }

  /** The lines since the last `take`, each with its line end. */
  take(): Buffer {
    const lines = Buffer.allocUnsafeSlow(this.#size);
    this.#out.copy(lines, 0, 0, this.#size);
    this.#size = 0;
    return lines;
  }

  #bind(shape: Shape): Plan {
    const { uintSupport = false, sortFields = false, maxLineBytes = 0, maxKeyBytes = 0 } = this.#options;
    const rewritesUints = !uintSupport && shape.fields.some(({ kind }) => kind === Kind.Uint);
    const seriesKey = copyToKeep(encodeText(seriesKeyText(shape.series)));
    const isTooLong = maxKeyBytes > 0 && seriesKey.length + longestName(shape) > maxKeyBytes;
    const plan: Plan = {
      key: escapeMeasurement(shape.series.measurement) === '' || isTooLong ? undefined : seriesKey,
      names: shape.fields.map(({ key }) => (escapeName(key.name) === '' ? undefined : `${escapeName(key.name)}=`)),
      copies: !rewritesUints && maxLineBytes === 0 && (!sortFields || shape.fields.length === 1),
    };
    shape.slots[this.#slot] = plan;
    return plan;
  }

  #appendDecoded(point: Point, plan: Plan, key: Buffer): boolean {
    const pairs = this.#pairs(point, plan);
    if (pairs.length === 0) return false;
    const { maxLineBytes = 0 } = this.#options;
    if (maxLineBytes === 0) {
      this.#appendPairs(point, key, encodeText(pairs.join(',')));
      return true;
    }
    const lines = packPairs(pairs.map(encodeText), maxLineBytes - key.length - this.#tailLength(point));
    for (const fields of lines) this.#appendPairs(point, key, fields);
    return lines.length > 0;
  }

  /** The fields that can be written, as `name=value`. */
  #pairs(point: Point, plan: Plan): string[] {
    const pairs: string[] = [];
    const { fields } = point.shape;
    const { values } = point;
    for (let at = 0; at < fields.length; at++) {
      const text = this.#valueText(fields[at].kind, values[at]);
      const name = plan.names[at];
      if (text !== undefined && name !== undefined) pairs.push(name + text);
    }
    return pairs;
  }

  #valueText(kind: Kind, value: FieldValue): string | undefined {
    if (kind !== Kind.Uint || this.#options.uintSupport === true) return valueText(kind, value);
    return typeof value === 'bigint' && value > MAX_INT64 ? `${MAX_INT64}i` : `${value}i`;
  }

  #appendPairs(point: Point, key: Buffer, pairs: Buffer): void {
    this.#reserve(key.length + pairs.length + TAIL_BYTES);
    this.#copy(key, 0, key.length);
    this.#out[this.#size++] = SPACE;
    this.#copy(pairs, 0, pairs.length);
    this.#endLine(point);
  }

  #endLine(point: Point): void {
    if (this.#options.omitTimestamp !== true) {
      const time = this.#timeBytes(point);
      this.#copy(time, 0, time.length);
    }
    this.#out[this.#size++] = NEWLINE;
  }

  /** A blank and the time in nanoseconds. Neighbours mostly share their time, so the last one is kept. */
  #timeBytes(point: Point): Buffer {
    if (point.ms === this.#timeMs && point.ns === this.#timeNs) return this.#time;
    this.#timeMs = point.ms;
    this.#timeNs = point.ns;
    this.#time = Buffer.from(` ${timeText(point.ms, point.ns)}`, 'latin1');
    return this.#time;
  }

  /** What a line has besides key and fields: a blank, the time with its own blank, the line end. */
  #tailLength(point: Point): number {
    return this.#options.omitTimestamp === true ? 2 : 2 + this.#timeBytes(point).length;
  }

  /** Copies bytes to the end. For short parts a plain loop beats the call into `Buffer.copy`. */
  #copy(source: Buffer, from: number, to: number): void {
    if (to - from > LONG_COPY) {
      source.copy(this.#out, this.#size, from, to);
      this.#size += to - from;
      return;
    }
    const out = this.#out;
    let size = this.#size;
    for (let at = from; at < to; at++) out[size++] = source[at];
    this.#size = size;
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes <= this.#out.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#out.length * 2, this.#size + bytes));
    this.#out.copy(larger, 0, 0, this.#size);
    this.#out = larger;
  }
}

/** The key of a series as line protocol writes it: names escaped, tags in the order of their keys. */
function seriesKeyText(series: Series): string {
  let text = escapeMeasurement(series.measurement);
  for (const [key, value] of series.tags) {
    const tagKey = escapeName(key);
    const tagValue = escapeName(value);
    if (tagKey !== '' && tagValue !== '') text += `,${tagKey}=${tagValue}`;
  }
  return text;
}

function longestName(shape: Shape): number {
  return shape.fields.reduce((longest, { key }) => Math.max(longest, Buffer.byteLength(escapeName(key.name))), 0);
}

const CONTROL: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

/**
 * As `escapeName`, but `=` stands for itself, and two backslashes at the end do too. Of an odd number the last would escape what
 * follows (Telegraf writes such a line, and nobody can read it), so it is cut off.
 */
function escapeMeasurement(text: string): string {
  return text
    .replaceAll(/[\t\n\f\r]/g, (control) => CONTROL[control])
    .replaceAll(/[, ]/g, '\\$&')
    .replace(/(?<!\\)((?:\\\\)*)\\$/, '$1');
}

/** For tag keys, tag values and field names. A backslash at the end would escape what follows it, so it is cut off, as Telegraf does. */
function escapeName(text: string): string {
  const escaped = text.replaceAll(/[\t\n\f\r]/g, (control) => CONTROL[control]).replaceAll(/[,= ]/g, '\\$&');
  return trimCharacters(escaped, '\\', 'end');
}

/** The int64 nanoseconds of a time, as text. */
function timeText(ms: number, ns: number): string {
  if (ms > 0) return `${ms}${String(ns).padStart(6, '0')}`;
  return String(toNanoseconds(ms, ns));
}

/** Packs `name=value` pairs, in order, into as few field sets of at most `room` bytes as will do; none if one pair alone is too long. */
function packPairs(pairs: readonly Buffer[], room: number): Buffer[] {
  if (pairs.some((pair) => pair.length > room)) return [];
  const lines: Buffer[] = [];
  for (const pair of pairs) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + pair.length <= room) {
      lines[lines.length - 1] = Buffer.concat([last, Buffer.of(COMMA), pair]);
    } else {
      lines.push(pair);
    }
  }
  return lines;
}
