/** Walks through the tables of a damaged file and copies what can be read, past the pages that can't be. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { inTransaction } from './schema.ts';
import { isRowRefused } from './sqlite-errors.ts';

export type Row = Record<string, SQLInputValue>;

/** Writes a row into the fresh file, if it is what was written. */
export type CopyRow = (row: Row) => void;

/** Rows copied in one transaction. */
const ROWS_AT_ONCE = 1000;

export class RowCopier {
  readonly #damaged: DatabaseSync;
  readonly #fresh: DatabaseSync;

  constructor(damaged: DatabaseSync, fresh: DatabaseSync) {
    this.#damaged = damaged;
    this.#fresh = fresh;
  }

  /** Hands every row of a table that can be read to `copyRow`, in the order of its integer `key`. Never throws for damage. */
  copy(table: string, key: string, copyRow: CopyRow): void {
    // The rowid, not an index: an index may be damaged where the table is not.
    const select = `SELECT ${key} AS at, * FROM ${table} NOT INDEXED WHERE ${key} >= ? ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}`;
    let next: number | undefined = 0;
    while (next !== undefined) {
      const from: number = next;
      next = inTransaction(this.#fresh, () => this.#copyFrom(select, from, copyRow));
    }
  }

  /** Copies up to `ROWS_AT_ONCE` rows from a key on; the key to go on with, undefined at the end. */
  #copyFrom(select: string, from: number, copyRow: CopyRow): number | undefined {
    let next = from;
    let rows = 0;
    try {
      for (const row of this.#damaged.prepare(select).iterate(from)) {
        const at = Number(row['at']);
        // A damaged page may send the cursor back.
        if (at < next) return this.#firstReadable(select, next + 1);
        next = at + 1;
        rows++;
        copyIfSound(row, copyRow);
      }
      return rows === ROWS_AT_ONCE ? next : undefined;
    } catch {
      return this.#firstReadable(select, next + 1);
    }
  }

  /** The smallest key, from one on, at which rows can be read again: doubles its steps, then halves them. Undefined when there is none. */
  #firstReadable(select: string, from: number): number | undefined {
    let bad = from - 1;
    let step = 1;
    while (!this.#isReadable(select, bad + step)) {
      bad += step;
      step *= 2;
      if (bad + step > Number.MAX_SAFE_INTEGER) return undefined;
    }
    let good = bad + step;
    while (good - bad > 1) {
      const middle = Math.floor((good + bad) / 2);
      if (this.#isReadable(select, middle)) good = middle;
      else bad = middle;
    }
    return good;
  }

  #isReadable(select: string, from: number): boolean {
    try {
      for (const row of this.#damaged.prepare(select).iterate(from)) return Number(row['at']) >= from;
      return true;
    } catch {
      // That is the question.
      return false;
    }
  }
}

/** Copies a row, unless the fresh file refuses it: then its columns hold what they can't, and it is not what was written. */
function copyIfSound(row: Row, copyRow: CopyRow): void {
  try {
    copyRow(row);
  } catch (error) {
    if (!isRowRefused(error)) throw error;
  }
}
