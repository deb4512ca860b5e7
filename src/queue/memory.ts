import { MemoryDeadLetters } from './memory-dead-letters.ts';
import { LeasedQueue } from './leased-queue.ts';
import { Room } from './room.ts';
import type { Admission, DeadLetters, PayloadQueue, State, StateSpec, Store, StoreOptions, Transaction } from './store.ts';

/** A store that forgets at exit: for tests and for `--once`. Bounded like any other. */
export class MemoryStore implements Store {
  readonly #options: StoreOptions;
  readonly #queues = new Map<string, LeasedQueue>();
  readonly #states = new Map<string, Map<string, unknown>>();
  readonly #deadLetters: MemoryDeadLetters;
  readonly #room = new Room();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#deadLetters = new MemoryDeadLetters(options.now ?? Date.now, (output, payloads) => this.#open(output).add(payloads));
  }

  get deadLetters(): DeadLetters {
    return this.#deadLetters;
  }

  admit(): Admission {
    for (const [output, queue] of this.#queues) {
      if (queue.isFull && queue.bounds.overflow === 'block') return { status: 'busy', reason: `the queue of ${output} is full` };
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
    return [];
  }

  close(): Promise<void> {
    this.#room.wake();
    return Promise.resolve();
  }

  #open(output: string): LeasedQueue {
    const known = this.#queues.get(output);
    if (known !== undefined) return known;
    const queue = new LeasedQueue({
      bounds: this.#options.bounds(output),
      now: this.#options.now ?? Date.now,
      onDrop: (reason, points) => this.#options.onDrop(output, reason, points),
      onSettled: (refused) => {
        this.#deadLetters.add(output, refused);
        this.#room.wake();
      },
    });
    this.#queues.set(output, queue);
    return queue;
  }
}
