/** Text that arrives in pieces (a pipe, a socket), handed on in whole lines. */
import type { Readable } from 'node:stream';

/** The longest line there may be, in bytes. */
export const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;

/** Finds where whole lines end in text that arrives in pieces. */
export interface LineEnds {
  /** Where the last line ends that is whole with this piece, just after its end; 0 when none is. */
  scan(piece: Buffer): number;
  /** Begins anew: the next byte is the first of a line. */
  reset(): void;
}

/** Every line end ends a line. */
export const plainLineEnds: LineEnds = {
  scan: (piece) => piece.lastIndexOf(NEWLINE) + 1,
  reset: () => undefined,
};

/** The whole lines of a stream, several at a time, and at its end what has no line end. `onTooLong` is told of each line that is left out. */
export async function* wholeLines(stream: Readable, ends: LineEnds, onTooLong: () => void): AsyncGenerator<Buffer> {
  const assembler = new LineAssembler(ends, onTooLong);
  for await (const piece of untilClosed(stream)) {
    const lines = assembler.add(piece);
    if (lines !== undefined) yield lines;
  }
  const rest = assembler.rest();
  if (rest !== undefined) yield rest;
}

/** Closing a stream while it is read is one way to end it. */
async function* untilClosed(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** Each line by itself, with its line end. */
export function singleLines(lines: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let from = 0; from < lines.length;) {
    const newline = lines.indexOf(NEWLINE, from);
    const to = newline === -1 ? lines.length : newline + 1;
    all.push(lines.subarray(from, to));
    from = to;
  }
  return all;
}

/** Puts pieces together; see `add`. */
class LineAssembler {
  readonly #ends: LineEnds;
  readonly #onTooLong: () => void;
  /** What came since the last whole line. */
  #pieces: Buffer[] = [];
  #length = 0;
  /** Whether the next bytes are the rest of a line that was too long. */
  #skipping = false;

  /** `onTooLong` is told of each line beyond `MAX_LINE_BYTES`, which is left out. */
  constructor(ends: LineEnds, onTooLong: () => void) {
    this.#ends = ends;
    this.#onTooLong = onTooLong;
  }

  /** The lines that are whole with this piece, one or more with their line ends; undefined when there is none yet. */
  add(piece: Buffer): Buffer | undefined {
    const wanted = this.#skipping ? this.#skip(piece) : piece;
    const end = this.#ends.scan(wanted);
    if (end > 0) return this.#cut(this.#joined(wanted.subarray(0, end)), wanted.subarray(end));
    this.#keep(wanted);
    return this.#length > MAX_LINE_BYTES ? this.#giveUp() : undefined;
  }

  /** A last line that has no line end; undefined when there is none. */
  rest(): Buffer | undefined {
    return this.#length === 0 ? undefined : this.#joined();
  }

  /** A string that is never closed must not hold up everything: then any line end will do. */
  #giveUp(): Buffer | undefined {
    const text = this.#joined();
    const end = plainLineEnds.scan(text);
    this.#ends.reset();
    if (end > 0) {
      this.#ends.scan(text.subarray(end));
      return this.#cut(text.subarray(0, end), text.subarray(end));
    }
    this.#skipping = true;
    this.#onTooLong();
    return this.#cut(undefined, Buffer.alloc(0));
  }

  #cut<T>(lines: T, rest: Buffer): T {
    this.#pieces = [];
    this.#length = 0;
    this.#keep(rest);
    return lines;
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    // A copy: a part of a larger block would keep all of it alive.
    this.#pieces.push(Buffer.from(piece));
    this.#length += piece.length;
  }

  #joined(last: Buffer = Buffer.alloc(0)): Buffer {
    return this.#length === 0 ? last : Buffer.concat([...this.#pieces, last]);
  }

  #skip(piece: Buffer): Buffer {
    const end = piece.indexOf(NEWLINE);
    this.#skipping = end === -1;
    return end === -1 ? Buffer.alloc(0) : piece.subarray(end + 1);
  }
}
