/** Native histograms of remote write, read strictly: what the message allows, and what makes a histogram one. */
import { asBytes, asNumber, readFields, readPackedDoubles, readPackedSigned, unzigzag, type ProtobufField } from './protobuf-reader.ts';

export interface ReceivedHistogram {
  readonly ms: number;
  /** Of 2.0, where given. */
  readonly startMs: number | undefined;
  readonly stale: boolean;
  /** Whether its counts are whole numbers on the wire. */
  readonly isInteger: boolean;
  readonly count: number;
  readonly sum: number;
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly resetHint: number;
  /** Counts by the index of their bucket. */
  readonly positive: ReadonlyMap<number, number>;
  readonly negative: ReadonlyMap<number, number>;
}

const STALE = 0x7ff0000000000002n;
const REPEATED = new Set([8, 11]);

/** The message Histogram of this version. Throws on what it forbids. */
export function readHistogram(bytes: Buffer, version: 1 | 2): ReceivedHistogram {
  const fields = readFields(bytes);
  const highest = version === 1 ? 15 : 17;
  for (const { number } of fields) if (number < 1 || number > highest) throw new Error(`a Histogram of ${version}.0 has a field ${number}`);
  const numbers = fields.map(({ number }) => number).filter((number) => !REPEATED.has(number));
  if (new Set(numbers).size !== numbers.length) throw new Error('a Histogram has a field twice');
  const has = (number: number): boolean => numbers.includes(number);
  if (has(1) === has(2) || has(6) === has(7) || has(1) !== has(6)) {
    throw new Error('a Histogram is of whole numbers or of floats, not both');
  }
  const isInteger = has(1);
  for (const number of isInteger ? [10, 13] : [9, 12]) {
    if (has(number)) throw new Error(`a Histogram has counts of the other kind, ${number}`);
  }
  const sumBits = fields.find(({ number }) => number === 3)?.fixed?.readBigUInt64LE() ?? 0n;
  const start = fields.find(({ number }) => number === 17);
  const histogram = {
    ms: integer(fields, 15),
    startMs: start === undefined ? undefined : asNumber(start.value),
    stale: sumBits === STALE,
    isInteger,
    count: isInteger ? integer(fields, 1) : double(fields, 2),
    sum: double(fields, 3),
    schema: signed(fields, 4),
    zeroThreshold: double(fields, 5),
    zeroCount: isInteger ? integer(fields, 6) : double(fields, 7),
    resetHint: integer(fields, 14),
    positive: buckets(fields, 11),
    negative: buckets(fields, 8),
  };
  check(histogram);
  return histogram;
}

function check(histogram: ReceivedHistogram): void {
  const { ms, startMs, stale, isInteger, count, sum, schema, zeroThreshold, zeroCount, resetHint, positive, negative } = histogram;
  const fail = (problem: string): never => {
    throw new Error(`${problem} in a histogram at ${ms}`);
  };
  if (ms <= 0) fail('no time');
  if (startMs !== undefined && (startMs <= 0 || startMs >= ms)) fail(`a start at ${startMs}`);
  if (schema < -4 || schema > 8) fail(`schema ${schema}`);
  if (resetHint > 3) fail(`reset hint ${resetHint}`);
  if (!(zeroThreshold >= 0)) fail(`zero threshold ${zeroThreshold}`);
  const counts = [zeroCount, ...positive.values(), ...negative.values()];
  if (counts.some((one) => !(one >= 0))) fail('a negative count');
  const total = counts.reduce((a, b) => a + b, 0);
  if (isInteger && !stale && (Number.isNaN(sum) ? total > count : total !== count)) fail(`${total} of ${count} observations`);
}

/** Spans are field `first`, then come differences, then counts. */
function buckets(fields: readonly ProtobufField[], first: number): Map<number, number> {
  const spans = fields.filter(({ number }) => number === first).map(({ value }) => readSpan(asBytes(value)));
  const deltas = fields.find(({ number }) => number === first + 1);
  const floats = fields.find(({ number }) => number === first + 2);
  let before = 0;
  const counts =
    floats === undefined
      ? readPackedSigned(deltas === undefined ? Buffer.alloc(0) : asBytes(deltas.value)).map((delta) => (before += delta))
      : readPackedDoubles(asBytes(floats.value));
  const byIndex = new Map<number, number>();
  let index = 0;
  let at = 0;
  for (const [position, { offset, length }] of spans.entries()) {
    if (position > 0 && offset < 0) throw new Error('a span goes back');
    index += offset;
    for (let left = length; left > 0; left--) byIndex.set(index++, counts[at++]);
  }
  if (at !== counts.length) throw new Error(`spans have ${at} buckets, and there are ${counts.length}`);
  return byIndex;
}

function readSpan(bytes: Buffer): { offset: number; length: number } {
  const fields = readFields(bytes);
  for (const { number } of fields) if (number !== 1 && number !== 2) throw new Error(`a BucketSpan has a field ${number}`);
  return { offset: signed(fields, 1), length: integer(fields, 2) };
}

function integer(fields: readonly ProtobufField[], wanted: number): number {
  return asNumber(fields.find(({ number }) => number === wanted)?.value ?? 0n);
}

function signed(fields: readonly ProtobufField[], wanted: number): number {
  const value = fields.find(({ number }) => number === wanted)?.value ?? 0n;
  if (typeof value !== 'bigint') throw new Error(`field ${wanted} of a Histogram is no number`);
  return unzigzag(value);
}

function double(fields: readonly ProtobufField[], wanted: number): number {
  return fields.find(({ number }) => number === wanted)?.fixed?.readDoubleLE() ?? 0;
}
