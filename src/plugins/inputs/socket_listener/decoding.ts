/** Content that is compressed: a stream as a whole, a datagram by itself. */
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, createInflate, createZstdDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';

export const encodings = ['identity', 'gzip', 'zlib', 'zstd'] as const;
export type Encoding = (typeof encodings)[number];

/** What a stream is led through; undefined where nothing is to be done. */
export function streamDecoder(encoding: Encoding): Transform | undefined {
  switch (encoding) {
    case 'identity':
      return undefined;
    case 'gzip':
      return createGunzip();
    case 'zlib':
      return createInflate();
    case 'zstd':
      return createZstdDecompress();
  }
}

const DECODERS = { gzip: promisify(gunzip), zlib: promisify(inflate), zstd: promisify(zstdDecompress) } as const;

/** A datagram's content, at most `maxBytes`. Rejects for what is too large, or not of that encoding. */
export function decodePacket(encoding: Encoding, packet: Buffer, maxBytes: number): Promise<Buffer> {
  return encoding === 'identity' ? Promise.resolve(packet) : DECODERS[encoding](packet, { maxOutputLength: maxBytes });
}
