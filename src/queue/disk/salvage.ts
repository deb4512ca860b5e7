/** Saves from a damaged queue file what can be read: row by row, each by its own checksum, into a fresh file. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { outputOf } from './ids.ts';
import { LetterTable, letterOf } from './letter-table.ts';
import type { OutputRow } from './messages.ts';
import { OutputTable } from './output-table.ts';
import { PayloadTable, payloadOf } from './payload-table.ts';
import { inTransaction } from './schema.ts';
import { isRowRefused } from './sqlite-errors.ts';
import { StateTable, stateRowOf } from './state-table.ts';

type Row = Record<string, SQLInputValue>;
type Count = Pick<OutputRow, 'payloads' | 'points' | 'bytes'>;

/** Rows copied in one transaction. */
const ROWS_AT_ONCE = 1000;

/** What the outputs' queues had and have not any more, by name; only of outputs of which it is still known what they had. */
export type Losses = ReadonlyMap<string, Count>;

/** Copies from the file at `path` to a fresh, empty one. What can't be read is left behind; never throws for damage. */
export function salvage(path: string, fresh: DatabaseSync): Losses {
  const db = openDamaged(path);
  if (db === undefined) return new Map();
  try {
    const known = readKnownOutputs(db);
    const saved = copyPayloads(db, fresh, new Map(known.map(({ number, name }) => [number, name])));
    copyRest(db, fresh);
    return lossesOf(known, saved, fresh);
  } finally {
    db.close();
  }
}

function openDamaged(path: string): DatabaseSync | undefined {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    // Throws where the file is no database at all.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch {
    // Nothing can be saved; the caller says that the file was set aside.
    return undefined;
  }
}

function readKnownOutputs(db: DatabaseSync): OutputRow[] {
  try {
    return new OutputTable(db).all();
  } catch {
    // Every payload has its output's name.
    return [];
  }
}

function copyPayloads(db: DatabaseSync, fresh: DatabaseSync, names: ReadonlyMap<number, string>): Map<number, OutputRow> {
  const saved = new Map<number, OutputRow>();
  const table = new PayloadTable(fresh);
  copyRows(db, fresh, 'payload', 'id', (row) => {
    const payload = payloadOf(row);
    if (payload === undefined) return;
    table.insert(payload, payload.body);
    const number = outputOf(payload.id);
    const before = saved.get(number) ?? { number, name: names.get(number) ?? payload.output, payloads: 0, points: 0, bytes: 0, lastId: 0 };
    saved.set(number, {
      ...before,
      payloads: before.payloads + 1,
      points: before.points + payload.points,
      bytes: before.bytes + payload.size,
      lastId: payload.id,
    });
  });
  return saved;
}

function copyRest(db: DatabaseSync, fresh: DatabaseSync): void {
  const tried = fresh.prepare('INSERT OR IGNORE INTO tried VALUES (?)');
  copyRows(db, fresh, 'tried', 'id', ({ id }) => tried.run(id));
  const letters = new LetterTable(fresh);
  copyRows(db, fresh, 'dead_letter', 'id', (row) => {
    const letter = letterOf(row);
    if (letter !== undefined) letters.insert(letter);
  });
  const state = new StateTable(fresh);
  copyRows(db, fresh, 'state', 'rowid', (row) => {
    const entry = stateRowOf(row);
    if (entry !== undefined) state.put(entry);
  });
  const change = fresh.prepare('INSERT INTO state_change VALUES (?, ?, ?)');
  copyRows(db, fresh, 'state_change', 'id', ({ id, crc, changes }) => change.run(id, crc, changes));
}

function lossesOf(known: readonly OutputRow[], saved: ReadonlyMap<number, OutputRow>, fresh: DatabaseSync): Losses {
  const losses = new Map<string, Count>();
  const outputs = new OutputTable(fresh);
  for (const output of saved.values()) outputs.put(output);
  for (const { number, name, payloads, points, bytes, lastId } of known) {
    const has = saved.get(number) ?? { payloads: 0, points: 0, bytes: 0 };
    outputs.put({ number, name, payloads: has.payloads, points: has.points, bytes: has.bytes, lastId });
    if (payloads > has.payloads || points > has.points) {
      losses.set(name, { payloads: payloads - has.payloads, points: points - has.points, bytes: bytes - has.bytes });
    }
  }
  return losses;
}

/** Hands every row that can be read to `copy`, in the order of its key, and passes over pages that can't be. */
function copyRows(db: DatabaseSync, fresh: DatabaseSync, table: string, key: string, copy: (row: Row) => void): void {
  // The rowid, not an index: an index may be damaged where the table is not.
  const select = `SELECT ${key} AS at, * FROM ${table} NOT INDEXED WHERE ${key} >= ? ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}`;
  let next: number | undefined = 0;
  while (next !== undefined) {
    const from: number = next;
    next = inTransaction(fresh, () => copyFrom(db, select, from, copy));
  }
}

/** Copies up to `ROWS_AT_ONCE` rows from a key on; the key to go on with, undefined at the end. */
function copyFrom(db: DatabaseSync, select: string, from: number, copy: (row: Row) => void): number | undefined {
  let next = from;
  let rows = 0;
  try {
    for (const row of db.prepare(select).iterate(from)) {
      const at = Number(row['at']);
      // A damaged page may send the cursor back.
      if (at < next) return firstReadable(db, select, next + 1);
      next = at + 1;
      rows++;
      copyIfSound(row, copy);
    }
    return rows === ROWS_AT_ONCE ? next : undefined;
  } catch {
    return firstReadable(db, select, next + 1);
  }
}

/** Copies a row, unless the fresh file refuses it: then its columns hold what they can't, and it is not what was written. */
function copyIfSound(row: Row, copy: (row: Row) => void): void {
  try {
    copy(row);
  } catch (error) {
    if (!isRowRefused(error)) throw error;
  }
}

/** The smallest key, from one on, at which rows can be read again: doubles its steps, then halves them. Undefined when there is none. */
function firstReadable(db: DatabaseSync, select: string, from: number): number | undefined {
  let bad = from - 1;
  let step = 1;
  while (!isReadable(db, select, bad + step)) {
    bad += step;
    step *= 2;
    if (bad + step > Number.MAX_SAFE_INTEGER) return undefined;
  }
  let good = bad + step;
  while (good - bad > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isReadable(db, select, middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function isReadable(db: DatabaseSync, select: string, from: number): boolean {
  try {
    for (const row of db.prepare(select).iterate(from)) return Number(row['at']) >= from;
    return true;
  } catch {
    // That is the question.
    return false;
  }
}
