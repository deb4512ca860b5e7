import { compareNames, type Label } from './names.ts';
import { TAG, varintLength, writeVarint } from './protobuf.ts';

/** The name and the labels of one series, ready to be copied into a request. */
export interface LabelSet {
  /** The `labels` part of a TimeSeries, in the order of the labels' names. */
  readonly bytes: Buffer;
  /** The series as PromQL writes it, `energy_watts{host="kvm-0"}`: what names it among all others, also after a restart. */
  readonly key: string;
}

/** The label set of a legal metric name and legal, distinct labels, sorted by name. */
export function labelSet(name: string, labels: readonly Label[]): LabelSet {
  // The name is a label like any other and stands where its bytes put it: after capitals, before small letters.
  const all = [...labels, ['__name__', name] as const].sort(([a], [b]) => compareNames(a, b));
  return { bytes: Buffer.concat(all.map(labelBytes)), key: labelSetKey(name, labels) };
}

/** `LabelSet.key` alone. */
export function labelSetKey(name: string, labels: readonly Label[]): string {
  return `${name}{${labels.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}}`;
}

/** A `labels` field of a TimeSeries or an Exemplar. */
export function labelBytes([name, value]: Label): Buffer {
  const nameLength = Buffer.byteLength(name);
  const valueLength = Buffer.byteLength(value);
  const length = 2 + varintLength(nameLength) + nameLength + varintLength(valueLength) + valueLength;
  const bytes = Buffer.allocUnsafe(1 + varintLength(length) + length);
  bytes[0] = TAG.first;
  let at = writeVarint(bytes, 1, length);
  at = writeText(bytes, at, TAG.first, name, nameLength);
  writeText(bytes, at, TAG.second, value, valueLength);
  return bytes;
}

function writeText(target: Buffer, at: number, tag: number, text: string, length: number): number {
  target[at] = tag;
  const start = writeVarint(target, at + 1, length);
  target.write(text, start);
  return start + length;
}
