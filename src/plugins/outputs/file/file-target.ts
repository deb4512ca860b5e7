/**
 * A file that is appended to and may be rotated.
 *
 * What was appended is on the disk when `append` resolves: the queue forgets it then. When the disk is full or fails, what
 * was written of it is cut off again, so that the next try doesn't leave a half line and a second copy.
 */
import { constants } from 'node:fs';
import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { errorText } from '../../../telemetry/error-text.ts';
import { nextArchivePath, removeOldArchives } from './archives.ts';
import type { Target } from './target.ts';

export interface Rotation {
  /** 0: never. */
  readonly intervalMs: number;
  /** 0: never. */
  readonly maxBytes: number;
  /** -1: all of them. */
  readonly maxArchives: number;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: number;
  /** Pipes and devices can be neither cut nor rotated. */
  readonly isRegular: boolean;
  /** When it counts as old enough to be rotated, in milliseconds since the epoch. */
  readonly expiresMs: number;
  size: number;
}

export class FileTarget implements Target {
  readonly #path: string;
  readonly #context: PluginContext;
  readonly #rotation: Rotation;
  #file: OpenFile | undefined;
  /** Its size before the last `append`; undefined when that did not get as far as writing. */
  #undoSize: number | undefined;

  constructor(path: string, context: PluginContext, rotation: Rotation) {
    this.#path = resolve(context.baseDirectory, path);
    this.#context = context;
    this.#rotation = rotation;
  }

  async open(): Promise<void> {
    await this.#opened();
  }

  async append(bytes: Buffer): Promise<void> {
    this.#undoSize = undefined;
    const file = await this.#ready();
    this.#undoSize = file.size;
    try {
      await file.handle.appendFile(bytes);
      if (file.isRegular) await file.handle.datasync();
    } catch (error) {
      throw this.#failure('write to', error);
    }
    file.size += bytes.length;
  }

  async undo(): Promise<void> {
    const file = this.#file;
    if (file === undefined || !file.isRegular || this.#undoSize === undefined) return;
    await file.handle.truncate(this.#undoSize);
    file.size = this.#undoSize;
    this.#undoSize = undefined;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  /** The open file, after a rotation if one is due, and never one that somebody has moved away or deleted. */
  async #ready(): Promise<OpenFile> {
    if (this.#file !== undefined && (await this.#wasMoved(this.#file))) await this.close();
    const file = await this.#opened();
    if (this.#isDue(file)) {
      await this.#rotate();
      return this.#ready();
    }
    return file;
  }

  async #opened(): Promise<OpenFile> {
    if (this.#file !== undefined) return this.#file;
    try {
      const handle = await open(this.#path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o644);
      const stats = await handle.stat();
      const sinceMs = stats.size === 0 ? this.#context.clock.now().ms : stats.mtimeMs;
      const expiresMs = sinceMs + this.#rotation.intervalMs;
      this.#file = { handle, inode: stats.ino, isRegular: stats.isFile(), size: stats.size, expiresMs };
      return this.#file;
    } catch (error) {
      throw this.#failure('open', error);
    }
  }

  /** Whether another file has the name now, or none. Also notes what others have appended. */
  async #wasMoved(file: OpenFile): Promise<boolean> {
    try {
      const { ino, size } = await stat(this.#path);
      file.size = size;
      return ino !== file.inode;
    } catch {
      // Not there any more: it is opened anew, and that tells what is wrong, if anything is.
      return true;
    }
  }

  #isDue({ isRegular, size, expiresMs }: OpenFile): boolean {
    const { intervalMs, maxBytes } = this.#rotation;
    if (!isRegular || size === 0) return false;
    return (maxBytes > 0 && size >= maxBytes) || (intervalMs > 0 && this.#context.clock.now().ms >= expiresMs);
  }

  async #rotate(): Promise<void> {
    await this.close();
    try {
      await rename(this.#path, await nextArchivePath(this.#path, this.#context.clock.now().ms));
      const removed = await removeOldArchives(this.#path, this.#rotation.maxArchives);
      if (removed.length > 0) this.#context.log.info('removed old files', { files: removed });
    } catch (error) {
      throw this.#failure('rotate', error);
    }
  }

  #failure(what: string, error: unknown): Error {
    return new Error(`cannot ${what} ${this.#path}: ${errorText(error)}`, { cause: error });
  }
}
