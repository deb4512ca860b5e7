import { replayed } from '../dead-letters.ts';
import type { QueuedPayload } from '../payload.ts';
import type { DeadLetter, DeadLetterFilter, DeadLetters, LetterCounts } from '../store.ts';
import type { Draft } from './group-commit.ts';
import type { Letters, Request } from './messages.ts';

/** Letters read at once, so that a replay of all of them stays small in memory. */
const CHUNK_BYTES = 4 * 1024 * 1024;
const CHUNK_LETTERS = 1000;

type LettersRequest = Extract<Request, { kind: 'letters' }>;

export interface DiskDeadLettersOptions {
  readonly read: (request: LettersRequest) => Promise<Letters>;
  readonly change: (fill: (draft: Draft) => void) => Promise<void>;
  /** Puts payloads at the end of an output's queue. */
  readonly enqueue: (output: string, payloads: readonly QueuedPayload[], draft: Draft) => void;
}

/** Dead letters on the disk; their counts are in memory. */
export class DiskDeadLetters implements DeadLetters {
  readonly #options: DiskDeadLettersOptions;
  #counts: ReadonlyMap<string, LetterCounts> = new Map();

  constructor(options: DiskDeadLettersOptions) {
    this.#options = options;
  }

  /** Takes the counts as they are on the disk now. */
  setCounts(counts: ReadonlyMap<string, LetterCounts>): void {
    this.#counts = counts;
  }

  counts(): ReadonlyMap<string, LetterCounts> {
    return this.#counts;
  }

  async list(filter: DeadLetterFilter, limit: number): Promise<readonly DeadLetter[]> {
    const { letters } = await this.#read({ filter, after: 0, upTo: Number.MAX_SAFE_INTEGER, limit, maxBytes: Number.MAX_SAFE_INTEGER });
    return letters;
  }

  replay(filter: DeadLetterFilter): Promise<number> {
    return this.#forEachChunk(filter, (letters, draft) => {
      for (const letter of letters) this.#options.enqueue(letter.output, [replayed(letter)], draft);
    });
  }

  drop(filter: DeadLetterFilter): Promise<number> {
    return this.#forEachChunk(filter, () => undefined);
  }

  /** Forgets the letters there are now, and does something with them in the same transactions. What is refused meanwhile is left alone. */
  async #forEachChunk(filter: DeadLetterFilter, use: (letters: readonly DeadLetter[], draft: Draft) => void): Promise<number> {
    let done = 0;
    let after = 0;
    let upTo = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const { letters, lastId } = await this.#read({ filter, after, upTo, limit: CHUNK_LETTERS, maxBytes: CHUNK_BYTES });
      const last = letters.at(-1);
      if (last === undefined) return done;
      await this.#options.change((draft) => {
        draft.forgotten.push(...letters.map(({ id }) => id));
        use(letters, draft);
      });
      done += letters.length;
      after = last.id;
      upTo = Math.min(upTo, lastId);
    }
  }

  async #read(range: Omit<LettersRequest, 'kind'>): Promise<Letters> {
    const { letters, lastId } = await this.#options.read({ kind: 'letters', ...range });
    // Between threads, buffers become plain arrays of bytes.
    return { letters: letters.map((letter) => ({ ...letter, body: Buffer.from(letter.body) })), lastId };
  }
}
