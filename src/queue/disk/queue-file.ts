/** The SQLite file of the queues: opens it whatever state it is in, and writes groups. Runs in the store's worker. */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { errorText } from '../../telemetry/error-text.ts';
import { findOrphans, keptText, renamedText } from '../orphans.ts';
import { startOfOutput } from './ids.ts';
import { LetterTable } from './letter-table.ts';
import type { Group, Opened, OutputRow, WorkerOptions } from './messages.ts';
import { OutputTable } from './output-table.ts';
import { PayloadTable } from './payload-table.ts';
import { salvage, type Losses } from './salvage.ts';
import { inTransaction, NewerFileError, openDatabase } from './schema.ts';
import { MIB } from './size-text.ts';
import { isDamage } from './sqlite-errors.ts';
import { StateTable } from './state-table.ts';

/** Its name in the data directory. */
export const QUEUE_FILE = 'queue.sqlite';

/**
 * How long the write-ahead log grows before it goes into the file. Long, since most payloads have been delivered by then, and their pages
 * written again and again; only the last state of each page has to go.
 */
const MAX_LOG_BYTES = 32 * MIB;
/** What a group costs in the log besides its bodies: the pages at the ends of the tables it touches. */
const GROUP_OVERHEAD_BYTES = 256 * 1024;
/** Free pages below this are kept for the next payloads; what is above is given back, some pages at a time. */
const KEPT_FREE_PAGES = 2048;
const VACUUMED_PAGES = 512;

/** An open queue file. */
export class QueueFile {
  readonly db: DatabaseSync;
  readonly payloads: PayloadTable;
  readonly letters: LetterTable;
  readonly #outputs: OutputTable;
  readonly #state: StateTable;
  readonly #path: string;
  readonly #inode: number | undefined;
  #logBytes = 0;
  #dataVersion: unknown;
  #lastRequest = 0;

  constructor(db: DatabaseSync, path: string) {
    this.db = db;
    this.#path = path;
    this.#inode = inodeOf(path);
    this.payloads = new PayloadTable(db);
    this.letters = new LetterTable(db);
    this.#outputs = new OutputTable(db);
    this.#state = new StateTable(db);
  }

  /** How much the log holds that is not in the file yet, at the most. */
  get logBytes(): number {
    return this.#logBytes;
  }

  /** Whether somebody has removed the file or put another in its place: SQLite goes on with what nobody will find again. */
  get isGone(): boolean {
    return inodeOf(this.#path) !== this.#inode;
  }

  /** Writes a group, all or nothing, synced. Throws SQLite's errors. */
  write(group: Group): void {
    const restoreCounts = this.letters.remember();
    try {
      inTransaction(this.db, () => {
        this.payloads.write(group);
        for (const output of group.outputs) this.#outputs.put(output);
        this.letters.write(group);
        this.#state.append(group.changes);
      });
    } catch (error) {
      restoreCounts();
      throw error;
    }
    this.#logBytes += group.bodies.length + group.changes.length + GROUP_OVERHEAD_BYTES;
  }

  /** What is due after a group and costs time: nobody waits for it. */
  tidy({ isShort }: { readonly isShort: boolean }): void {
    if (this.#state.isLong) this.#state.fold();
    if (this.#logBytes > (isShort ? 0 : MAX_LOG_BYTES)) this.checkpoint(isShort ? 'TRUNCATE' : 'PASSIVE');
  }

  /** Gives free space back to the disk, a little per call; whether there is more. */
  shrink(): boolean {
    const free = Number(this.db.prepare('PRAGMA freelist_count').get()?.['freelist_count']);
    if (free <= KEPT_FREE_PAGES) return false;
    this.db.exec(`PRAGMA incremental_vacuum(${Math.min(VACUUMED_PAGES, free - KEPT_FREE_PAGES)})`);
    this.checkpoint('TRUNCATE');
    return true;
  }

  checkpoint(how: 'PASSIVE' | 'TRUNCATE'): void {
    this.db.exec(`PRAGMA wal_checkpoint(${how})`);
    this.#logBytes = 0;
  }

  /** What another process has asked for since the last call; costs next to nothing when none has written. */
  newRequests(): { id: number; action: string; filter: string }[] {
    const version = this.db.prepare('PRAGMA data_version').get()?.['data_version'];
    if (version === this.#dataVersion) return [];
    this.#dataVersion = version;
    const rows = this.db.prepare('SELECT id, action, filter FROM request WHERE id > ? ORDER BY id').all(this.#lastRequest);
    this.#lastRequest = Number(rows.at(-1)?.['id'] ?? this.#lastRequest);
    return rows.map(({ id, action, filter }) => ({ id: Number(id), action: String(action), filter: String(filter) }));
  }

  answer(request: number, answer: string): void {
    this.db.prepare('UPDATE request SET answer = ? WHERE id = ?').run(answer, request);
  }

  /** Reads what the store has to know; takes over what renamed outputs left. `said` comes first in the warnings. */
  load(configured: readonly string[], said: readonly string[], losses: Losses): Opened {
    // Nobody waits any more for an answer of the process before.
    this.db.exec('DELETE FROM request');
    const damagedChanges = this.#state.fold();
    const { notices, kept } = this.#settleOutputs(configured);
    const warnings = [...said, ...kept];
    const { rows, damaged } = this.#state.load();
    if (damaged + damagedChanges > 0) warnings.push(`${damaged + damagedChanges} entries of state were damaged and start afresh`);
    const lost = new Map([...losses].map(([output, { points }]) => [output, points]));
    return { outputs: this.#outputs.opened(), letters: this.letters.counts, state: rows, warnings, notices, lost };
  }

  close(): void {
    this.db.close();
  }

  /** Every configured output gets a number; what others left is taken over or reported. */
  #settleOutputs(configured: readonly string[]): { notices: string[]; kept: string[] } {
    const stored = this.#outputs.all();
    const { renamed, kept } = findOrphans(stored, configured);
    inTransaction(this.db, () => {
      for (const { from, to } of renamed) {
        this.#outputs.rename(from, to);
        this.#state.rename(from, to);
      }
      this.#number(configured);
    });
    return { notices: renamed.map(renamedText), kept: kept.map(keptText) };
  }

  #number(configured: readonly string[]): void {
    const stored = this.#outputs.all();
    let number = Math.max(0, ...stored.map((output) => output.number));
    for (const name of configured) {
      if (stored.some((output) => output.name === name)) continue;
      number++;
      const output: OutputRow = { number, name, payloads: 0, points: 0, bytes: 0, lastId: startOfOutput(number) };
      this.#outputs.put(output);
    }
  }
}

/**
 * Opens the queue file of a directory, or begins one. A file that can't be used is set aside, where that is allowed; what can be read of it
 * is saved.
 */
export function openQueueFile({ directory, outputs, repairs }: WorkerOptions): { file: QueueFile; opened: Opened } {
  const path = join(directory, QUEUE_FILE);
  finishRescue(path);
  let db: DatabaseSync | undefined;
  try {
    db = openDatabase(path);
    const file = new QueueFile(db, path);
    return { file, opened: file.load(outputs, [], new Map()) };
  } catch (error) {
    db?.close();
    if (!repairs) throw isDamage(error) ? damageError(path, error) : error;
    if (error instanceof NewerFileError) return beginAnew(path, outputs, 'newer', error.message);
    if (isDamage(error)) return beginAnew(path, outputs, 'damaged', `${path} is damaged (${errorText(error)})`);
    throw error;
  }
}

/** For those who may not repair the file, or can't. */
export function damageError(path: string, error: unknown): Error {
  return new Error(`${path} is damaged (${errorText(error)}); start the bridge on it, which saves what can be read`, { cause: error });
}

/** Sets the file aside and begins a fresh one, with what can be read of a damaged one. */
export function beginAnew(
  path: string,
  outputs: readonly string[],
  kind: 'damaged' | 'newer',
  reason: string,
): { file: QueueFile; opened: Opened } {
  const losses = kind === 'damaged' ? rescue(path) : new Map();
  const { aside, removed } = setAside(path, kind);
  finishRescue(path);
  const file = new QueueFile(openDatabase(path), path);
  const saved = kind === 'damaged' ? '; what could be read of it goes on in a fresh one' : '; a fresh one was begun';
  const gone = removed.map((name) => `; ${name}, set aside before, was removed`).join('');
  return { file, opened: file.load(outputs, [`${reason}; it was set aside as ${aside}${saved}${gone}`], losses) };
}

/** Saves what can be read into a file beside it, that takes its place when all of it is there: this may be cut short, too. */
function rescue(path: string): Losses {
  removeDatabase(rescuedPath(path));
  const rescued = openDatabase(rescuedPath(path));
  try {
    return salvage(path, rescued);
  } finally {
    rescued.close();
  }
}

/** Puts what was rescued in the place of a file that was set aside. While that one is there, it is not known to be complete. */
function finishRescue(path: string): void {
  if (existsSync(path) || !existsSync(rescuedPath(path))) return;
  // A log that stayed behind belongs to the file that was set aside.
  removeDatabase(path);
  renameSync(rescuedPath(path), path);
}

function rescuedPath(path: string): string {
  return `${path}.rescued`;
}

function removeDatabase(path: string): void {
  for (const part of ['', '-wal', '-shm']) rmSync(`${path}${part}`, { force: true });
}

/** Renames the file and its log, so that they stay together. The newest of a kind is kept; says which files it has removed for it. */
function setAside(path: string, kind: string): { readonly aside: string; readonly removed: readonly string[] } {
  const folder = join(path, '..');
  const removed = readdirSync(folder).filter((name) => name.startsWith(`${QUEUE_FILE}.${kind}-`));
  for (const name of removed) rmSync(join(folder, name));
  const aside = `${path}.${kind}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  rmSync(`${path}-shm`, { force: true });
  return { aside, removed };
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
