/**
 * Remote write 2.0 out of 1.0. What waits in queues is 1.0, since its bodies can be joined; the table of symbols that belongs to
 * one request of 2.0 is made when that is sent.
 *
 *     Request    { repeated string symbols = 4; repeated TimeSeries timeseries = 5 }
 *     TimeSeries { repeated uint32 labels_refs = 1; repeated Sample samples = 2; repeated Histogram histograms = 3;
 *                  repeated Exemplar exemplars = 4; Metadata metadata = 5 }
 *     Sample     { double value = 1; int64 timestamp = 2; int64 start_timestamp = 3 }
 *     Exemplar   { repeated uint32 labels_refs = 1; double value = 2; int64 timestamp = 3 }
 *     Metadata   { MetricType type = 1; uint32 help_ref = 3; uint32 unit_ref = 4 }
 *
 * Samples have the tags and the form they have in 1.0, so they are copied as they are, with the start times that only bodies for 2.0
 * have; so are histograms, but for the tag. Of exemplars all but the labels is. Samples and histograms of one series are two TimeSeries.
 * https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 */
import type { Metadata, MetricType } from '../../metric/metadata.ts';
import { contentAt, labelAt, seriesAt } from './decode.ts';
import { TAG, varintLength, writeVarint } from './protobuf.ts';

/** Field number and wire type in one byte. */
const SYMBOLS = 0x22;
const TIMESERIES = 0x2a;
const LABELS_REFS = 0x0a;
const HISTOGRAMS = 0x1a;
const EXEMPLARS = 0x22;
const METADATA = 0x2a;
const METADATA_TYPE = 0x08;
const METADATA_HELP = 0x18;
const METADATA_UNIT = 0x20;

const TYPES: readonly MetricType[] = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'];

const NAME = '__name__';
const NO_BYTES = Buffer.alloc(0);

/** One series of the request being made. */
interface Collected {
  /** The whole field of the labels. */
  readonly labels: Buffer;
  /** The whole field; empty where nothing is known. */
  readonly metadata: Buffer;
  /** Where its `samples` fields stand in the body: from and to, again and again. */
  readonly samples: number[];
  /** Whole fields. */
  readonly histograms: Buffer[];
  readonly exemplars: Buffer[];
  /** Of all of these. */
  contentBytes: number;
}

/**
 * The request 2.0 with the samples of a request 1.0 (ours: see `decodeRequest`), those of one series together; `metadataOf` is asked by
 * metric name.
 */
export function toVersion2(body: Buffer, metadataOf: (name: string) => Metadata | undefined): Buffer {
  const symbols = new Symbols();
  const all = new Map<string, Collected>();
  for (let at = 0; at < body.length;) {
    const { labelsFrom, labelsTo, end } = seriesAt(body, at);
    // Byte for byte: cheaper than to decode them, and the same for equal labels.
    const labels = body.latin1Slice(labelsFrom, labelsTo);
    const key = body[labelsTo] === TAG.histograms ? `histograms ${labels}` : labels;
    let series = all.get(key);
    if (series === undefined) {
      series = newSeries(body, labelsFrom, labelsTo, symbols, metadataOf);
      all.set(key, series);
    }
    collect(series, body, labelsTo, end, symbols);
    at = end;
  }
  let size = symbols.size;
  for (const series of all.values()) size += fieldLength(contentLength(series));
  const request = Buffer.allocUnsafe(size);
  let at = symbols.write(request, 0);
  for (const series of all.values()) at = writeSeries(request, at, series, body);
  return request;
}

/** Notes what a series has in `[from, end)`. */
function collect(series: Collected, body: Buffer, from: number, end: number, symbols: Symbols): void {
  const { samples, histograms, exemplars } = series;
  let samplesTo = from;
  while (samplesTo < end && body[samplesTo] === TAG.second) [, samplesTo] = contentAt(body, samplesTo);
  samples.push(from, samplesTo);
  series.contentBytes += samplesTo - from;
  for (let at = samplesTo; at < end;) {
    const [start, next] = contentAt(body, at);
    const isHistogram = body[at] === TAG.histograms;
    const field = isHistogram ? histogramField(body, at, next) : exemplarField(body, start, next, symbols);
    (isHistogram ? histograms : exemplars).push(field);
    series.contentBytes += field.length;
    at = next;
  }
}

/** The field in 2.0 of the histogram whose field in 1.0 is `body[from, to)`. */
function histogramField(body: Buffer, from: number, to: number): Buffer {
  const field = Buffer.from(body.subarray(from, to));
  field[0] = HISTOGRAMS;
  return field;
}

/** The field in 2.0 of the exemplar whose content in 1.0 is `body[from, to)`. */
function exemplarField(body: Buffer, from: number, to: number, symbols: Symbols): Buffer {
  const refs: number[] = [];
  let at = from;
  while (at < to && body[at] === TAG.first) at = addLabel(body, at, symbols, refs);
  const packed = packedRefs(refs);
  const head = Buffer.alloc(1 + 10);
  head[0] = EXEMPLARS;
  const headEnd = writeVarint(head, 1, packed.length + to - at);
  return Buffer.concat([head.subarray(0, headEnd), packed, body.subarray(at, to)]);
}

/** Notes the symbols of the label at `at`; returns where it ends. */
function addLabel(body: Buffer, at: number, symbols: Symbols, refs: number[]): number {
  const { nameFrom, nameTo, valueFrom, end } = labelAt(body, at);
  refs.push(symbols.refOf(body, nameFrom, nameTo), symbols.refOf(body, valueFrom, end));
  return end;
}

/** The `labels_refs` field; empty without any. */
function packedRefs(refs: readonly number[]): Buffer {
  if (refs.length === 0) return NO_BYTES;
  const length = refs.reduce((sum, ref) => sum + varintLength(ref), 0);
  const field = Buffer.allocUnsafe(fieldLength(length));
  field[0] = LABELS_REFS;
  let at = writeVarint(field, 1, length);
  for (const ref of refs) at = writeVarint(field, at, ref);
  return field;
}

function newSeries(
  body: Buffer,
  from: number,
  to: number,
  symbols: Symbols,
  metadataOf: (name: string) => Metadata | undefined,
): Collected {
  const refs: number[] = [];
  let metadata: Metadata | undefined;
  for (let at = from; at < to;) {
    const { nameFrom, nameTo, valueFrom, end } = labelAt(body, at);
    const isName = nameTo - nameFrom === NAME.length && body.latin1Slice(nameFrom, nameTo) === NAME;
    if (isName) metadata = metadataOf(body.utf8Slice(valueFrom, end));
    at = addLabel(body, at, symbols, refs);
  }
  return {
    labels: packedRefs(refs),
    metadata: metadata === undefined ? NO_BYTES : metadataField(metadata, symbols),
    samples: [],
    histograms: [],
    exemplars: [],
    contentBytes: 0,
  };
}

function writeSeries(request: Buffer, start: number, series: Collected, body: Buffer): number {
  request[start] = TIMESERIES;
  let at = writeVarint(request, start + 1, contentLength(series));
  at += series.labels.copy(request, at);
  for (let index = 0; index < series.samples.length; index += 2) {
    at += body.copy(request, at, series.samples[index], series.samples[index + 1]);
  }
  for (const histogram of series.histograms) at += histogram.copy(request, at);
  for (const exemplar of series.exemplars) at += exemplar.copy(request, at);
  return at + series.metadata.copy(request, at);
}

function contentLength({ labels, contentBytes, metadata }: Collected): number {
  return labels.length + contentBytes + metadata.length;
}

function metadataField({ type, help, unit }: Metadata, symbols: Symbols): Buffer {
  const number = Math.max(0, TYPES.indexOf(type));
  const parts = [
    [METADATA_TYPE, number],
    [METADATA_HELP, symbols.ref(help)],
    [METADATA_UNIT, symbols.ref(unit)],
  ].filter(([, value]) => value > 0);
  const bytes = Buffer.alloc(64);
  let at = 2;
  for (const [tag, value] of parts) {
    bytes[at] = tag;
    at = writeVarint(bytes, at + 1, value);
  }
  bytes[0] = METADATA;
  bytes[1] = at - 2;
  return bytes.subarray(0, at);
}

/** Every text once; its number stands where it is used. The first is empty, as the specification wants it. */
class Symbols {
  readonly #refs = new Map<string, number>([['', 0]]);
  readonly #texts: Buffer[] = [NO_BYTES];
  /** Bytes of all their fields. */
  size = fieldLength(0);

  ref(text: string): number {
    const bytes = Buffer.from(text);
    return this.refOf(bytes, 0, bytes.length);
  }

  /** The number of the text whose UTF-8 stands at `[from, to)`. */
  refOf(source: Buffer, from: number, to: number): number {
    const key = source.latin1Slice(from, to);
    const known = this.#refs.get(key);
    if (known !== undefined) return known;
    const ref = this.#refs.size;
    this.#refs.set(key, ref);
    this.#texts.push(source.subarray(from, to));
    this.size += fieldLength(to - from);
    return ref;
  }

  write(target: Buffer, start: number): number {
    let at = start;
    for (const text of this.#texts) {
      target[at] = SYMBOLS;
      at = writeVarint(target, at + 1, text.length);
      at += text.copy(target, at);
    }
    return at;
  }
}

/** A length-delimited field of so much content, with its tag and its length. */
function fieldLength(content: number): number {
  return 1 + varintLength(content) + content;
}
