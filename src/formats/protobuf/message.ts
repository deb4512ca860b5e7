/** Messages of protobuf by tables of their fields, for those that are rare enough to be read with a library. */
import { isUtf8 } from 'node:buffer';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Reads the value of one field, whose tag was read, into what is made of the message. */
export type FieldReader<T> = (reader: BinaryReader, into: T, wire: WireType) => void;

/** The readers of a message's fields, by number. */
export type MessageFields<T> = Readonly<Record<number, FieldReader<T>>>;

/** Faster for short texts than a strict `TextDecoder`. */
function strictText(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new Error('a text in it is not valid UTF-8');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).utf8Slice();
}

/** Reads a message into `into`, and returns that; fields without a reader are left out. Throws on bytes that are no message, and on text that is not UTF-8. */
export function readMessage<T>(bytes: Uint8Array, fields: MessageFields<T>, into: T): T {
  const reader = new BinaryReader(bytes, strictText);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const read = fields[number];
    if (read === undefined) reader.skip(wire, number);
    else read(reader, into, wire);
  }
  return into;
}

/** The numbers of a repeated field at this place: one, or all that are packed in it. */
export function repeated(reader: BinaryReader, wire: WireType, read: (reader: BinaryReader) => number): number[] {
  if (wire !== WireType.LengthDelimited) return [read(reader)];
  const packed = new BinaryReader(reader.bytes());
  const numbers: number[] = [];
  while (packed.pos < packed.len) numbers.push(read(packed));
  return numbers;
}

/** A BucketSpan `{ sint32 offset = 1; uint32 length = 2 }` of a native histogram, as a scrape and remote write have it. */
export function readSpan(bytes: Uint8Array): readonly [offset: number, length: number] {
  const { offset, length } = readMessage(bytes, SPAN, { offset: 0, length: 0 });
  return [offset, length];
}

const SPAN: MessageFields<{ offset: number; length: number }> = {
  1: (reader, into) => void (into.offset = reader.sint32()),
  2: (reader, into) => void (into.length = reader.uint32()),
};

/** Counts of which each is given by its difference to the one before. */
export function summedUp(deltas: readonly number[]): number[] {
  let count = 0;
  return deltas.map((delta) => (count += delta));
}
