/** Saves from a damaged queue file what can be read: row by row, each by its own checksum, into a fresh file. */
import { DatabaseSync } from 'node:sqlite';
import { outputOf } from './ids.ts';
import { LetterTable, letterOf } from './letter-table.ts';
import type { OutputRow } from './messages.ts';
import { OutputTable } from './output-table.ts';
import { PayloadTable, payloadOf } from './payload-table.ts';
import { RowCopier } from './row-copier.ts';
import { StateTable, stateRowOf } from './state-table.ts';

type Count = Pick<OutputRow, 'payloads' | 'points' | 'bytes'>;

/** What the outputs' queues had and have not any more, by name; only of outputs of which it is still known what they had. */
export type Losses = ReadonlyMap<string, Count>;

/** Copies from the file at `path` to a fresh, empty one. What can't be read is left behind; never throws for damage. */
export function salvage(path: string, fresh: DatabaseSync): Losses {
  const db = openDamaged(path);
  if (db === undefined) return new Map();
  try {
    const known = readKnownOutputs(db);
    const copier = new RowCopier(db, fresh);
    const saved = copyPayloads(copier, fresh, new Map(known.map(({ number, name }) => [number, name])));
    copyRest(copier, fresh);
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

function copyPayloads(copier: RowCopier, fresh: DatabaseSync, names: ReadonlyMap<number, string>): Map<number, OutputRow> {
  const saved = new Map<number, OutputRow>();
  const table = new PayloadTable(fresh);
  copier.copy('payload', 'id', (row) => {
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

function copyRest(copier: RowCopier, fresh: DatabaseSync): void {
  const tried = fresh.prepare('INSERT OR IGNORE INTO tried VALUES (?)');
  copier.copy('tried', 'id', ({ id }) => tried.run(id));
  const letters = new LetterTable(fresh);
  copier.copy('dead_letter', 'id', (row) => {
    const letter = letterOf(row);
    if (letter !== undefined) letters.insert(letter);
  });
  const state = new StateTable(fresh);
  copier.copy('state', 'rowid', (row) => {
    const entry = stateRowOf(row);
    if (entry !== undefined) state.put(entry);
  });
  const change = fresh.prepare('INSERT INTO state_change VALUES (?, ?, ?)');
  copier.copy('state_change', 'id', ({ id, crc, changes }) => change.run(id, crc, changes));
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
