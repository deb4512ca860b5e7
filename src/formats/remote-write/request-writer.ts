/**
 * Collects samples and writes them as one WriteRequest, the samples of one series together.
 *
 * Samples lie in flat arrays, chained per series by index: a burst costs no object per sample, and the size of the
 * request is known before the first byte is written, so that it is written once into one buffer.
 */
import { STALE_NAN, TAG, varintLength, writeVarint } from './protobuf.ts';

/** A series that a writer can collect samples of; belongs to one writer. */
export interface SampleGroup {
  /** `LabelSet.bytes`. */
  readonly labels: Buffer;
  /**
   * The writer's own: first and last sample of the request under way (-1: none), histograms and exemplars as whole fields, and the bytes of
   * all of them.
   */
  head: number;
  tail: number;
  fields: Buffer[] | null;
  contentBytes: number;
}

const NONE = -1;

/** A larger request gets memory of its own. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Tag and eight bytes of the value, tag of the timestamp. */
const SAMPLE_FIXED_BYTES = 10;

/** A fresh group for these labels. */
export function sampleGroup(labels: Buffer): SampleGroup {
  return { labels, head: NONE, tail: NONE, fields: null, contentBytes: 0 };
}

/** Writes one request after the other. */
export class RequestWriter {
  #times = new Float64Array(1024);
  #values = new Float64Array(1024);
  #stale = new Uint8Array(1024);
  #starts = new Float64Array(1024);
  #next = new Int32Array(1024);
  #count = 0;
  #histograms = 0;
  #groups: SampleGroup[] = [];
  readonly #stamp = new Stamp();
  #kept = Buffer.alloc(0);

  /** Samples since the last `take`. */
  get samples(): number {
    return this.#count + this.#histograms;
  }

  /**
   * Adds a sample, or with `stale` the marker that ends the series. Samples of one group must come in the order of their times, in
   * milliseconds. `startMs`: since when the value has been counted; 0: not known.
   */
  append(group: SampleGroup, ms: number, value: number, stale = false, startMs = 0): void {
    const index = this.#count++;
    if (index === this.#times.length) this.#grow();
    this.#times[index] = ms;
    this.#values[index] = value;
    this.#stale[index] = stale ? 1 : 0;
    this.#starts[index] = startMs;
    this.#next[index] = NONE;
    if (group.tail === NONE) {
      group.head = index;
      this.#groups.push(group);
    } else {
      this.#next[group.tail] = index;
    }
    group.tail = index;
    this.#stamp.set(ms);
    group.contentBytes += 2 + SAMPLE_FIXED_BYTES + this.#stamp.length + startLength(startMs);
  }

  /** Adds a native histogram, as `histogramField` makes it, under the same rule. A group has either samples or histograms. */
  appendHistogram(group: SampleGroup, field: Buffer): void {
    if (group.fields === null) this.#groups.push(group);
    this.#appendField(group, field);
    this.#histograms++;
  }

  /** Adds an exemplar, as `exemplarField` makes it, to the group of what was added last. */
  appendExemplar(group: SampleGroup, field: Buffer): void {
    this.#appendField(group, field);
  }

  #appendField(group: SampleGroup, field: Buffer): void {
    (group.fields ??= []).push(field);
    group.contentBytes += field.length;
  }

  /**
   * The request of all samples so far, series in the order of their first sample; starts over. Its bytes are the writer's: good until the
   * next one.
   */
  take(): Buffer {
    let size = 0;
    for (const group of this.#groups) size += seriesLength(group);
    const body = this.#room(size);
    let at = 0;
    for (const group of this.#groups) at = this.#writeSeries(body, at, group);
    this.#groups = [];
    this.#count = 0;
    this.#histograms = 0;
    return body;
  }

  #room(size: number): Buffer {
    if (size > KEPT_BYTES) return Buffer.allocUnsafeSlow(size);
    if (size > this.#kept.length) this.#kept = Buffer.allocUnsafeSlow(Math.min(2 * size, KEPT_BYTES));
    return this.#kept.subarray(0, size);
  }

  #writeSeries(body: Buffer, start: number, group: SampleGroup): number {
    body[start] = TAG.first;
    let at = writeVarint(body, start + 1, group.labels.length + group.contentBytes);
    body.set(group.labels, at);
    at += group.labels.length;
    for (let index = group.head; index !== NONE; index = this.#next[index]) {
      at = this.#writeSample(body, at, index);
    }
    for (const field of group.fields ?? []) at += field.copy(body, at);
    group.head = NONE;
    group.tail = NONE;
    group.fields = null;
    group.contentBytes = 0;
    return at;
  }

  #writeSample(body: Buffer, start: number, index: number): number {
    const stamp = this.#stamp;
    const startMs = this.#starts[index];
    stamp.set(this.#times[index]);
    body[start] = TAG.second;
    body[start + 1] = SAMPLE_FIXED_BYTES + stamp.length + startLength(startMs);
    body[start + 2] = TAG.value;
    if (this.#stale[index] === 1) body.set(STALE_NAN, start + 3);
    else body.writeDoubleLE(this.#values[index], start + 3);
    body[start + 11] = TAG.timestamp;
    for (let byte = 0; byte < stamp.length; byte++) body[start + 12 + byte] = stamp.bytes[byte];
    const end = start + 12 + stamp.length;
    if (startMs === 0) return end;
    body[end] = TAG.startTimestamp;
    return writeVarint(body, end + 1, startMs);
  }

  #grow(): void {
    this.#times = grown(this.#times, new Float64Array(this.#times.length * 2));
    this.#values = grown(this.#values, new Float64Array(this.#values.length * 2));
    this.#stale = grown(this.#stale, new Uint8Array(this.#stale.length * 2));
    this.#starts = grown(this.#starts, new Float64Array(this.#starts.length * 2));
    this.#next = grown(this.#next, new Int32Array(this.#next.length * 2));
  }
}

function grown<A extends Float64Array | Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** A timestamp as a varint. Most samples have the time of the one before, so it is worked out only when it changes. */
class Stamp {
  readonly bytes: Buffer = Buffer.alloc(10);
  length = 1;
  #ms = 0;

  set(ms: number): void {
    if (ms === this.#ms) return;
    this.#ms = ms;
    this.length = writeVarint(this.bytes, 0, ms);
  }
}

/** Bytes of the field, which is left out where nothing is known. */
function startLength(startMs: number): number {
  return startMs === 0 ? 0 : 1 + varintLength(startMs);
}

function seriesLength(group: SampleGroup): number {
  const length = group.labels.length + group.contentBytes;
  return 1 + varintLength(length) + length;
}
