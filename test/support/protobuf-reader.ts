/** Protobuf read strictly, for tests: written apart from what the program writes it with. Throws on anything that is not quite right. */
export interface ProtobufField {
  readonly number: number;
  /** Of a varint and of 64 bits the number; of what has a length its bytes. */
  readonly value: bigint | Buffer;
  /** Eight bytes as they are, for doubles. */
  readonly fixed: Buffer | undefined;
}

/** The fields of a message, in order. */
export function readFields(bytes: Buffer): ProtobufField[] {
  const fields: ProtobufField[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = readVarint(bytes, at);
    const [number, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    if (wire === 0) {
      const [value, end] = readVarint(bytes, afterTag);
      fields.push({ number, value, fixed: undefined });
      at = end;
    } else if (wire === 1) {
      const fixed = cut(bytes, afterTag, 8);
      fields.push({ number, value: fixed.readBigUInt64LE(), fixed });
      at = afterTag + 8;
    } else if (wire === 2) {
      const [length, start] = readVarint(bytes, afterTag);
      fields.push({ number, value: cut(bytes, start, Number(length)), fixed: undefined });
      at = start + Number(length);
    } else {
      throw new Error(`wire type ${wire} of field ${number}`);
    }
  }
  return fields;
}

/** All varints of a packed field. */
export function readPacked(bytes: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const [value, end] = readVarint(bytes, at);
    numbers.push(Number(value));
    at = end;
  }
  return numbers;
}

/** All doubles of a packed field. */
export function readPackedDoubles(bytes: Buffer): number[] {
  if (bytes.length % 8 !== 0) throw new Error('packed doubles that are cut off');
  return Array.from({ length: bytes.length / 8 }, (_, at) => bytes.readDoubleLE(at * 8));
}

/** A signed number that is written in zigzag, as `sint32` and `sint64` are. */
export function unzigzag(value: bigint): number {
  return Number((value >> 1n) ^ -(value & 1n));
}

/** All zigzag varints of a packed field. */
export function readPackedSigned(bytes: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const [value, end] = readVarint(bytes, at);
    numbers.push(unzigzag(value));
    at = end;
  }
  return numbers;
}

/** Text; throws on bytes that are no UTF-8. */
export function readText(value: bigint | Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(asBytes(value));
}

export function asBytes(value: bigint | Buffer): Buffer {
  if (typeof value === 'bigint') throw new Error('a number where bytes belong');
  return value;
}

export function asNumber(value: bigint | Buffer): number {
  if (typeof value !== 'bigint') throw new Error('bytes where a number belongs');
  return Number(BigInt.asIntN(64, value));
}

function readVarint(bytes: Buffer, from: number): [value: bigint, end: number] {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[from + index];
    if (byte === undefined) throw new Error('a varint is cut off');
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte >= 0x80) continue;
    if (byte === 0 && index > 0) throw new Error('a varint is longer than it need be');
    return [value, from + index + 1];
  }
  throw new Error('a varint of more than ten bytes');
}

function cut(bytes: Buffer, from: number, length: number): Buffer {
  if (from + length > bytes.length) throw new Error('a field is cut off');
  return bytes.subarray(from, from + length);
}
