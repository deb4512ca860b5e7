/**
 * The contract between the pipeline and what keeps its promises: one queue of payloads per output, and the state that points
 * were derived from. Both change in one transaction, so that a crash neither loses a point nor counts a joule twice.
 *
 * One contract suite (test/contract/store) runs against every driver.
 */
import type { QueuedPayload, Refused } from './payload.ts';

/** What one accepted batch leaves behind: payloads by output, in order. State changed since the last commit goes with them. */
export interface Transaction {
  readonly payloads: ReadonlyMap<string, readonly QueuedPayload[]>;
}

/** Whether another batch may come in. `busy` says why not: an output at its bound, a disk that is full. */
export type Admission = { readonly status: 'ok' } | { readonly status: 'busy'; readonly reason: string };

/** What happens at an output's bound: `block` stops the pipeline, the others lose points of this output alone, counted. */
export const overflows = ['block', 'drop_oldest', 'drop_newest'] as const;
export type Overflow = (typeof overflows)[number];

export interface QueueBounds {
  readonly maxPoints: number;
  readonly maxBytes: number;
  /** Payloads that have waited longer are dropped, whatever `overflow` says; Infinity: never. */
  readonly maxAgeMs: number;
  readonly overflow: Overflow;
}

/** Why a store dropped points of an output: its bound, their age, or a payload that came back from the disk damaged. */
export type StoreDrop = 'overflow' | 'expired' | 'damaged';

export interface StoreOptions {
  /** The bounds of an output's queue, by the output's name. */
  readonly bounds: (output: string) => QueueBounds;
  /** Told of every loss. */
  readonly onDrop: (output: string, reason: StoreDrop, points: number) => void;
  /** Milliseconds since the epoch; `Date.now` outside tests. */
  readonly now?: () => number;
}

export interface Store {
  /** Asked before a batch is processed: after that nothing can be refused, since state has moved on. */
  admit(): Admission;

  /** Resolves at the next moment when there may be room again, or after `timeoutMs`. Any number may wait. */
  room(timeoutMs: number): Promise<void>;

  /**
   * Puts the payloads in their queues and the state changes in the store, all or nothing; resolves when they are as safe as
   * the driver makes them. Nothing is handed to a sender before that. The payloads' bodies are the store's from here on. A failed commit
   * is kept and tried again with the next; `admit` says busy until it has succeeded. State is read when the commit is called: no turn of
   * the event loop may lie between a change of state and the commit of what was derived from it.
   */
  commit(transaction: Transaction): Promise<void>;

  /**
   * The queue of one output. The name is the output's, stable over restarts. `maxLeadMs`: how far senders that know nothing of each other may
   * get ahead of each other, as in `Lead`; said at the first call.
   */
  queue(output: string, maxLeadMs?: number): PayloadQueue;

  /** The state of one stage. Called once per name and store. */
  state<T>(spec: StateSpec<T>): State<T>;

  /** What servers refused for good. */
  readonly deadLetters: DeadLetters;

  /** What is wrong with the store itself, in words for an operator (a damaged file set aside, a full disk); empty when nothing is. */
  health(): readonly string[];

  /** Writes what is pending and lets go of files. Leases that are out are as if released. Idempotent. */
  close(): Promise<void>;
}

/** One output's payloads. Senders lease the oldest; what is leased stays in the queue until it is settled. */
export interface PayloadQueue {
  /** What waits, leased payloads included. */
  readonly depth: QueueDepth;

  /**
   * Leases the oldest payloads of one destination, in order; undefined when there is nothing to lease now. A partition with a lease out
   * is passed over: its later payloads may not overtake. Resolves at once where the payloads are in memory.
   */
  take(limits: TakeLimits): Promise<Lease | undefined>;

  /** Whether there are batches to take that somebody made already: worth a request at once, whatever their size. */
  readonly hasBatches?: boolean;

  /** Calls back after every commit that added something, and when a lease is released. One listener. */
  onAdded(listener: () => void): void;
}

export interface TakeLimits {
  /** Points together; one payload may have more. */
  readonly maxPoints: number;
  /** Bytes together, not compressed; one payload may have more. */
  readonly maxBytes: number;
  /** From how many partitions at most: `PARTITIONS` for a single sender, fewer where several work side by side. */
  readonly maxPartitions: number;
  /**
   * To lease a payload that may have been sent before alone: joined with others, some of which the server has and some not, it would be
   * refused, and nobody could tell for which of them.
   */
  readonly separateResent: boolean;
  /** How far partitions may get ahead of each other, for servers that refuse what is much older than the newest they have. */
  readonly lead?: Lead;
}

export interface Lead {
  /** Nothing is taken that begins so much later than the oldest of what is under way, and of what is taken. */
  readonly maxMs: number;
  /** Time of the oldest point under way, in milliseconds since the epoch; Infinity: none is. */
  readonly oldestMs: number;
}

/** Payloads on their way. Either `settle` or `release` is called, once. */
export interface Lease {
  /** In order, of one destination; at least one. */
  readonly payloads: readonly QueuedPayload[];

  /** A number for each, rising; never given to another payload of this output as long as the store keeps its payloads, so also after a restart. */
  readonly ids: readonly number[];

  /** When each of them was added, in milliseconds since the epoch. */
  readonly addedMs: readonly number[];

  /** Whether they may have been sent before, by this process or one before it: true after `markTried`, also after a crash. */
  readonly resent: boolean;

  /**
   * Resolves once it is on stable storage that they are being sent. For servers that refuse what they have already. Rejects when that can't
   * be known: do not send.
   */
  markTried(): Promise<void>;

  /**
   * They are delivered, but for these, which become dead letters in the same transaction. Resolves as `commit` does; until then they count
   * as waiting, and their partitions as leased. Their bodies are gone then.
   */
  settle(refused: readonly Refused[]): Promise<void>;

  /** Back where they were. */
  release(): void;
}

export interface QueueDepth {
  readonly payloads: number;
  readonly points: number;
  readonly bytes: number;
  /** When the oldest payload was added, in milliseconds since the epoch; undefined when empty. */
  readonly oldestMs: number | undefined;
}

// ----------------------------------------------------------------------------------------------------------- dead letters

export interface DeadLetter extends Refused {
  readonly id: number;
  readonly output: string;
  /** When it was refused, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** Which dead letters; all of them when empty. */
export interface DeadLetterFilter {
  readonly ids?: readonly number[];
  readonly output?: string;
  /** Part of the server's words, in any case of letters. */
  readonly reason?: string;
}

/** The dead letters of one output. */
export interface LetterCounts {
  readonly letters: number;
  readonly points: number;
  readonly bytes: number;
  /** Points in letters that had to go for want of room, since the start. */
  readonly evictedPoints: number;
}

/** Bounded: beyond `MAX_DEAD_LETTER_BYTES` the oldest go, counted. */
export interface DeadLetters {
  /** By output. */
  counts(): ReadonlyMap<string, LetterCounts>;

  /** The oldest first, at most `limit`. */
  list(filter: DeadLetterFilter, limit: number): Promise<readonly DeadLetter[]>;

  /** Puts them at the end of their outputs' queues, as never sent. Resolves to how many. */
  replay(filter: DeadLetterFilter): Promise<number>;

  /** Forgets them. Resolves to how many. */
  drop(filter: DeadLetterFilter): Promise<number>;
}

// ------------------------------------------------------------------------------------------------------------------ state

export interface StateSpec<T> {
  /** Unique in the pipeline and stable over restarts, e.g. `processors.energy`. */
  readonly name: string;
  /** Raised whenever `encode` changes. */
  readonly version: number;
  encode(value: T): string;
  /**
   * Reads what `encode` of `version` or an older one wrote; undefined when it can't: the entry starts afresh and is counted. So does what a
   * newer one wrote, of which this is not asked.
   */
  decode(text: string, version: number): T | undefined;
}

/** Values by key. `set` after every change, also of an object that is already in: that is what marks it for the next commit. */
export interface State<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  entries(): IterableIterator<[string, T]>;
  readonly size: number;
}
