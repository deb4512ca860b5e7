/** How messages follow one another in a stream. */
import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';

/** The largest message there may be. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Takes a stream apart: the next message at the start of `bytes` and where what follows it begins; undefined when more must come first. */
export type Split = (bytes: Buffer) => { readonly message: Buffer; readonly end: number } | undefined;

export const splittingOptions = {
  splitting_strategy: z
    .enum(['newline', 'null', 'delimiter', 'fixed length', 'variable length'])
    .default('newline')
    .describe(
      'Where a message ends in a stream: at line ends, at null bytes, at `splitting_delimiter`, after `splitting_length` bytes, or where `splitting_length_field` says.',
    ),
  splitting_delimiter: z.string().default('').describe('The bytes between messages in hexadecimal: `0x0d0a`. Only with `delimiter`.'),
  splitting_length: z.int().min(0).max(MAX_MESSAGE_BYTES).default(0).describe('Bytes of a message. Only with `fixed length`.'),
  splitting_length_field: z
    .strictObject({
      offset: z.int().min(0).max(MAX_MESSAGE_BYTES).default(0).describe('Bytes before the length.'),
      bytes: z.int().min(0).max(8).default(0).describe('Bytes of the length: 1, 2, 4 or 8.'),
      endianness: z.enum(['be', 'le']).default('be').describe('Order of its bytes: `be` begins with the highest.'),
      header_length: z
        .int()
        .min(0)
        .max(MAX_MESSAGE_BYTES)
        .default(0)
        .describe('Bytes before the message, which the length does not count and the parser does not see.'),
    })
    .prefault({})
    .describe('Where the length of a message stands in it. Only with `variable length`.'),
} as const;
type SplittingConfig = z.output<z.ZodObject<typeof splittingOptions>>;

const EMPTY = Buffer.alloc(0);

/** Puts together what arrives in pieces, and takes it apart. */
export class MessageSplitter {
  readonly #split: Split;
  #rest: Buffer = EMPTY;

  constructor(split: Split) {
    this.#split = split;
  }

  /** The messages that are whole with this piece. Throws when one is too long: where the next begins nobody knows then. */
  add(piece: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const messages: Buffer[] = [];
    for (let next = this.#split(bytes); next !== undefined; next = this.#split(bytes)) {
      messages.push(next.message);
      bytes = bytes.subarray(next.end);
    }
    if (bytes.length > MAX_MESSAGE_BYTES) throw new Error(`a message has more than ${MAX_MESSAGE_BYTES} bytes`);
    this.#rest = Buffer.from(bytes);
    return messages;
  }

  /** A last message that was not ended; empty when there is none. */
  rest(): Buffer {
    return this.#rest;
  }
}

/** The way that the options ask for; undefined for line ends, which formats know themselves. Throws `ConfigError`. */
export function createSplit(config: SplittingConfig): Split | undefined {
  switch (config.splitting_strategy) {
    case 'newline':
      return undefined;
    case 'null':
      return atDelimiter(Buffer.from([0]));
    case 'delimiter':
      return atDelimiter(delimiterOf(config.splitting_delimiter));
    case 'fixed length':
      if (config.splitting_length === 0) throw new ConfigError('fixed length needs splitting_length', ['splitting_length']);
      return afterLength(config.splitting_length);
    case 'variable length':
      return atLengthField(config.splitting_length_field);
  }
}

function delimiterOf(text: string): Buffer {
  const hex = text.replace(/^0?x/i, '');
  if (/^(?:[0-9a-f]{2})+$/i.test(hex)) return Buffer.from(hex, 'hex');
  throw new ConfigError('delimiter needs splitting_delimiter, bytes in hexadecimal: 0x0d0a', ['splitting_delimiter']);
}

function atDelimiter(delimiter: Buffer): Split {
  return (bytes) => {
    const at = bytes.indexOf(delimiter);
    return at === -1 ? undefined : { message: bytes.subarray(0, at), end: at + delimiter.length };
  };
}

function afterLength(length: number): Split {
  return (bytes) => (bytes.length < length ? undefined : { message: bytes.subarray(0, length), end: length });
}

function atLengthField({ offset, bytes: width, endianness, header_length: header }: SplittingConfig['splitting_length_field']): Split {
  if (![1, 2, 4, 8].includes(width)) {
    throw new ConfigError('variable length needs the bytes of the length: 1, 2, 4 or 8', ['splitting_length_field', 'bytes']);
  }
  return (bytes) => {
    if (bytes.length < offset + width) return undefined;
    const field = bytes.subarray(offset, offset + width);
    const highestFirst: Uint8Array = endianness === 'be' ? field : field.toReversed();
    const length = highestFirst.reduce((sum, byte) => sum * 256 + byte, 0);
    const end = header + length;
    if (length > MAX_MESSAGE_BYTES) throw new Error(`a message says that it has ${length} bytes; it may have ${MAX_MESSAGE_BYTES}`);
    if (end === 0) throw new Error('a message says that it has no bytes, and has no header');
    return bytes.length < end ? undefined : { message: bytes.subarray(header, end), end };
  };
}
