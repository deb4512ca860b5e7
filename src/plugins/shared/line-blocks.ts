import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { CharacterDecoder, type CharacterEncoding } from './character-encoding.ts';

/** Bytes of one block: a file up to this size comes as one, so that strings with line ends in them stay whole. */
const BLOCK_BYTES = 64 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

export interface LineBlock {
  /** Whole lines, in UTF-8; at the end of the file the line end may be missing. */
  readonly text: Buffer;
  /** Lines of the file before this block. */
  readonly linesBefore: number;
}

/** Reads a file for a format whose unit is a line, in blocks of whole lines, or the text, in one. Throws what either throws. */
export function readBlocks(path: string, encoding: CharacterEncoding, unit: 'line' | 'text'): AsyncGenerator<LineBlock> {
  return unit === 'line' ? readLineBlocks(path, encoding) : readWhole(path, encoding);
}

/** Reads a file, of whatever size, in blocks of whole lines. Throws what reading throws, and for a line longer than a block. */
export async function* readLineBlocks(
  path: string,
  encoding: CharacterEncoding,
  blockBytes: number = BLOCK_BYTES,
): AsyncGenerator<LineBlock> {
  const decoder = new CharacterDecoder(encoding);
  let parts: Buffer[] = [];
  let length = 0;
  let linesBefore = 0;
  for await (const bytes of createReadStream(path, { highWaterMark: Math.min(READ_BYTES, blockBytes) })) {
    parts.push(decoder.decode(bytes as Buffer, false));
    length += parts[parts.length - 1].length;
    if (length < blockBytes) continue;
    const text = Buffer.concat(parts, length);
    const end = text.lastIndexOf(NEWLINE) + 1;
    if (end === 0) throw new Error(`no line end within ${blockBytes} bytes; this is no line protocol`);
    yield { text: text.subarray(0, end), linesBefore };
    linesBefore += countLines(text, end);
    parts = [Buffer.from(text.subarray(end))];
    length -= end;
  }
  parts.push(decoder.decode(Buffer.alloc(0), true));
  const text = Buffer.concat(parts);
  if (text.length > 0) yield { text, linesBefore };
}

/** Reads a file as one block, for formats that can't be cut. Throws what reading throws, and for a file larger than a block. */
async function* readWhole(path: string, encoding: CharacterEncoding, blockBytes: number = BLOCK_BYTES): AsyncGenerator<LineBlock> {
  const { size } = await stat(path);
  if (size > blockBytes) throw new Error(`it has ${size} bytes; a file in this data_format may have ${blockBytes}`);
  const decoder = new CharacterDecoder(encoding);
  yield { text: decoder.decode(await readFile(path), true), linesBefore: 0 };
}

function countLines(text: Buffer, end: number): number {
  let lines = 0;
  for (let at = text.indexOf(NEWLINE); at !== -1 && at < end; at = text.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
