/** What an error of SQLite's means for a queue file. The codes: https://www.sqlite.org/rescode.html */

const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CONSTRAINT = 19;
const SQLITE_MISMATCH = 20;
const SQLITE_NOTADB = 26;

const DAMAGE: ReadonlySet<number | undefined> = new Set([SQLITE_ERROR, SQLITE_CORRUPT, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_NOTADB]);

/** Whether the file is not what was written: tables missing or malformed, rows that can't be. */
export function isDamage(error: unknown): boolean {
  return DAMAGE.has(primaryCode(error));
}

/** Whether another process has a lock on the file. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY;
}

/** Whether the fault is in what was to be written, and the next row may well be taken: not a full disk, and no error of another kind. */
export function isRowRefused(error: unknown): boolean {
  const code = primaryCode(error);
  return code !== undefined && code !== SQLITE_FULL;
}

/** The code without its extension (`SQLITE_CORRUPT` of `SQLITE_CORRUPT_INDEX`); undefined for an error that is not SQLite's. */
function primaryCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
}
