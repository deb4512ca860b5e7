/** One bridge per data directory: two would send everything twice, and each would forget what the other knows. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './sqlite-errors.ts';

/** Thrown where another process has the directory; the message says which, and what to do. */
export class DirectoryInUseError extends Error {}

/**
 * Holds a directory until `release`, or until the process ends, however it ends: an exclusive lock of SQLite's on a file of its own, since
 * Node has no other lock that a `kill -9` lets go of, and the queue file itself is to stay readable.
 */
export class DirectoryLock {
  readonly #db: DatabaseSync;

  /** Throws `DirectoryInUseError`. */
  constructor(directory: string) {
    const owner = join(directory, 'owner');
    this.#db = new DatabaseSync(join(directory, 'lock'));
    try {
      // Without a journal on the disk, which may be full.
      this.#db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (error) {
      this.#db.close();
      if (!isBusy(error)) throw error;
      throw new DirectoryInUseError(
        `the data directory ${directory} is in use by ${describeOwner(owner)}; end that one first, or give this one a folder of its own: agent.data_directory`,
      );
    }
    noteOwner(owner);
  }

  release(): void {
    this.#db.close();
  }
}

/** For people only; on a full disk there is no room for it, and the lock holds without. */
function noteOwner(path: string): void {
  try {
    writeFileSync(path, `process ${process.pid} since ${new Date().toISOString()}\n`);
  } catch {
    rmSync(path, { force: true });
  }
}

function describeOwner(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // It is being written at this moment; the lock alone decides.
    return 'another process';
  }
}
