import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';

export type Compressor = (bytes: Buffer) => Promise<Buffer>;

const gzipped = promisify(gzip);
const zstdCompressed = promisify(zstdCompress);

/** Makes a whole gzip member or zstd frame of some bytes; both formats allow one after the other. Level -1 is the algorithm's default. */
export function compressor(algorithm: '' | 'gzip' | 'zstd', level: number): Compressor {
  switch (algorithm) {
    case '':
      return (bytes) => Promise.resolve(bytes);
    case 'gzip':
      return (bytes) => gzipped(bytes, { level: Math.min(level, constants.Z_BEST_COMPRESSION) });
    case 'zstd': {
      const params = level === -1 ? {} : { [constants.ZSTD_c_compressionLevel]: level };
      return (bytes) => zstdCompressed(bytes, { params });
    }
  }
}
