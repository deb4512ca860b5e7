import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { StateRow } from './messages.ts';
import { inTransaction } from './schema.ts';
import { decodeChanges } from './state-changes.ts';

/** What the log of changes may grow to before it is folded into the entries; a start reads all of it. */
const MAX_CHANGES_BYTES = 4 * 1024 * 1024;

/**
 * State by stage and key. A batch changes hundreds of entries, and a row for each would cost more than all its points; so a group's
 * changes are one row in a log, which is folded into the entries now and then.
 */
export class StateTable {
  readonly #db: DatabaseSync;
  readonly #append: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  #logBytes = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#append = db.prepare('INSERT INTO state_change (crc, changes) VALUES (?, ?)');
    this.#put = db.prepare(
      'INSERT INTO state VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, crc = excluded.crc, text = excluded.text',
    );
    this.#remove = db.prepare('DELETE FROM state WHERE name = ? AND key = ?');
  }

  /** Adds a group's changes to the log. Call it in a transaction. */
  append(changes: string): void {
    if (changes === '') return;
    this.#append.run(crc32(changes), changes);
    this.#logBytes += changes.length;
  }

  /** Whether `fold` is due. */
  get isLong(): boolean {
    return this.#logBytes > MAX_CHANGES_BYTES;
  }

  /** Takes the log's changes over into the entries. Returns how many rows of the log were damaged, and lost. */
  fold(): number {
    const latest = new Map<string, { row: Omit<StateRow, 'text'>; text: string | null }>();
    let damaged = 0;
    for (const { crc, changes } of this.#db.prepare('SELECT crc, changes FROM state_change ORDER BY id').iterate()) {
      if (typeof changes !== 'string' || crc32(changes) !== crc) {
        damaged++;
        continue;
      }
      for (const [name, version, entries] of decodeChanges(changes)) {
        for (const [key, text] of entries) latest.set(`${name}\n${key}`, { row: { name, key, version }, text });
      }
    }
    if (latest.size + damaged > 0) inTransaction(this.#db, () => this.#replaceLog([...latest.values()]));
    this.#logBytes = 0;
    return damaged;
  }

  /** All entries, and how many were damaged, and are left out. */
  load(): { rows: StateRow[]; damaged: number } {
    const rows: StateRow[] = [];
    let damaged = 0;
    for (const found of this.#db.prepare('SELECT * FROM state').iterate()) {
      const row = stateRowOf(found);
      if (row === undefined) damaged++;
      else rows.push(row);
    }
    return { rows, damaged };
  }

  /** Gives what is kept under `from/…` to `to/…`. The log must be folded. */
  rename(from: string, to: string): void {
    for (const row of this.load().rows) {
      if (!row.name.startsWith(`${from}/`)) continue;
      this.#remove.run(row.name, row.key);
      this.put({ ...row, name: `${to}${row.name.slice(from.length)}` });
    }
  }

  put(row: StateRow): void {
    this.#put.run(row.name, row.key, row.version, checksum(row), row.text);
  }

  #replaceLog(latest: readonly { row: Omit<StateRow, 'text'>; text: string | null }[]): void {
    for (const { row, text } of latest) {
      if (text === null) this.#remove.run(row.name, row.key);
      else this.put({ ...row, text });
    }
    this.#db.exec('DELETE FROM state_change');
  }
}

/** The entry in a row; undefined where it is not what was written. */
export function stateRowOf({ name, key, version, crc, text }: Record<string, unknown>): StateRow | undefined {
  if (typeof name !== 'string' || typeof key !== 'string' || typeof text !== 'string') return undefined;
  const row = { name, key, version: Number(version), text };
  return checksum(row) === crc ? row : undefined;
}

function checksum({ name, key, version, text }: StateRow): number {
  return crc32(JSON.stringify([name, key, version, text]));
}
