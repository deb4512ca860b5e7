/**
 * Requests as they wait in a queue: compressed once, where they are made, since a request takes five times the bytes of the lines that it
 * comes from, nearly all of them labels that repeat.
 *
 *     Packed { repeated TimeSeries timeseries = 1; repeated bytes snappy = 15 }
 *
 * `snappy` is a compressed WriteRequest; a series beside it is one that an older version of Wattbridge queued. So bodies can be joined by
 * joining their bytes, and what was compressed need not be compressed again to be sent: what a snappy block refers to lies before it
 * in its own block, so blocks one after the other, with the sum of their lengths in front, are a block.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
import { compressSync, uncompressSync } from 'snappy';
import { readVarint, TAG, varintLength, writeVarint } from './protobuf.ts';

/** Number 15, length-delimited. */
const SNAPPY = 0x7a;

/** What may lie in a packed body: a block and the length of what is in it, or a series as it is on the wire. */
interface Part {
  readonly isBlock: boolean;
  readonly from: number;
  readonly to: number;
  readonly unpackedLength: number;
}

/** A message as a snappy block. */
export function compressMessage(message: Buffer): Buffer {
  // Not on another thread, and copied: the asynchronous form kept every output, at the size of its input, for hundreds of calls
  // (snappy 7.4.3: 600 MB after 400 requests of 2 MB, 56 MB this way). It takes 2 ms for 2 MB.
  return compressSync(message, { copyOutputData: true });
}

/** A request packed, in memory of its own. */
export function packRequest(request: Buffer): Buffer {
  const block = compressMessage(request);
  const packed = Buffer.allocUnsafeSlow(1 + varintLength(block.length) + block.length);
  packed[0] = SNAPPY;
  packed.set(block, writeVarint(packed, 1, block.length));
  return packed;
}

/** The WriteRequest that is in a packed body. Throws on bytes that are none. */
export function unpackRequest(body: Buffer): Buffer {
  const parts = partsOf(body).map(({ isBlock, from, to }) => {
    const bytes = body.subarray(from, to);
    return isBlock ? (uncompressSync(bytes, { asBuffer: true, copyOutputData: true }) as Buffer) : bytes;
  });
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** How many bytes the WriteRequest that is in a packed body has. Throws on bytes that are none. */
export function unpackedLength(body: Buffer): number {
  return partsOf(body).reduce((sum, part) => sum + part.unpackedLength, 0);
}

/** The WriteRequest that is in a packed body as one snappy block, in memory of its own. Throws on bytes that are none. */
export function snappyRequest(body: Buffer): Buffer {
  const parts = partsOf(body);
  if (!parts.every(({ isBlock }) => isBlock)) return compressMessage(unpackRequest(body));
  const preamble = Buffer.alloc(10);
  const length = writeVarint(preamble, 0, unpackedLength(body));
  const elements = parts.map(({ from, to }) => body.subarray(readVarint(body, from)[1], to));
  return Buffer.concat([preamble.subarray(0, length), ...elements]);
}

function partsOf(body: Buffer): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < body.length;) {
    const tag = body[at];
    if (tag !== SNAPPY && tag !== TAG.first) throw new Error(`remote write: field tag ${tag} at byte ${at} of what was queued`);
    const [length, start] = readVarint(body, at + 1);
    const to = start + length;
    if (to > body.length) throw new Error(`remote write: the field at byte ${at} of what was queued is cut off`);
    const isBlock = tag === SNAPPY;
    parts.push(
      isBlock
        ? { isBlock, from: start, to, unpackedLength: readVarint(body, start)[0] }
        : { isBlock, from: at, to, unpackedLength: to - at },
    );
    at = to;
  }
  return parts;
}
