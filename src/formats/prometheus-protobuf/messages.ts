/**
 * The messages of Prometheus' protobuf exposition (io.prometheus.client), one after the other with their lengths in front.
 * https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto
 */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Exemplar } from '../../metric/origin.ts';
import { readMessage, readSpan, repeated, summedUp, type MessageFields } from '../protobuf/message.ts';

type Labels = (readonly [name: string, value: string])[];

export interface MetricFamily {
  name: string;
  help: string;
  unit: string;
  /** 0 counter, 1 gauge, 2 summary, 3 untyped, 4 histogram, 5 gauge histogram. */
  type: number;
  readonly metrics: Metric[];
}

export interface Metric {
  readonly labels: Labels;
  timestampMs: number;
  /** Of a counter, a gauge or an untyped metric. */
  value: number;
  exemplar: Exemplar | undefined;
  /** When counting began; 0: not known. */
  startMs: number;
  distribution: Distribution | undefined;
}

/** A summary, or a histogram in one of its forms or in both. */
export interface Distribution {
  count: number;
  sum: number;
  /** Quantile and value. */
  readonly quantiles: (readonly [quantile: number, value: number])[];
  readonly buckets: Bucket[];
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  readonly positive: Side;
  readonly negative: Side;
  readonly exemplars: Exemplar[];
}

export interface Bucket {
  bound: number;
  /** Of all observations up to the bound. */
  count: number;
  exemplar: Exemplar | undefined;
}

interface Side {
  readonly spans: (readonly [offset: number, length: number])[];
  readonly deltas: number[];
  readonly counts: number[];
}

/** The families of a body. Throws on bytes that are none. */
export function* readFamilies(body: Buffer): Generator<MetricFamily> {
  const reader = new BinaryReader(body);
  while (reader.pos < reader.len) {
    yield readMessage(reader.bytes(), FAMILY, { name: '', help: '', unit: '', type: 0, metrics: [] });
  }
}

/** The counts of the buckets of one side, each its own. */
export function countsOf({ deltas, counts }: Side): number[] {
  return counts.length > 0 ? counts : summedUp(deltas);
}

const FAMILY: MessageFields<MetricFamily> = {
  1: (reader, into) => void (into.name = reader.string()),
  2: (reader, into) => void (into.help = reader.string()),
  3: (reader, into) => void (into.type = reader.int32()),
  4: (reader, into) => void into.metrics.push(readMetric(reader.bytes())),
  5: (reader, into) => void (into.unit = reader.string()),
};

function readMetric(bytes: Uint8Array): Metric {
  const metric = { labels: [], timestampMs: NaN, value: NaN, exemplar: undefined, startMs: 0, distribution: undefined };
  return readMessage<Metric>(bytes, METRIC, metric);
}

const VALUE: MessageFields<Metric> = { 1: (reader, into) => void (into.value = reader.double()) };

const COUNTER: MessageFields<Metric> = {
  ...VALUE,
  2: (reader, into) => void (into.exemplar = readExemplar(reader.bytes())),
  3: (reader, into) => void (into.startMs = readTime(reader.bytes())),
};

const METRIC: MessageFields<Metric> = {
  1: (reader, into) => void into.labels.push(readLabel(reader.bytes())),
  2: (reader, into) => void readMessage(reader.bytes(), VALUE, zeroed(into)),
  3: (reader, into) => void readMessage(reader.bytes(), COUNTER, zeroed(into)),
  4: (reader, into) => void readMessage(reader.bytes(), SUMMARY, distributed(into)),
  5: (reader, into) => void readMessage(reader.bytes(), VALUE, zeroed(into)),
  6: (reader, into) => void (into.timestampMs = Number(reader.int64())),
  7: (reader, into) => void readMessage(reader.bytes(), HISTOGRAM, distributed(into)),
};

/** A value of 0 may be left out of the message that it belongs to. */
function zeroed(metric: Metric): Metric {
  metric.value = 0;
  return metric;
}

interface Distributed {
  readonly metric: Metric;
  readonly to: Distribution;
}

function distributed(metric: Metric): Distributed {
  metric.distribution = {
    count: 0,
    sum: 0,
    quantiles: [],
    buckets: [],
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: { spans: [], deltas: [], counts: [] },
    negative: { spans: [], deltas: [], counts: [] },
    exemplars: [],
  };
  return { metric, to: metric.distribution };
}

const SUMMARY: MessageFields<Distributed> = {
  1: (reader, { to }) => void (to.count = Number(reader.uint64())),
  2: (reader, { to }) => void (to.sum = reader.double()),
  3: (reader, { to }) => void to.quantiles.push(readQuantile(reader.bytes())),
  4: (reader, { metric }) => void (metric.startMs = readTime(reader.bytes())),
};

/** Counts that are floats win where they are above zero. */
const HISTOGRAM: MessageFields<Distributed> = {
  1: (reader, { to }) => void (to.count ||= Number(reader.uint64())),
  2: (reader, { to }) => void (to.sum = reader.double()),
  3: (reader, { to }) => void to.buckets.push(readMessage(reader.bytes(), BUCKET, { bound: 0, count: 0, exemplar: undefined })),
  4: (reader, { to }) => void (to.count = reader.double() || to.count),
  5: (reader, { to }) => void (to.schema = reader.sint32()),
  6: (reader, { to }) => void (to.zeroThreshold = reader.double()),
  7: (reader, { to }) => void (to.zeroCount ||= Number(reader.uint64())),
  8: (reader, { to }) => void (to.zeroCount = reader.double() || to.zeroCount),
  9: (reader, { to }) => void to.negative.spans.push(readSpan(reader.bytes())),
  10: (reader, { to }, wire) =>
    append(
      to.negative.deltas,
      repeated(reader, wire, (one) => Number(one.sint64())),
    ),
  11: (reader, { to }, wire) =>
    append(
      to.negative.counts,
      repeated(reader, wire, (one) => one.double()),
    ),
  12: (reader, { to }) => void to.positive.spans.push(readSpan(reader.bytes())),
  13: (reader, { to }, wire) =>
    append(
      to.positive.deltas,
      repeated(reader, wire, (one) => Number(one.sint64())),
    ),
  14: (reader, { to }, wire) =>
    append(
      to.positive.counts,
      repeated(reader, wire, (one) => one.double()),
    ),
  15: (reader, { metric }) => void (metric.startMs = readTime(reader.bytes())),
  16: (reader, { to }) => void to.exemplars.push(readExemplar(reader.bytes())),
};

const BUCKET: MessageFields<Bucket> = {
  1: (reader, into) => void (into.count ||= Number(reader.uint64())),
  2: (reader, into) => void (into.bound = reader.double()),
  3: (reader, into) => void (into.exemplar = readExemplar(reader.bytes())),
  4: (reader, into) => void (into.count = reader.double() || into.count),
};

function append(to: number[], more: readonly number[]): void {
  for (const one of more) to.push(one);
}

function readLabel(bytes: Uint8Array): readonly [string, string] {
  const pair = { name: '', value: '' };
  readMessage<typeof pair>(bytes, LABEL, pair);
  return [pair.name, pair.value];
}

const LABEL: MessageFields<{ name: string; value: string }> = {
  1: (reader, into) => void (into.name = reader.string()),
  2: (reader, into) => void (into.value = reader.string()),
};

function readQuantile(bytes: Uint8Array): readonly [number, number] {
  const { quantile, value } = readMessage(bytes, QUANTILE, { quantile: 0, value: 0 });
  return [quantile, value];
}

const QUANTILE: MessageFields<{ quantile: number; value: number }> = {
  1: (reader, into) => void (into.quantile = reader.double()),
  2: (reader, into) => void (into.value = reader.double()),
};

type ReadExemplar = { -readonly [Key in keyof Exemplar]: Exemplar[Key] } & { readonly labels: Labels };

function readExemplar(bytes: Uint8Array): Exemplar {
  return readMessage<ReadExemplar>(bytes, EXEMPLAR, { labels: [], value: 0, timestampMs: NaN });
}

const EXEMPLAR: MessageFields<ReadExemplar> = {
  1: (reader, into) => void into.labels.push(readLabel(reader.bytes())),
  2: (reader, into) => void (into.value = reader.double()),
  3: (reader, into) => void (into.timestampMs = readTime(reader.bytes())),
};

/** A google.protobuf.Timestamp in whole milliseconds. */
function readTime(bytes: Uint8Array): number {
  const { seconds, nanos } = readMessage(bytes, TIME, { seconds: 0, nanos: 0 });
  return seconds * 1000 + Math.floor(nanos / 1e6);
}

const TIME: MessageFields<{ seconds: number; nanos: number }> = {
  1: (reader, into) => void (into.seconds = Number(reader.int64())),
  2: (reader, into) => void (into.nanos = reader.int32()),
};
