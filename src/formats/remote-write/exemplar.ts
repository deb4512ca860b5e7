/** Exemplars on the wire of 1.0: `Exemplar { repeated Label labels = 1; double value = 2; int64 timestamp = 3 }`. */
import { labelBytes } from './label-set.ts';
import type { Label } from './names.ts';
import { TAG, varintLength, writeVarint } from './protobuf.ts';

/** Exemplar.value: number 2, 64 bits. */
const EXEMPLAR_VALUE = 0x11;
/** Exemplar.timestamp: number 3, varint. */
const EXEMPLAR_TIMESTAMP = 0x18;

/** OpenMetrics allows no more characters in all names and values of an exemplar's labels together, and Prometheus takes no more. */
export const MAX_EXEMPLAR_CHARACTERS = 128;

/** The `exemplars` field of a TimeSeries, whole. Labels must be legal, distinct and sorted by name; the time is in milliseconds. */
export function exemplarField(labels: readonly Label[], value: number, ms: number): Buffer {
  const all = labels.map(labelBytes);
  const length = all.reduce((sum, { length: bytes }) => sum + bytes, 0) + 9 + 1 + varintLength(ms);
  const field = Buffer.allocUnsafe(1 + varintLength(length) + length);
  field[0] = TAG.exemplars;
  let at = writeVarint(field, 1, length);
  for (const label of all) at += label.copy(field, at);
  field[at] = EXEMPLAR_VALUE;
  at = field.writeDoubleLE(value, at + 1);
  field[at] = EXEMPLAR_TIMESTAMP;
  writeVarint(field, at + 1, ms);
  return field;
}

/** How many characters an exemplar's labels have. */
export function labelCharacters(labels: readonly Label[]): number {
  let characters = 0;
  for (const [name, value] of labels) characters += [...name].length + [...value].length;
  return characters;
}
