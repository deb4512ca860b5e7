/**
 * The contract between the pipeline and what keeps its promises: one queue of payloads per output, and the state that points
 * were derived from. Both change in one transaction, so that a crash neither loses a point nor counts a joule twice.
 */
import type { Payload } from './payload.ts';

/** What one accepted batch leaves behind: payloads by output, in order. State changed since the last commit goes with them. */
export interface Transaction {
  readonly payloads: ReadonlyMap<string, readonly Payload[]>;
}

/** Whether another batch may come in. `busy` names the output at its bound. */
export type Admission = { readonly status: 'ok' } | { readonly status: 'busy'; readonly reason: string };

export interface Store {
  /** Asked before a batch is processed: after that nothing can be refused, since state has moved on. */
  admit(): Admission;

  /** Resolves at the next moment when there may be room again, or after `timeoutMs`. Any number may wait. */
  room(timeoutMs: number): Promise<void>;

  /**
   * Puts the payloads in their queues and the state changes in the store, all or nothing; resolves when they are as safe as
   * the driver makes them. A failed commit is kept and tried again with the next; `admit` says busy until it has succeeded.
   */
  commit(transaction: Transaction): Promise<void>;

  /** The queue of one output. The name is the output's, stable over restarts. */
  queue(output: string): PayloadQueue;

  /** The state of one stage. Called once per name and store. */
  state<T>(spec: StateSpec<T>): State<T>;

  /** Writes what is pending and lets go of files. Idempotent. */
  close(): Promise<void>;
}

/** One output's payloads, oldest first. One sender takes from it, never two at a time. */
export interface PayloadQueue {
  readonly depth: QueueDepth;

  /** The oldest payloads of one destination, in order, up to `maxPoints` together but at least one; empty when the queue is. Does not remove them. */
  peek(maxPoints: number): readonly Payload[];

  /** Removes the `count` oldest: they are delivered, or refused for good. */
  remove(count: number): void;

  /** Calls back after every commit that added something. One listener. */
  onAdded(listener: () => void): void;
}

export interface QueueDepth {
  readonly payloads: number;
  readonly points: number;
  readonly bytes: number;
  /** When the oldest payload was added, in milliseconds since the epoch; undefined when empty. */
  readonly oldestMs: number | undefined;
}

export interface StateSpec<T> {
  /** Unique in the pipeline and stable over restarts, e.g. `processors.energy`. */
  readonly name: string;
  /** Raised whenever `encode` changes. */
  readonly version: number;
  encode(value: T): string;
  /** Reads what `encode` of `version` or an older one wrote; undefined when it can't: the entry starts afresh and is counted. */
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
