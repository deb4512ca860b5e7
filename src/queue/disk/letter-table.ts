import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { letterSize, matchesLetter, MAX_DEAD_LETTER_BYTES } from '../dead-letters.ts';
import type { DeadLetter, LetterCounts } from '../store.ts';
import type { Group, LetterRow, Letters, Request } from './messages.ts';

/** As `letterSize` has it, of a row. */
const SIZE = 'length(body) + octet_length(reason) + octet_length(destination)';

type Counts = { -readonly [Key in keyof LetterCounts]: LetterCounts[Key] };

/** Dead letters, and how many of each output's there are. */
export class LetterTable {
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #oldest: StatementSync;
  readonly #last: StatementSync;
  readonly #after: StatementSync;
  #counts = new Map<string, Counts>();
  /** What they take in all. */
  #size = 0;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO dead_letter VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#remove = db.prepare(`DELETE FROM dead_letter WHERE id = ? RETURNING output, points, length(body) AS bytes, ${SIZE} AS size`);
    this.#oldest = db.prepare('SELECT id, output FROM dead_letter ORDER BY id LIMIT 1');
    this.#last = db.prepare('SELECT max(id) AS id FROM dead_letter');
    this.#after = db.prepare('SELECT * FROM dead_letter WHERE id > ? AND id <= ? ORDER BY id');
    this.#count(db);
  }

  get counts(): ReadonlyMap<string, LetterCounts> {
    return this.#counts;
  }

  /** Writes a group's letters, forgets others, and keeps the bound. Call it in a transaction; call `rollBack` if that fails. */
  write({ letters, forgotten }: Pick<Group, 'letters' | 'forgotten'>): void {
    for (const id of forgotten) this.#forget(id);
    for (const letter of letters) this.insert(letter);
    while (this.#size > MAX_DEAD_LETTER_BYTES) {
      const oldest = this.#oldest.get();
      if (oldest === undefined) return;
      const { output, points } = this.#forget(Number(oldest['id']));
      this.#of(output).evictedPoints += points;
    }
  }

  /** The counts as a snapshot, and how to go back to it. */
  remember(): () => void {
    const before = new Map([...this.#counts].map(([output, counts]) => [output, { ...counts }]));
    const size = this.#size;
    return () => {
      this.#counts = before;
      this.#size = size;
    };
  }

  insert(letter: LetterRow): void {
    const { output, atMs, reason, destination, points, firstMs, lastMs, body } = letter;
    this.#insert.run(checksum(letter), output, atMs, reason, destination, points, firstMs, lastMs, body);
    this.#add(output, 1, points, body.length);
    this.#size += letterSize(letter);
  }

  /** The oldest letters that match, within the limits; damaged ones are left out. */
  list({ filter, after, upTo, limit, maxBytes }: Extract<Request, { kind: 'letters' }>): Letters {
    const letters: DeadLetter[] = [];
    let bytes = 0;
    for (const row of this.#after.iterate(after, upTo)) {
      const letter = letterOf(row);
      if (letter === undefined || !matchesLetter(letter, filter)) continue;
      if (letters.length === limit || (letters.length > 0 && bytes + letter.body.length > maxBytes)) break;
      letters.push(letter);
      bytes += letter.body.length;
    }
    return { letters, lastId: Number(this.#last.get()?.['id'] ?? 0) };
  }

  #forget(id: number): { output: string; points: number } {
    const row = this.#remove.get(id);
    if (row === undefined) return { output: '', points: 0 };
    const output = String(row['output']);
    const points = Number(row['points']);
    this.#add(output, -1, -points, -Number(row['bytes']));
    this.#size -= Number(row['size']);
    return { output, points };
  }

  #count(db: DatabaseSync): void {
    const sums = `count(*) AS letters, sum(points) AS points, sum(length(body)) AS bytes, sum(${SIZE}) AS size`;
    const rows = db.prepare(`SELECT output, ${sums} FROM dead_letter GROUP BY output`);
    for (const row of rows.iterate()) {
      this.#add(String(row['output']), Number(row['letters']), Number(row['points']), Number(row['bytes']));
      this.#size += Number(row['size']);
    }
  }

  #add(output: string, letters: number, points: number, bytes: number): void {
    const counts = this.#of(output);
    counts.letters += letters;
    counts.points += points;
    counts.bytes += bytes;
  }

  #of(output: string): Counts {
    const counts = this.#counts.get(output) ?? { letters: 0, points: 0, bytes: 0, evictedPoints: 0 };
    this.#counts.set(output, counts);
    return counts;
  }
}

/** The letter in a row; undefined where it is not what was written. */
export function letterOf(row: Record<string, unknown>): DeadLetter | undefined {
  const { output, reason, destination, body } = row;
  if (!(body instanceof Uint8Array) || typeof output !== 'string' || typeof reason !== 'string' || typeof destination !== 'string') {
    return undefined;
  }
  const letter = {
    id: Number(row['id']),
    output,
    atMs: Number(row['at_ms']),
    reason,
    destination,
    points: Number(row['points']),
    firstMs: Number(row['first_ms']),
    lastMs: Number(row['last_ms']),
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  };
  return checksum(letter) === row['crc'] ? letter : undefined;
}

/** Without the output's name, which may change. */
function checksum({ atMs, reason, destination, points, firstMs, lastMs, body }: LetterRow): number {
  return crc32(body, crc32(JSON.stringify([atMs, reason, destination, points, firstMs, lastMs])));
}
