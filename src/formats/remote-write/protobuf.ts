/**
 * The little of protobuf that remote write 1.0 needs:
 *
 *     WriteRequest { repeated TimeSeries timeseries = 1 }
 *     TimeSeries   { repeated Label labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3; repeated Histogram histograms = 4 }
 *     Label        { string name = 1; string value = 2 }
 *     Sample       { double value = 1; int64 timestamp = 2 }
 *     Exemplar     { repeated Label labels = 1; double value = 2; int64 timestamp = 3 }
 *
 * Bodies that wait for a receiver of 2.0 have one field more, with the number and meaning it has there: `int64 start_timestamp = 3` of a
 * Sample, or 17 of a Histogram (see histogram.ts). `toVersion1` takes it out.
 *
 * https://prometheus.io/docs/specs/prw/remote_write_spec/
 */

/** Field number and wire type in one byte. */
export const TAG = {
  /** WriteRequest.timeseries, TimeSeries.labels, Label.name: number 1, length-delimited. */
  first: 0x0a,
  /** TimeSeries.samples, Label.value: number 2, length-delimited. */
  second: 0x12,
  /** Sample.value: number 1, 64 bits. */
  value: 0x09,
  /** Sample.timestamp: number 2, varint. */
  timestamp: 0x10,
  /** Sample.start_timestamp: number 3, varint. */
  startTimestamp: 0x18,
  /** TimeSeries.exemplars: number 3, length-delimited. */
  exemplars: 0x1a,
  /** TimeSeries.histograms: number 4, length-delimited. */
  histograms: 0x22,
} as const;

/**
 * The value that ends a series, as it is on the wire: the NaN 0x7ff0000000000002. Kept in bytes, since a JavaScript number need
 * not keep the payload of a NaN.
 */
export const STALE_NAN: Buffer = Buffer.from('020000000000f07f', 'hex');

/** The bytes that a whole number needs as a varint; a negative one always ten, as int64 in two's complement. */
export function varintLength(value: number): number {
  if (value < 0) return 10;
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Writes a whole number (a safe integer) at `at`; returns where it ends. */
export function writeVarint(target: Buffer, at: number, value: number): number {
  if (value < 0) return writeNegative(target, at, value);
  let rest = value;
  // Four bytes at a time while it is more than bit operations can take: a time in milliseconds has 41 bits.
  while (rest >= 0x10000000) {
    const high = Math.floor(rest / 0x10000000);
    const low = rest - high * 0x10000000;
    target[at] = low | 0x80;
    target[at + 1] = (low >>> 7) | 0x80;
    target[at + 2] = (low >>> 14) | 0x80;
    target[at + 3] = (low >>> 21) | 0x80;
    at += 4;
    rest = high;
  }
  for (; rest >= 0x80; rest >>>= 7) target[at++] = rest | 0x80;
  target[at++] = rest;
  return at;
}

function writeNegative(target: Buffer, at: number, value: number): number {
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    target[at++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  target[at++] = Number(rest);
  return at;
}

/** Reads a length or a field's tag: a varint below 2^53. Throws on bytes that are none. */
export function readVarint(source: Buffer, at: number): [value: number, end: number] {
  // One or two bytes, as nearly all are.
  const first = source[at];
  if (first < 0x80) return [first, at + 1];
  const second = source[at + 1];
  if (second < 0x80) return [(first & 0x7f) | (second << 7), at + 2];
  const [value, end] = readInt64(source, at);
  if (value < 0n || value > Number.MAX_SAFE_INTEGER) throw new Error(`protobuf: length ${value} at byte ${at} is out of range`);
  return [Number(value), end];
}

/** Reads a varint as int64. Throws on bytes that are none. */
export function readInt64(source: Buffer, at: number): [value: bigint, end: number] {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = source[at + index];
    if (byte === undefined) throw new Error(`protobuf: a number at byte ${at} is cut off`);
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return [BigInt.asIntN(64, value), at + index + 1];
  }
  throw new Error(`protobuf: a number at byte ${at} is longer than ten bytes`);
}
