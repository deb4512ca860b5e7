import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { endOfOutput, startOfOutput } from './ids.ts';
import type { Opened, OutputRow } from './messages.ts';

/** The outputs by name, and how much waits for each: kept with every group, since to count a long queue takes long. */
export class OutputTable {
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#put = db.prepare('INSERT OR REPLACE INTO output VALUES (?, ?, ?, ?, ?, ?)');
  }

  put({ number, name, payloads, points, bytes, lastId }: OutputRow): void {
    this.#put.run(number, name, payloads, points, bytes, lastId);
  }

  all(): OutputRow[] {
    const rows = this.#db.prepare('SELECT number, name, payloads, points, bytes, last_id AS lastId FROM output ORDER BY number').all();
    return rows.map((row) => ({
      number: Number(row['number']),
      name: String(row['name']),
      payloads: Number(row['payloads']),
      points: Number(row['points']),
      bytes: Number(row['bytes']),
      lastId: Number(row['lastId']),
    }));
  }

  /** The same, with when the oldest payload of each was added. */
  opened(): Opened['outputs'] {
    const oldest = this.#db.prepare('SELECT added_ms FROM payload WHERE id > ? AND id < ? ORDER BY id LIMIT 1');
    return this.all().map((output) => {
      const row = oldest.get(startOfOutput(output.number), endOfOutput(output.number));
      return { ...output, oldestMs: row === undefined ? undefined : Number(row['added_ms']) };
    });
  }

  /** Gives an output's queue and its dead letters to another name, which must not have any. */
  rename(from: string, to: string): void {
    this.remove(to);
    this.#db.prepare('UPDATE output SET name = ? WHERE name = ?').run(to, from);
    this.#db.prepare('UPDATE dead_letter SET output = ? WHERE output = ?').run(to, from);
  }

  remove(name: string): void {
    this.#db.prepare('DELETE FROM output WHERE name = ?').run(name);
  }
}
