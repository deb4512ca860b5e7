/** What another process may see and ask of a data directory, whether a bridge runs on it or not: for `wattbridge queue`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import type { DeadLetter, DeadLetterFilter, LetterCounts, QueueDepth } from '../store.ts';
import { readingProblem, writingProblem } from './access.ts';
import { openDiskStore } from './disk-store.ts';
import { LetterTable } from './letter-table.ts';
import { DirectoryInUseError, DirectoryLock } from './lock.ts';
import { OutputTable } from './output-table.ts';
import { damageError, QUEUE_FILE } from './queue-file.ts';
import { openDatabase, versionOf } from './schema.ts';
import { isDamage } from './sqlite-errors.ts';

export interface StoredOutput {
  /** As in the configuration that made it: `outputs.influxdb::alias`. */
  readonly name: string;
  readonly depth: QueueDepth;
  readonly deadLetters: LetterCounts;
}

const NO_LETTERS: LetterCounts = { letters: 0, points: 0, bytes: 0, evictedPoints: 0 };
const POLL_MS = 50;
/** Between looks whether the bridge is still there. */
const LOOK_MS = 1000;
const nothing = (): void => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
/** A bridge takes a minute for all the dead letters that there can be, if they are small. */
const ANSWER_TIMEOUT_MS = 300_000;

/** Reads a queue file, and only reads: a bridge may run on it. Close it soon, since the file's log can't start over meanwhile. */
export class QueueFileReader {
  readonly #db: DatabaseSync;

  /** Throws where there is no queue file, or where it can't be read, and says why. */
  constructor(directory: string) {
    throwIf(readingProblem(directory, QUEUE_FILE));
    const path = join(directory, QUEUE_FILE);
    if (!existsSync(path)) throw new Error(`there is no queue in ${directory}`);
    this.#db = new DatabaseSync(path, { readOnly: true });
    try {
      versionOf(this.#db, path);
    } catch (error) {
      this.#db.close();
      // To read a file with a write-ahead log, SQLite makes files beside it where no bridge has.
      throwIf(writingProblem(directory, []));
      throw isDamage(error) ? damageError(path, error) : error;
    }
  }

  /** All outputs that have, or had, something in the file. */
  outputs(): StoredOutput[] {
    const letters = new LetterTable(this.#db).counts;
    return new OutputTable(this.#db).opened().map(({ name, payloads, points, bytes, oldestMs }) => ({
      name,
      depth: { payloads, points, bytes, oldestMs },
      deadLetters: letters.get(name) ?? NO_LETTERS,
    }));
  }

  /** The oldest dead letters that match, at most `limit`. Throws where the filter names an output that is not there. */
  deadLetters(filter: DeadLetterFilter, limit: number): readonly DeadLetter[] {
    this.checkOutput(filter);
    const all = { kind: 'letters', after: 0, upTo: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER } as const;
    return new LetterTable(this.#db).list({ ...all, filter, limit }).letters;
  }

  /** Throws where the filter names an output that is not there: a slip of the pen must not look like an output without dead letters. */
  checkOutput({ output }: DeadLetterFilter): void {
    if (output === undefined) return;
    const names = new Set([...new OutputTable(this.#db).all().map(({ name }) => name), ...new LetterTable(this.#db).counts.keys()]);
    if (!names.has(output)) throw new Error(`there is no queue of ${output} here, only of ${[...names].join(', ') || 'nobody'}`);
  }

  close(): void {
    this.#db.close();
  }
}

/**
 * Replays or drops dead letters: by itself where no bridge runs on the directory, else by asking the one that does. Resolves to how
 * many. Rejects where nobody answers, and where the file is missing, damaged or of a newer version: then it is left as it is.
 */
export async function changeDeadLetters(directory: string, action: 'replay' | 'drop', filter: DeadLetterFilter): Promise<number> {
  check(directory, filter);
  for (;;) {
    try {
      return await changeAlone(directory, action, filter);
    } catch (error) {
      if (!(error instanceof DirectoryInUseError)) throw error;
    }
    const count = await askBridge(directory, action, filter);
    if (count !== undefined) return count;
  }
}

function throwIf(problem: string | undefined): void {
  if (problem !== undefined) throw new Error(`${problem}; run this as the user of the bridge`);
}

function check(directory: string, filter: DeadLetterFilter): void {
  const reader = new QueueFileReader(directory);
  try {
    reader.checkOutput(filter);
  } finally {
    reader.close();
  }
}

async function changeAlone(directory: string, action: 'replay' | 'drop', filter: DeadLetterFilter): Promise<number> {
  const unbounded = { maxPoints: Infinity, maxBytes: Infinity, maxAgeMs: Infinity, overflow: 'block' } as const;
  const store = await openDiskStore({ directory, outputs: [], bounds: () => unbounded, onDrop: nothing, log: SILENT, repairs: false });
  try {
    return await (action === 'replay' ? store.deadLetters.replay(filter) : store.deadLetters.drop(filter));
  } finally {
    await store.close();
  }
}

/** How many the bridge that runs has changed; undefined when it has ended without an answer: what had the directory may have been no bridge. */
async function askBridge(directory: string, action: string, filter: DeadLetterFilter): Promise<number | undefined> {
  // As it is: the tables are those of the bridge that runs.
  const db = openDatabase(join(directory, QUEUE_FILE), { upTo: 0 });
  const { lastInsertRowid: id } = db.prepare('INSERT INTO request (action, filter) VALUES (?, ?)').run(action, JSON.stringify(filter));
  try {
    for (let waitedMs = 0; waitedMs < ANSWER_TIMEOUT_MS; waitedMs += POLL_MS) {
      const answer = db.prepare('SELECT answer FROM request WHERE id = ?').get(id)?.['answer'];
      if (typeof answer === 'string') return Number(answer);
      if (waitedMs % LOOK_MS === 0 && isFree(directory)) return undefined;
      await sleep(POLL_MS);
    }
    throw new Error(`the bridge that runs on ${directory} did not answer within ${ANSWER_TIMEOUT_MS / 1000} s`);
  } finally {
    db.prepare('DELETE FROM request WHERE id = ?').run(id);
    db.close();
  }
}

function isFree(directory: string): boolean {
  try {
    new DirectoryLock(directory).release();
    return true;
  } catch (error) {
    if (error instanceof DirectoryInUseError) return false;
    throw error;
  }
}
