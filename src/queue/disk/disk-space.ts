import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MIB, mebibytes } from './size-text.ts';

/** Accepting stops when less than this would be left: 64 MiB, or a twentieth of a small disk. */
const MAX_RESERVE_BYTES = 64 * MIB;
const MIN_RESERVE_BYTES = 4 * MIB;
const RESERVED_SHARE = 0.05;
/** An empty queue file, its log, and what SQLite shares of it between processes. */
const BYTES_TO_BEGIN = MIB;
const ZEROS = Buffer.alloc(MIB);

/**
 * The space that is left for a queue. To remove from a SQLite file takes space too, so a full disk could not even be drained: accepting
 * stops before, and a file of zeros (the ballast) is given up when something else has filled the disk.
 */
export class DiskSpace {
  readonly #directory: string;
  readonly #ballast: string;
  #isShort = false;

  constructor(directory: string) {
    this.#directory = directory;
    this.#ballast = join(directory, 'ballast');
  }

  /** Why nothing should be accepted now; undefined when there is room. `owedBytes`: what the next checkpoint may add to the file. */
  shortage(owedBytes: number): string | undefined {
    const { free, reserve } = this.#measure();
    // Once short, there must be somewhat more than the reserve, or the state would change with every group.
    this.#isShort = free - owedBytes < reserve * (this.#isShort ? 1.25 : 1);
    return this.#isShort
      ? `the disk is almost full: ${mebibytes(free)} left in ${this.#directory}, of which ${mebibytes(reserve)} are kept for draining`
      : undefined;
  }

  /** Makes the ballast if there is none and room for it. */
  keepBallast(): void {
    const { free, reserve } = this.#measure();
    const bytes = Math.floor(reserve / 4);
    if (free < 3 * reserve || sizeOf(this.#ballast) >= bytes) return;
    const file = openSync(this.#ballast, 'w', 0o600);
    try {
      for (let left = bytes; left > 0; left -= ZEROS.length) writeSync(file, ZEROS, 0, Math.min(left, ZEROS.length));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** Gives up the ballast, for the disk is full. Whether there was any. */
  giveUpBallast(): boolean {
    const had = sizeOf(this.#ballast) > 0;
    rmSync(this.#ballast, { force: true });
    return had;
  }

  #measure(): { free: number; reserve: number } {
    const { bavail, blocks, bsize } = statfsSync(this.#directory);
    const reserve = Math.min(MAX_RESERVE_BYTES, Math.max(MIN_RESERVE_BYTES, blocks * bsize * RESERVED_SHARE));
    return { free: bavail * bsize, reserve };
  }
}

/** Whether a directory, which may be missing, has no room for a new queue file. */
export function hasNoSpace(directory: string): boolean {
  const { bavail, bsize } = statfsSync(existsSync(directory) ? directory : dirname(directory));
  return bavail * bsize < BYTES_TO_BEGIN;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
