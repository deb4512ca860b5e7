import type { Payload } from './payload.ts';
import type { Admission, PayloadQueue, QueueDepth, State, StateSpec, Store, Transaction } from './store.ts';

export interface QueueBounds {
  maxPoints: number;
  maxBytes: number;
}

/** A store that forgets at exit: for tests and for `--once`. Bounded like any other. */
export class MemoryStore implements Store {
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #states = new Map<string, Map<string, unknown>>();
  readonly #bounds: (output: string) => QueueBounds;
  readonly #now: () => number;
  /** Called when there may be room again. */
  readonly #waiting = new Set<() => void>();

  constructor(bounds: (output: string) => QueueBounds, now: () => number = Date.now) {
    this.#bounds = bounds;
    this.#now = now;
  }

  admit(): Admission {
    for (const [output, queue] of this.#queues) {
      if (queue.isFull) return { status: 'busy', reason: `the queue of ${output} is full` };
    }
    return { status: 'ok' };
  }

  room(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
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

  close(): Promise<void> {
    this.#wake();
    return Promise.resolve();
  }

  #open(output: string): MemoryQueue {
    let queue = this.#queues.get(output);
    if (queue === undefined) {
      queue = new MemoryQueue(this.#bounds(output), this.#now, () => this.#wake());
      this.#queues.set(output, queue);
    }
    return queue;
  }

  #wake(): void {
    for (const done of this.#waiting) done();
  }
}

interface Entry {
  readonly payload: Payload;
  readonly addedMs: number;
}

class MemoryQueue implements PayloadQueue {
  readonly #bounds: QueueBounds;
  readonly #now: () => number;
  readonly #onRoom: () => void;
  readonly #entries: Entry[] = [];
  #points = 0;
  #bytes = 0;
  #listener: () => void = () => undefined;

  constructor(bounds: QueueBounds, now: () => number, onRoom: () => void) {
    this.#bounds = bounds;
    this.#now = now;
    this.#onRoom = onRoom;
  }

  get isFull(): boolean {
    return this.#points >= this.#bounds.maxPoints || this.#bytes >= this.#bounds.maxBytes;
  }

  get depth(): QueueDepth {
    return { payloads: this.#entries.length, points: this.#points, bytes: this.#bytes, oldestMs: this.#entries[0]?.addedMs };
  }

  add(payloads: readonly Payload[]): void {
    const addedMs = this.#now();
    for (const payload of payloads) {
      this.#entries.push({ payload, addedMs });
      this.#points += payload.points;
      this.#bytes += payload.body.length;
    }
    this.#listener();
  }

  peek(maxPoints: number): readonly Payload[] {
    const taken: Payload[] = [];
    let points = 0;
    for (const { payload } of this.#entries) {
      points += payload.points;
      if (taken.length > 0 && (points > maxPoints || payload.destination !== taken[0].destination)) break;
      taken.push(payload);
    }
    return taken;
  }

  remove(count: number): void {
    for (const { payload } of this.#entries.splice(0, count)) {
      this.#points -= payload.points;
      this.#bytes -= payload.body.length;
    }
    this.#onRoom();
  }

  onAdded(listener: () => void): void {
    this.#listener = listener;
  }
}
