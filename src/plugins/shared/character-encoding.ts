import { TextDecoder } from 'node:util';
import { z } from 'zod';

const ENCODINGS = ['none', 'utf-8', 'utf-16le', 'utf-16be'] as const;
export type CharacterEncoding = (typeof ENCODINGS)[number];

/** Telegraf's option `character_encoding`; the empty text means `none`. */
export const characterEncoding = z
  .enum(['', ...ENCODINGS])
  .default('none')
  .transform((name): CharacterEncoding => (name === '' ? 'none' : name))
  .describe('How characters are written: `none` takes the bytes as they are, `utf-8` replaces invalid ones, `utf-16le`, `utf-16be`.');

/** Turns a file's bytes, block by block, into UTF-8 (or, for `none`, leaves them); skips a byte-order mark at the start. */
export class CharacterDecoder {
  readonly #decoder: TextDecoder | undefined;

  constructor(encoding: CharacterEncoding) {
    this.#decoder = encoding === 'none' ? undefined : new TextDecoder(encoding);
  }

  /** The next block of a file. A character cut in two at its end comes with the block after it; `last` gives what is left. */
  decode(bytes: Buffer, last: boolean): Buffer {
    if (this.#decoder === undefined) return bytes;
    return Buffer.from(this.#decoder.decode(bytes, { stream: !last }), 'utf8');
  }
}

/** Bytes of one code unit: line ends are looked for at multiples of it. */
export function unitBytes(encoding: CharacterEncoding): 1 | 2 {
  return encoding === 'utf-16le' || encoding === 'utf-16be' ? 2 : 1;
}
