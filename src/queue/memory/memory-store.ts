import { MemoryDeadLetters } from './memory-dead-letters.ts';
import { MemoryQueue } from './memory-queue.ts';
import { findOrphans, keptText, renamedText } from '../orphans.ts';
import { Room } from '../room.ts';
import type { Admission, DeadLetters, PayloadQueue, State, StateSpec, Store, StoreOptions, Transaction } from '../store.ts';

/** A queue and whose it is, which a rename changes. */
interface Owned {
  readonly queue: MemoryQueue;
  output: string;
}

/** A store that forgets at exit: for tests and for `--once`. Bounded like any other. */
export class MemoryStore implements Store {
  #options: StoreOptions;
  readonly #queues = new Map<string, Owned>();
  readonly #states = new Map<string, Map<string, unknown>>();
  readonly #deadLetters: MemoryDeadLetters;
  readonly #room = new Room();
  /** Outputs of which queues are left that nobody empties; they hold nobody up. */
  #orphans: ReadonlySet<string> = new Set();
  #warnings: readonly string[] = [];

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#deadLetters = new MemoryDeadLetters(options.now ?? Date.now, (output, payloads) => this.#open(output).add(payloads));
  }

  get deadLetters(): DeadLetters {
    return this.#deadLetters;
  }

  admit(): Admission {
    for (const [output, { queue }] of this.#queues) {
      if (queue.isFull && queue.bounds.overflow === 'block' && !this.#orphans.has(output)) {
        return { status: 'busy', reason: `the queue of ${output} is full` };
      }
    }
    return { status: 'ok' };
  }

  room(timeoutMs: number): Promise<void> {
    return this.#room.wait(timeoutMs);
  }

  commit(transaction: Transaction): Promise<void> {
    for (const [output, payloads] of transaction.payloads) {
      if (payloads.length > 0) this.#open(output).add(payloads);
    }
    return Promise.resolve();
  }

  queue(output: string): PayloadQueue {
    return this.#open(output);
  }

  state<T>(spec: StateSpec<T>): State<T> {
    const entries = (this.#states.get(spec.name) ?? new Map<string, unknown>()) as Map<string, T>;
    this.#states.set(spec.name, entries);
    return entries;
  }

  health(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Goes on under another configuration, with the same queues and states. What waits for an output that is gone from it is kept, or goes to
   * the one that has taken its place. No lease may be out. Returns what an operator should know.
   */
  reconfigure(options: StoreOptions, outputs: readonly string[]): readonly string[] {
    this.#options = options;
    const stored = Array.from(this.#queues, ([name, { queue }]) => ({ name, ...queue.depth }));
    const { renamed, kept } = findOrphans(stored, outputs);
    for (const { from, to } of renamed) this.#rename(from, to);
    for (const [name, { queue }] of this.#queues) queue.bounds = options.bounds(name);
    this.#orphans = new Set(kept.map(({ name }) => name));
    this.#warnings = kept.map(keptText);
    return [...renamed.map(renamedText), ...this.#warnings];
  }

  close(): Promise<void> {
    this.#room.wake();
    return Promise.resolve();
  }

  #open(output: string): MemoryQueue {
    const known = this.#queues.get(output);
    if (known !== undefined) return known.queue;
    const owned: Owned = {
      output,
      queue: new MemoryQueue({
        bounds: this.#options.bounds(output),
        now: this.#options.now ?? Date.now,
        onDrop: (reason, points) => this.#options.onDrop(owned.output, reason, points),
        onSettled: (refused) => {
          this.#deadLetters.add(owned.output, refused);
          this.#room.wake();
        },
      }),
    };
    this.#queues.set(output, owned);
    return owned.queue;
  }

  #rename(from: string, to: string): void {
    const owned = this.#queues.get(from);
    if (owned === undefined) return;
    this.#queues.delete(from);
    this.#queues.set(to, owned);
    owned.output = to;
    this.#deadLetters.rename(from, to);
    for (const [name, entries] of this.#states) {
      if (!name.startsWith(`${from}/`)) continue;
      this.#states.delete(name);
      this.#states.set(`${to}${name.slice(from.length)}`, entries);
    }
  }
}
