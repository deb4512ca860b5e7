import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { endOfOutput, startOfOutput } from './ids.ts';
import type { Group, IdRange, PayloadRow, ReadResult, StoredPayload } from './messages.ts';

/** A row as SQLite gives it; of a damaged file, every column may hold anything. */
type Row = Record<string, unknown>;

/** Payloads and the marks of those that may have been sent. */
export class PayloadTable {
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeTried: StatementSync;
  readonly #markTried: StatementSync;
  readonly #read: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO payload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#remove = db.prepare('DELETE FROM payload WHERE id BETWEEN ? AND ?');
    this.#removeTried = db.prepare('DELETE FROM tried WHERE id BETWEEN ? AND ?');
    this.#markTried = db.prepare('INSERT OR IGNORE INTO tried VALUES (?)');
    this.#read = db.prepare(
      'SELECT *, EXISTS (SELECT 1 FROM tried WHERE tried.id = payload.id) AS tried FROM payload WHERE id > ? AND id < ? ORDER BY id',
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

  /** The payloads of an output after an id, until their bodies come to `maxBytes`. */
  read(number: number, after: number, maxBytes: number): ReadResult {
    const payloads: StoredPayload[] = [];
    const damaged: { id: number; points: number }[] = [];
    let upTo = Math.max(after, startOfOutput(number));
    let bytes = 0;
    for (const row of this.#read.iterate(upTo, endOfOutput(number))) {
      const payload = payloadOf(row);
      upTo = Number(row['id']);
      if (payload === undefined) damaged.push({ id: upTo, points: Number(row['points']) || 0 });
      else payloads.push(payload);
      bytes += payload?.size ?? 0;
      if (bytes >= maxBytes) return { payloads, damaged, upTo, reachedEnd: false };
    }
    return { payloads, damaged, upTo, reachedEnd: true };
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
