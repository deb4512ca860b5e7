import { open, type FileHandle } from 'node:fs/promises';
import { unitBytes, type CharacterEncoding } from '../../shared/character-encoding.ts';
import { endOfLines } from './line-end.ts';

/** Most bytes read at a time, and so the longest line there may be. */
const READ_BYTES = 1024 * 1024;

/** A last line without a line end that has not changed for so long is taken for whole when nothing more can come. */
const QUIET_MS = 500;

/** What comes next in a file, as raw bytes, and the place in the file where it ends. */
export interface Chunk {
  readonly bytes: Buffer;
  readonly end: number;
}

/**
 * What there is to do next: a chunk to deliver, or something that was lost: a file cut short is read from its start again, a line
 * beyond all measure is left out. Neither: nothing new yet.
 */
export interface Next {
  readonly chunk?: Chunk;
  readonly lost?: 'truncated' | 'long_line';
}

/** One file that grows, followed by its handle: renaming it changes nothing. */
export class FollowedFile {
  readonly path: string;
  readonly inode: bigint;
  readonly #handle: FileHandle;
  readonly #encoding: CharacterEncoding;
  #offset = 0;
  /** Whether the bytes at the offset are the rest of a line whose start was left out. */
  #skipping = false;
  #size = 0;
  #changedMs = 0;

  private constructor(path: string, inode: bigint, handle: FileHandle, encoding: CharacterEncoding) {
    this.path = path;
    this.inode = inode;
    this.#handle = handle;
    this.#encoding = encoding;
  }

  /** Opens a file at its start. Throws what opening throws. */
  static async open(path: string, encoding: CharacterEncoding): Promise<FollowedFile> {
    const handle = await open(path, 'r');
    const { ino } = await handle.stat({ bigint: true });
    return new FollowedFile(path, ino, handle, encoding);
  }

  /** Where the next line starts. */
  get offset(): number {
    return this.#offset;
  }

  /** What the file begins with, as much as is read at a time, and whether that is all of it. */
  async start(): Promise<{ readonly bytes: Buffer; readonly isAll: boolean }> {
    const bytes = await this.#read(0, READ_BYTES);
    return { bytes, isAll: bytes.length < READ_BYTES };
  }

  /** Leaves out what comes before a place. */
  passOver(end: number): void {
    if (this.#offset >= end) return;
    this.#offset = end;
    this.#skipping = false;
  }

  /** Goes on from an offset that was saved; from the start if the file has become shorter since. */
  async seek(offset: number): Promise<void> {
    const { size } = await this.#handle.stat();
    this.#offset = offset <= size ? offset : 0;
  }

  /** Goes to the end; a line that is half written there is left out altogether. */
  async seekEnd(): Promise<void> {
    const { size } = await this.#handle.stat();
    const unit = unitBytes(this.#encoding);
    this.#offset = size - (size % unit);
    if (size < unit) return;
    const last = await this.#read(this.#offset - unit, unit);
    this.#skipping = endOfLines(last, 1, this.#encoding) === 0;
  }

  /** The next whole lines, at most so many; the same again until `advance`. */
  async next(maxLines: number, nowMs: number): Promise<Next> {
    const { size } = await this.#handle.stat();
    if (size !== this.#size) this.#changedMs = nowMs;
    this.#size = size;
    if (size < this.#offset) {
      this.#offset = 0;
      this.#skipping = false;
      return { lost: 'truncated' };
    }
    const bytes = await this.#read(this.#offset, Math.min(size - this.#offset, READ_BYTES));
    const end = endOfLines(bytes, this.#skipping ? 1 : maxLines, this.#encoding);
    if (this.#skipping) return this.#skip(bytes.length, end) ? this.next(maxLines, nowMs) : {};
    if (end > 0) return { chunk: { bytes: bytes.subarray(0, end), end: this.#offset + end } };
    if (bytes.length < READ_BYTES) return {};
    this.#offset += bytes.length;
    this.#skipping = true;
    return { lost: 'long_line' };
  }

  /** The lines up to there are delivered. */
  advance(end: number): void {
    this.#offset = end;
  }

  /** The last line if it has no line end and, unless `force`, has been quiet for a while: for when nothing more is to be read. */
  async rest(nowMs: number, force: boolean): Promise<Chunk | undefined> {
    const { size } = await this.#handle.stat();
    const changed = size !== this.#size || nowMs - this.#changedMs < QUIET_MS;
    if (this.#skipping || size <= this.#offset || size - this.#offset > READ_BYTES || (changed && !force)) return undefined;
    return { bytes: await this.#read(this.#offset, size - this.#offset), end: size };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** Passes over what is left of a line; false when there is nothing to pass over. */
  #skip(length: number, end: number): boolean {
    const passed = end > 0 ? end : length - (length % unitBytes(this.#encoding));
    this.#offset += passed;
    this.#skipping = end === 0;
    return passed > 0;
  }

  async #read(from: number, length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  }
}
