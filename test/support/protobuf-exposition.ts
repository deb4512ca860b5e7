/** Pages in Prometheus' protobuf exposition, for tests. A real Prometheus reads them too, in test/integration/inputs/prometheus-protobuf.test.ts. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export const PROTOBUF_TYPE = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

export const FamilyTypes = { counter: 0, gauge: 1, summary: 2, untyped: 3, histogram: 4, gaugehistogram: 5 } as const;

export interface PageExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly ms?: number;
}

export interface PageHistogram {
  readonly count: number;
  readonly sum: number;
  readonly createdMs?: number;
  /** Bound, cumulative count and exemplar. */
  readonly buckets?: readonly (readonly [bound: number, count: number, exemplar?: PageExemplar])[];
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly spans?: readonly (readonly [offset: number, length: number])[];
  /** Differences, as they are on the wire; written one by one, as client_golang does, or packed. */
  readonly deltas?: readonly number[];
  readonly packed?: boolean;
  readonly negativeSpans?: readonly (readonly [offset: number, length: number])[];
  readonly negativeDeltas?: readonly number[];
  readonly exemplars?: readonly PageExemplar[];
}

export interface PageMetric {
  readonly labels?: Readonly<Record<string, string>>;
  readonly timestampMs?: number;
  readonly counter?: { readonly value: number; readonly exemplar?: PageExemplar; readonly createdMs?: number };
  readonly gauge?: number;
  readonly untyped?: number;
  readonly summary?: { readonly count: number; readonly sum: number; readonly quantiles: readonly (readonly [number, number])[] };
  readonly histogram?: PageHistogram;
}

export interface PageFamily {
  readonly name: string;
  readonly type: keyof typeof FamilyTypes;
  readonly help?: string;
  readonly unit?: string;
  readonly metrics: readonly PageMetric[];
}

/** The body of a page with these families. */
export function protobufPage(families: readonly PageFamily[]): Buffer {
  const writer = new BinaryWriter();
  for (const family of families) writer.bytes(message((one) => writeFamily(one, family)));
  return Buffer.from(writer.finish());
}

function message(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

function nested(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).bytes(message(write));
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function double(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Bit64).double(value);
}

function writeFamily(writer: BinaryWriter, { name, type, help, unit, metrics }: PageFamily): void {
  text(writer, 1, name);
  if (help !== undefined) text(writer, 2, help);
  writer.tag(3, WireType.Varint).int32(FamilyTypes[type]);
  for (const metric of metrics) nested(writer, 4, (one) => writeMetric(one, metric));
  if (unit !== undefined) text(writer, 5, unit);
}

function writeLabels(writer: BinaryWriter, labels: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(labels)) {
    nested(writer, 1, (pair) => {
      text(pair, 1, name);
      text(pair, 2, value);
    });
  }
}

function writeMetric(writer: BinaryWriter, metric: PageMetric): void {
  const { labels = {}, timestampMs, counter, gauge, untyped, summary, histogram } = metric;
  writeLabels(writer, labels);
  if (gauge !== undefined) nested(writer, 2, (one) => double(one, 1, gauge));
  if (counter !== undefined) {
    nested(writer, 3, (one) => {
      double(one, 1, counter.value);
      writeExemplar(one, 2, counter.exemplar);
      writeTime(one, 3, counter.createdMs);
    });
  }
  if (summary !== undefined) {
    nested(writer, 4, (one) => {
      one.tag(1, WireType.Varint).uint64(summary.count);
      double(one, 2, summary.sum);
      for (const [quantile, value] of summary.quantiles) {
        nested(one, 3, (pair) => {
          double(pair, 1, quantile);
          double(pair, 2, value);
        });
      }
    });
  }
  if (untyped !== undefined) nested(writer, 5, (one) => double(one, 1, untyped));
  if (timestampMs !== undefined) writer.tag(6, WireType.Varint).int64(timestampMs);
  if (histogram !== undefined) nested(writer, 7, (one) => writeHistogram(one, histogram));
}

function writeHistogram(writer: BinaryWriter, histogram: PageHistogram): void {
  const { count, sum, buckets = [], schema, zeroThreshold, zeroCount, spans = [], deltas = [], packed = false } = histogram;
  writer.tag(1, WireType.Varint).uint64(count);
  double(writer, 2, sum);
  for (const [bound, upTo, exemplar] of buckets) {
    nested(writer, 3, (one) => {
      one.tag(1, WireType.Varint).uint64(upTo);
      double(one, 2, bound);
      writeExemplar(one, 3, exemplar);
    });
  }
  if (schema !== undefined) writer.tag(5, WireType.Varint).sint32(schema);
  if (zeroThreshold !== undefined) double(writer, 6, zeroThreshold);
  if (zeroCount !== undefined) writer.tag(7, WireType.Varint).uint64(zeroCount);
  writeSide(writer, 9, histogram.negativeSpans ?? [], histogram.negativeDeltas ?? [], packed);
  writeSide(writer, 12, spans, deltas, packed);
  writeTime(writer, 15, histogram.createdMs);
  for (const exemplar of histogram.exemplars ?? []) writeExemplar(writer, 16, exemplar);
}

function writeSide(
  writer: BinaryWriter,
  first: number,
  spans: readonly (readonly [number, number])[],
  deltas: readonly number[],
  packed: boolean,
): void {
  for (const [offset, length] of spans) {
    nested(writer, first, (span) => span.tag(1, WireType.Varint).sint32(offset).tag(2, WireType.Varint).uint32(length));
  }
  if (packed) {
    nested(writer, first + 1, (all) => {
      for (const delta of deltas) all.sint64(delta);
    });
  } else {
    for (const delta of deltas) writer.tag(first + 1, WireType.Varint).sint64(delta);
  }
}

function writeExemplar(writer: BinaryWriter, field: number, exemplar: PageExemplar | undefined): void {
  if (exemplar === undefined) return;
  nested(writer, field, (one) => {
    writeLabels(one, exemplar.labels);
    double(one, 2, exemplar.value);
    writeTime(one, 3, exemplar.ms);
  });
}

function writeTime(writer: BinaryWriter, field: number, ms: number | undefined): void {
  if (ms === undefined) return;
  nested(writer, field, (time) => {
    time.tag(1, WireType.Varint).int64(Math.floor(ms / 1000));
    time.tag(2, WireType.Varint).int32((ms % 1000) * 1e6);
  });
}
