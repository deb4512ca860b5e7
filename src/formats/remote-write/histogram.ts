/**
 * Native histograms on the wire. The message is the same in 1.0 (`TimeSeries.histograms = 4`) and 2.0 (`= 3`), but for the start time, which
 * only 2.0 has and which stands last here.
 *
 *     Histogram  { oneof { uint64 count_int = 1; double count_float = 2 } double sum = 3; sint32 schema = 4; double zero_threshold = 5;
 *                  oneof { uint64 zero_count_int = 6; double zero_count_float = 7 }
 *                  repeated BucketSpan negative_spans = 8; repeated sint64 negative_deltas = 9; repeated double negative_counts = 10;
 *                  repeated BucketSpan positive_spans = 11; repeated sint64 positive_deltas = 12; repeated double positive_counts = 13;
 *                  ResetHint reset_hint = 14; int64 timestamp = 15; int64 start_timestamp = 17 }
 *     BucketSpan { sint32 offset = 1; uint32 length = 2 }
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { isIntegral, type BucketSide, type NativeHistogram } from '../../metric/native-histogram.ts';
import { readMessage, readSpan, repeated, summedUp, type MessageFields } from '../protobuf/message.ts';
import { STALE_NAN, TAG, varintLength, writeVarint } from './protobuf.ts';

/** A histogram of a request. */
export interface HistogramSample {
  readonly histogram: NativeHistogram;
  readonly ms: number;
  /** Whether it ends its series instead. */
  readonly stale: boolean;
  /** 0: not known. */
  readonly startMs: number;
}

/** Tag of `start_timestamp`, in bytes. */
const START_TAG_LENGTH = 2;

/** The `histograms` field of a TimeSeries, whole. */
export function histogramField(histogram: NativeHistogram, ms: number, startMs = 0): Buffer {
  const isInteger = isIntegral(histogram);
  const writer = new BinaryWriter();
  if (isInteger) writer.tag(1, WireType.Varint).uint64(histogram.count);
  else writer.tag(2, WireType.Bit64).double(histogram.count);
  writer.tag(3, WireType.Bit64).double(histogram.sum);
  if (histogram.schema !== 0) writer.tag(4, WireType.Varint).sint32(histogram.schema);
  writer.tag(5, WireType.Bit64).double(histogram.zeroThreshold);
  if (isInteger) writer.tag(6, WireType.Varint).uint64(histogram.zeroCount);
  else writer.tag(7, WireType.Bit64).double(histogram.zeroCount);
  writeSide(writer, histogram.negative, 8, isInteger);
  writeSide(writer, histogram.positive, 11, isInteger);
  if (histogram.resetHint !== 0) writer.tag(14, WireType.Varint).uint32(histogram.resetHint);
  writer.tag(15, WireType.Varint).int64(ms);
  if (startMs !== 0) writer.tag(17, WireType.Varint).int64(startMs);
  return fieldOf(writer.finish());
}

/** The field that ends a series of histograms. */
export function staleHistogramField(ms: number): Buffer {
  const writer = new BinaryWriter().tag(1, WireType.Varint).uint64(0).tag(3, WireType.Bit64).raw(STALE_NAN);
  return fieldOf(writer.tag(6, WireType.Varint).uint64(0).tag(15, WireType.Varint).int64(ms).finish());
}

/** The field of this content, without its start time where that is given. */
export function withoutStart(content: Buffer, startMs: number): Buffer {
  const length = startMs === 0 ? 0 : START_TAG_LENGTH + varintLength(startMs);
  return fieldOf(content.subarray(0, content.length - length));
}

/** Reads what a field holds. Throws on bytes that are none of ours. */
export function readHistogram(content: Buffer): HistogramSample {
  return readMessage(content, FIELDS, {
    histogram: { count: 0, sum: 0, schema: 0, resetHint: 0, zeroThreshold: 0, zeroCount: 0, positive: emptySide(), negative: emptySide() },
    ms: 0,
    stale: false,
    startMs: 0,
  });
}

interface ReadSide {
  readonly spans: (readonly [number, number])[];
  counts: number[];
}

interface Read {
  readonly histogram: { -readonly [Key in keyof NativeHistogram]: NativeHistogram[Key] } & { positive: ReadSide; negative: ReadSide };
  ms: number;
  stale: boolean;
  startMs: number;
}

const FIELDS: MessageFields<Read> = {
  1: (reader, { histogram }) => void (histogram.count = Number(reader.uint64())),
  2: (reader, { histogram }) => void (histogram.count = reader.double()),
  3: (reader, into) => {
    const bits = Buffer.alloc(8);
    bits.writeBigUInt64LE(BigInt(reader.fixed64()));
    into.stale = bits.equals(STALE_NAN);
    into.histogram.sum = bits.readDoubleLE();
  },
  4: (reader, { histogram }) => void (histogram.schema = reader.sint32()),
  5: (reader, { histogram }) => void (histogram.zeroThreshold = reader.double()),
  6: (reader, { histogram }) => void (histogram.zeroCount = Number(reader.uint64())),
  7: (reader, { histogram }) => void (histogram.zeroCount = reader.double()),
  ...sideFields('negative', 8),
  ...sideFields('positive', 11),
  14: (reader, { histogram }) => void (histogram.resetHint = reader.uint32()),
  15: (reader, into) => void (into.ms = Number(reader.int64())),
  17: (reader, into) => void (into.startMs = Number(reader.int64())),
};

function sideFields(side: 'positive' | 'negative', first: number): MessageFields<Read> {
  return {
    [first]: (reader, { histogram }) => void histogram[side].spans.push(readSpan(reader.bytes())),
    [first + 1]: (reader, { histogram }, wire) => {
      histogram[side].counts = summedUp(repeated(reader, wire, (one) => Number(one.sint64())));
    },
    [first + 2]: (reader, { histogram }, wire) => {
      histogram[side].counts = repeated(reader, wire, (one) => one.double());
    },
  };
}

function emptySide(): ReadSide {
  return { spans: [], counts: [] };
}

function fieldOf(content: Uint8Array): Buffer {
  const field = Buffer.allocUnsafe(1 + varintLength(content.length) + content.length);
  field[0] = TAG.histograms;
  field.set(content, writeVarint(field, 1, content.length));
  return field;
}

/** Spans are field `first`, then come differences, then counts. */
function writeSide(writer: BinaryWriter, { spans, counts }: BucketSide, first: number, isInteger: boolean): void {
  for (const [offset, length] of spans) {
    writer.tag(first, WireType.LengthDelimited).fork();
    if (offset !== 0) writer.tag(1, WireType.Varint).sint32(offset);
    if (length !== 0) writer.tag(2, WireType.Varint).uint32(length);
    writer.join();
  }
  if (counts.length === 0) return;
  writer.tag(first + (isInteger ? 1 : 2), WireType.LengthDelimited).fork();
  let before = 0;
  for (const count of counts) {
    if (isInteger) writer.sint64(count - before);
    else writer.double(count);
    before = count;
  }
  writer.join();
}
