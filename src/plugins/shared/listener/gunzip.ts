import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fitMemory } from '../../../metric/memory.ts';
import { Gate } from '../gate.ts';

const gunzipAsync = promisify(gunzip);

/** Instead of the bytes: there would be more than allowed. */
export const GUNZIP_TOO_LARGE = Symbol('too large');

/**
 * At most this many bodies grow at one time, so that bombs take no more memory than two bodies may. Two threads inflate some
 * 600 MB of line protocol a second, about what one core parses.
 */
const gate = new Gate(2);

const SMALLEST_CHUNK = 16 * 1024;
const LARGEST_CHUNK = 4 * 1024 * 1024;

/** What `body` holds, at most `maxBytes`; or `GUNZIP_TOO_LARGE`; or, as a text, why it is no gzip. */
export async function gunzipBody(body: Buffer, maxBytes: number): Promise<Buffer | string | typeof GUNZIP_TOO_LARGE> {
  const claimed = claimedLength(body);
  if (claimed > maxBytes) return GUNZIP_TOO_LARGE;
  // One chunk that holds everything halves the cost of inflating: no other round through the loop, nothing to join. One byte
  // more than claimed, or zlib would ask for another chunk to find out that it is done.
  const chunkSize = Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, claimed + 1));
  try {
    return fitMemory(await gate.run(() => gunzipAsync(body, { maxOutputLength: maxBytes, chunkSize })));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE' ? GUNZIP_TOO_LARGE : message;
  }
}

/** What the last four bytes say of the decompressed length (RFC 1952, ISIZE): right for honest bodies of one member. */
function claimedLength(body: Buffer): number {
  return body.length < 18 ? 0 : body.readUInt32LE(body.length - 4);
}
