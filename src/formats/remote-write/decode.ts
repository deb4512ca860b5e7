/** Takes a WriteRequest apart again: when a server refuses some of it, and in tests. */
import { readHistogram } from './histogram.ts';
import { readInt64, readVarint, STALE_NAN, TAG } from './protobuf.ts';
import type { Label } from './names.ts';

export interface Sample {
  /** Milliseconds since the epoch. */
  readonly ms: number;
  /** NaN for a staleness marker, too; of a native histogram its sum. */
  readonly value: number;
  /** Whether it ends its series instead of having a value. */
  readonly stale: boolean;
  /** Since when the value has been counted; 0: not known. */
  readonly startMs: number;
  /** Of a native histogram, its content on the wire: see `readHistogram`. */
  readonly histogram?: Buffer;
}

export interface TimeSeries {
  /** The `labels` part as it is on the wire: `LabelSet.bytes`. */
  readonly labels: Buffer;
  readonly samples: readonly Sample[];
  /** As whole fields. */
  readonly exemplars?: readonly Buffer[];
}

/** Where one series stands in a request: its labels, and after them its samples or histograms, and its exemplars, up to the end. */
export interface SeriesBounds {
  readonly labelsFrom: number;
  readonly labelsTo: number;
  readonly end: number;
}

/**
 * The series of a request, in its order; one that occurs twice (in joined requests) is there twice. Throws on bytes that are no request of
 * ours.
 */
export function decodeRequest(body: Buffer): TimeSeries[] {
  const series: TimeSeries[] = [];
  let at = 0;
  while (at < body.length) {
    const { labelsFrom, labelsTo, end } = seriesAt(body, at);
    series.push({ labels: body.subarray(labelsFrom, labelsTo), ...decodeContent(body.subarray(labelsTo, end)) });
    at = end;
  }
  return series;
}

/** The bounds of the series that begins at `at`. Throws on bytes that are none of ours. */
export function seriesAt(body: Buffer, at: number): SeriesBounds {
  const [labelsFrom, end] = readMessage(body, at, TAG.first);
  let labelsTo = labelsFrom;
  while (labelsTo < end && body[labelsTo] === TAG.first) [, labelsTo] = readMessage(body, labelsTo, TAG.first);
  return { labelsFrom, labelsTo, end };
}

/** What a request holds. */
export interface Counts {
  /** Histograms among them. */
  readonly samples: number;
  readonly exemplars: number;
}

/** How many samples and exemplars a request holds, without decoding them. */
export function countContent(body: Buffer): Counts {
  const counts = { samples: 0, exemplars: 0 };
  for (let at = 0; at < body.length;) {
    const { labelsTo, end } = seriesAt(body, at);
    for (at = labelsTo; at < end;) {
      if (body[at] === TAG.exemplars) counts.exemplars++;
      else counts.samples++;
      [, at] = contentAt(body, at);
    }
  }
  return counts;
}

/** The labels of `TimeSeries.labels`, `__name__` among them. */
export function decodeLabels(bytes: Buffer): Label[] {
  const labels: Label[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { nameFrom, nameTo, valueFrom, end } = labelAt(bytes, at);
    labels.push([bytes.toString('utf8', nameFrom, nameTo), bytes.toString('utf8', valueFrom, end)]);
    at = end;
  }
  return labels;
}

/** Where one label stands in a series: its name, and its value up to the end. */
export interface LabelBounds {
  readonly nameFrom: number;
  readonly nameTo: number;
  readonly valueFrom: number;
  readonly end: number;
}

/** The bounds of the label that begins at `at`. Throws on bytes that are none of ours. */
export function labelAt(bytes: Buffer, at: number): LabelBounds {
  const [start] = readMessage(bytes, at, TAG.first);
  const [nameFrom, nameTo] = readMessage(bytes, start, TAG.first);
  const [valueFrom, end] = readMessage(bytes, nameTo, TAG.second);
  return { nameFrom, nameTo, valueFrom, end };
}

/** Where the sample, histogram or exemplar at `at`, which its first byte tells apart, starts and ends. Throws on anything else. */
export function contentAt(bytes: Buffer, at: number): [start: number, end: number] {
  const tag = bytes[at];
  return readMessage(bytes, at, tag === TAG.exemplars || tag === TAG.histograms ? tag : TAG.second);
}

/** Where the time of a sample that starts at `start` ends: what comes after it up to the sample's end is the start time. */
export function timeEnd(bytes: Buffer, start: number): number {
  // A value and a time of one byte up to ten; the last byte of a varint is below 0x80.
  let at = start + 10;
  while (bytes[at] >= 0x80) at++;
  return at + 1;
}

function decodeContent(bytes: Buffer): Pick<TimeSeries, 'samples' | 'exemplars'> {
  const samples: Sample[] = [];
  const exemplars: Buffer[] = [];
  for (let at = 0, next; at < bytes.length; at = next) {
    const [start, end] = contentAt(bytes, at);
    next = end;
    if (bytes[at] === TAG.exemplars) {
      exemplars.push(bytes.subarray(at, end));
    } else {
      samples.push(bytes[at] === TAG.histograms ? decodeHistogram(bytes.subarray(start, end)) : decodeSample(bytes.subarray(start, end)));
    }
  }
  return exemplars.length === 0 ? { samples } : { samples, exemplars };
}

function decodeSample(bytes: Buffer): Sample {
  if (bytes.length < 11 || bytes[0] !== TAG.value || bytes[9] !== TAG.timestamp) {
    throw new Error('remote write: a sample without value or time');
  }
  const stale = bytes.compare(STALE_NAN, 0, STALE_NAN.length, 1, 9) === 0;
  const [ms, end] = readInt64(bytes, 10);
  const startMs = bytes[end] === TAG.startTimestamp ? readInt64(bytes, end + 1)[0] : 0n;
  return { value: bytes.readDoubleLE(1), ms: Number(ms), stale, startMs: Number(startMs) };
}

function decodeHistogram(content: Buffer): Sample {
  const { ms, stale, startMs, histogram } = readHistogram(content);
  return { ms, value: histogram.sum, stale, startMs, histogram: content };
}

/** Where the length-delimited field at `at`, which must have this tag, starts and ends. */
function readMessage(bytes: Buffer, at: number, tag: number): [start: number, end: number] {
  if (bytes[at] !== tag) throw new Error(`remote write: field tag ${bytes[at]} at byte ${at} where ${tag} belongs`);
  const [length, start] = readVarint(bytes, at + 1);
  if (start + length > bytes.length) throw new Error(`remote write: the field at byte ${at} is cut off`);
  return [start, start + length];
}
