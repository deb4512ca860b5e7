import { createGzip } from 'node:zlib';
import { fitMemory } from '../../metric/memory.ts';

const SMALLEST_CHUNK = 16 * 1024;

/**
 * A body as gzip, made on another thread, in memory of just its size. Line protocol shrinks to a fifth, so a quarter holds it in one piece:
 * each further piece is a turn between two threads. `zlib.gzip` copies that piece, since the last bytes come separately, and leaves it
 * to V8: as much memory as the result, for every request.
 */
export async function gzipBody(body: Buffer, level: number): Promise<Buffer> {
  const stream = createGzip({ level, chunkSize: Math.max(SMALLEST_CHUNK, body.length >> 2) });
  stream.end(body);
  const pieces: Buffer[] = [];
  for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
  const [{ buffer, byteOffset }] = pieces;
  const isOne = pieces.every((piece) => piece.buffer === buffer);
  return isOne ? fitMemory(Buffer.from(buffer, byteOffset, sizeOf(pieces))) : Buffer.concat(pieces);
}

function sizeOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((size, { length }) => size + length, 0);
}
