import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { endOfOutput, startOfOutput } from './ids.ts';
import { PARTITIONS } from '../payload.ts';
import type { Group, IdRange, PayloadRow, ReadResult, StoredPayload, Wanted } from './messages.ts';

/** Rows looked at in one read: what others wait for must not wait for a search through gigabytes for a partition that has little. */
const ROWS_PER_READ = 4096;

/** From which id on a row is wanted, by its partition; a damaged one is found with the first. */
const WANTED_AFTER = `CASE partition ${Array.from({ length: PARTITIONS - 1 }, (_, at) => `WHEN ${at + 1} THEN ?`).join(' ')} ELSE ? END`;

/** A row as SQLite gives it; of a damaged file, every column may hold anything. */
type Row = Record<string, unknown>;

/** Payloads and the marks of those that may have been sent. */
export class PayloadTable {
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeTried: StatementSync;
  readonly #markTried: StatementSync;
  readonly #first: StatementSync;
  readonly #read: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO payload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#remove = db.prepare('DELETE FROM payload WHERE id BETWEEN ? AND ?');
    this.#removeTried = db.prepare('DELETE FROM tried WHERE id BETWEEN ? AND ?');
    this.#markTried = db.prepare('INSERT OR IGNORE INTO tried VALUES (?)');
    this.#first = db.prepare('SELECT id FROM payload WHERE id > ? AND id < ? ORDER BY id LIMIT 1');
    this.#read = db.prepare(
      `SELECT *, EXISTS (SELECT 1 FROM tried WHERE tried.id = payload.id) AS tried FROM payload
       WHERE id BETWEEN ? AND ? AND id > ${WANTED_AFTER} ORDER BY id`,
    );
  }

  /** Writes a group's payloads, removals and marks. Call it in a transaction. */
  write({ rows, bodies, removed, tried }: Pick<Group, 'rows' | 'bodies' | 'removed' | 'tried'>): void {
    let at = 0;
    for (const row of rows) {
      this.insert(row, bodies.subarray(at, at + row.size));
      at += row.size;
    }
    for (const id of tried) this.#markTried.run(id);
    for (const range of removed) this.#removeRange(range);
  }

  insert(row: PayloadRow, body: Uint8Array): void {
    const { id, output, destination, partition, points, firstMs, lastMs, addedMs } = row;
    this.#insert.run(id, checksum(row, body), output, destination, partition, points, firstMs, lastMs, addedMs, body);
  }

  /** The next payloads of an output, until there is as much of a partition as was wanted of it, or enough has been looked at. */
  read(number: number, wanted: readonly Wanted[]): ReadResult {
    const payloads: StoredPayload[] = [];
    const damaged: { id: number; points: number }[] = [];
    const end = endOfOutput(number);
    const left = new Map(wanted.map(({ partition, maxBytes }) => [partition, maxBytes]));
    const afters = Array.from({ length: PARTITIONS }, (_, at) => wanted.find(({ partition }) => partition === at)?.after ?? end);
    const from = this.#nextId(Math.max(startOfOutput(number), Math.min(...afters)), end);
    let upTo = Math.min(from + ROWS_PER_READ, end) - 1;
    for (const row of this.#read.iterate(from, upTo, ...afters.slice(1), afters[0])) {
      const payload = payloadOf(row);
      if (payload === undefined) {
        damaged.push({ id: Number(row['id']), points: Number(row['points']) || 0 });
        continue;
      }
      payloads.push(payload);
      const room = (left.get(payload.partition) ?? 0) - payload.size;
      left.set(payload.partition, room);
      if (room > 0) continue;
      upTo = payload.id;
      break;
    }
    return { payloads, damaged, upTo, reachedEnd: this.#nextId(upTo, end) === end };
  }

  /** The first id there is after one; `end` when there is none. */
  #nextId(after: number, end: number): number {
    return Number(this.#first.get(after, end)?.['id'] ?? end);
  }

  #removeRange([from, to]: IdRange): void {
    this.#remove.run(from, to);
    this.#removeTried.run(from, to);
  }
}

/** The payload in a row; undefined where it is not what was written. */
export function payloadOf(row: Row): StoredPayload | undefined {
  const { id, crc, output, destination, partition, points, body } = row;
  if (!(body instanceof Uint8Array) || typeof destination !== 'string' || typeof output !== 'string') return undefined;
  const payload = {
    id: Number(id),
    output,
    destination,
    partition: Number(partition),
    points: Number(points),
    firstMs: Number(row['first_ms']),
    lastMs: Number(row['last_ms']),
    addedMs: Number(row['added_ms']),
    size: body.length,
    body,
    tried: row['tried'] === 1,
  };
  return checksum(payload, body) === crc ? payload : undefined;
}

/** CRC-32 of everything in a row: a damaged destination would be as wrong as a damaged body. */
function checksum({ id, output, destination, partition, points, firstMs, lastMs, addedMs }: PayloadRow, body: Uint8Array): number {
  return crc32(body, crc32(JSON.stringify([id, output, destination, partition, points, firstMs, lastMs, addedMs])));
}
