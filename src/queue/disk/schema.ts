/** The tables of a queue file, and how a file of an older version becomes one of this. Runs in the store's worker. */
import { DatabaseSync } from 'node:sqlite';

/** One step per version; a step that has shipped never changes. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE output (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    payloads INTEGER NOT NULL, points INTEGER NOT NULL, bytes INTEGER NOT NULL,
    last_id INTEGER NOT NULL
  ) STRICT;
  -- The id is made of the output's number and a sequence (ids.ts): one output's payloads lie together, in order, without an index.
  -- The output's name is repeated in every row, so that a row means something where the rest of a damaged file can't be read.
  CREATE TABLE payload (
    id INTEGER PRIMARY KEY,
    crc INTEGER NOT NULL,
    output TEXT NOT NULL,
    destination TEXT NOT NULL,
    partition INTEGER NOT NULL,
    points INTEGER NOT NULL,
    first_ms REAL NOT NULL, last_ms REAL NOT NULL, added_ms REAL NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  -- Apart from the payload: to change a row with a megabyte in it is to write that megabyte again.
  CREATE TABLE tried (id INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE state (
    name TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, crc INTEGER NOT NULL, text TEXT NOT NULL,
    UNIQUE (name, key)
  ) STRICT;
  CREATE TABLE state_change (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, changes TEXT NOT NULL) STRICT;
  CREATE TABLE dead_letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    crc INTEGER NOT NULL,
    output TEXT NOT NULL, at_ms REAL NOT NULL, reason TEXT NOT NULL,
    destination TEXT NOT NULL, points INTEGER NOT NULL, first_ms REAL NOT NULL, last_ms REAL NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  `,
  `
  -- What \`wattbridge queue\` asks of the bridge that runs; it alone may change its queues.
  CREATE TABLE request (id INTEGER PRIMARY KEY AUTOINCREMENT, action TEXT NOT NULL, filter TEXT NOT NULL, answer TEXT) STRICT;
  `,
  `
  -- No other tables, but payloads that an older program would send without understanding them: those of remote write wait compressed.
  `,
];

const SCHEMA_VERSION = MIGRATIONS.length;

/** Large: payloads are, and every page costs a header in the log and a call to write it. */
const PAGE_BYTES = 32 * 1024;
const CACHE_KIB = 8 * 1024;
/** How long to wait for another process that writes (`wattbridge queue`, which writes a row). */
const BUSY_TIMEOUT_MS = 2000;

/** Thrown for a file that a later version of this program wrote. */
export class NewerFileError extends Error {
  constructor(path: string, version: number) {
    super(`${path} was written by a newer Wattbridge (version ${version} of the file, this one knows ${SCHEMA_VERSION})`);
  }
}

/**
 * Opens or begins a queue file. Every commit is synced (`synchronous=FULL`). An older file is brought up to version `upTo`; 0 leaves its
 * tables as they are. Throws SQLite's errors, and `NewerFileError`.
 */
export function openDatabase(path: string, { upTo = SCHEMA_VERSION } = {}): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Page size and vacuum take effect on a new file only, and only before the log is switched on.
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL`);
    db.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA cell_size_check = ON`);
    migrate(db, path, upTo);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The version of a file. Throws `NewerFileError`, and SQLite's errors where it is none. */
export function versionOf(db: DatabaseSync, path: string): number {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > SCHEMA_VERSION) throw new NewerFileError(path, version);
  return version;
}

function migrate(db: DatabaseSync, path: string, upTo: number): void {
  const version = versionOf(db, path);
  for (let at = version; at < upTo; at++) {
    inTransaction(db, () => db.exec(`${MIGRATIONS[at]}; PRAGMA user_version = ${at + 1}`));
  }
}

/** Runs `work` in one transaction: all of it, or nothing when it throws. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk rolls back by itself.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
