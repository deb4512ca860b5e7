import { letterSize, matchesLetter, MAX_DEAD_LETTER_BYTES, replayed } from '../dead-letters.ts';
import type { QueuedPayload, Refused } from '../payload.ts';
import type { DeadLetter, DeadLetterFilter, DeadLetters, LetterCounts } from '../store.ts';

type Counts = { -readonly [Key in keyof LetterCounts]: LetterCounts[Key] };

/** Dead letters that end with the process. */
export class MemoryDeadLetters implements DeadLetters {
  readonly #now: () => number;
  readonly #enqueue: (output: string, payloads: readonly QueuedPayload[]) => void;
  readonly #letters = new Set<DeadLetter>();
  readonly #counts = new Map<string, Counts>();
  #nextId = 1;
  /** What they take in all. */
  #bytes = 0;

  /** `enqueue` puts payloads at the end of an output's queue. */
  constructor(now: () => number, enqueue: (output: string, payloads: readonly QueuedPayload[]) => void) {
    this.#now = now;
    this.#enqueue = enqueue;
  }

  add(output: string, refused: readonly Refused[]): void {
    for (const { body, ...rest } of refused) {
      // A copy: what is refused is a piece of a payload, and must not keep all of it.
      const letter = { ...rest, body: Buffer.from(body), id: this.#nextId++, output, atMs: this.#now() };
      this.#letters.add(letter);
      this.#count(letter, 1);
    }
    for (const letter of this.#letters) {
      if (this.#bytes <= MAX_DEAD_LETTER_BYTES) return;
      this.#forget(letter);
      this.#countsOf(letter.output).evictedPoints += letter.points;
    }
  }

  /** Gives an output's letters to another. */
  rename(from: string, to: string): void {
    const letters = [...this.#letters];
    this.#letters.clear();
    for (const letter of letters) {
      const moved = letter.output === from ? { ...letter, output: to } : letter;
      this.#count(letter, -1);
      this.#count(moved, 1);
      this.#letters.add(moved);
    }
  }

  counts(): ReadonlyMap<string, LetterCounts> {
    return this.#counts;
  }

  list(filter: DeadLetterFilter, limit: number): Promise<readonly DeadLetter[]> {
    return Promise.resolve(this.#matching(filter).slice(0, limit));
  }

  replay(filter: DeadLetterFilter): Promise<number> {
    const letters = this.#matching(filter);
    for (const letter of letters) {
      this.#forget(letter);
      this.#enqueue(letter.output, [replayed(letter)]);
    }
    return Promise.resolve(letters.length);
  }

  drop(filter: DeadLetterFilter): Promise<number> {
    const letters = this.#matching(filter);
    for (const letter of letters) this.#forget(letter);
    return Promise.resolve(letters.length);
  }

  #matching(filter: DeadLetterFilter): DeadLetter[] {
    return [...this.#letters].filter((letter) => matchesLetter(letter, filter));
  }

  #forget(letter: DeadLetter): void {
    this.#letters.delete(letter);
    this.#count(letter, -1);
  }

  #count(letter: DeadLetter, sign: 1 | -1): void {
    const { output, points, body } = letter;
    const counts = this.#countsOf(output);
    counts.letters += sign;
    counts.points += sign * points;
    counts.bytes += sign * body.length;
    this.#bytes += sign * letterSize(letter);
  }

  #countsOf(output: string): Counts {
    const counts = this.#counts.get(output) ?? { letters: 0, points: 0, bytes: 0, evictedPoints: 0 };
    this.#counts.set(output, counts);
    return counts;
  }
}
