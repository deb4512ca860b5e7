/** A queue in memory: payloads in the order they came, leases on some of them, and its bounds. */
import { freeMemory } from '../../metric/memory.ts';
import { Ages } from '../ages.ts';
import { Leases, type Entry } from '../leases.ts';
import type { QueuedPayload, Refused } from '../payload.ts';
import { selectOldest } from '../select.ts';
import type { Lease, PayloadQueue, QueueBounds, QueueDepth, StoreDrop, TakeLimits } from '../store.ts';

export interface MemoryQueueOptions {
  readonly bounds: QueueBounds;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onDrop: (reason: StoreDrop, points: number) => void;
  /** Told when payloads have left, with what the server refused of them. */
  readonly onSettled: (refused: readonly Refused[]) => void;
}

export class MemoryQueue implements PayloadQueue {
  /** May be set anew at any time. */
  bounds: QueueBounds;
  readonly #options: MemoryQueueOptions;
  readonly #ages: Ages;
  /** A set keeps the order in which entries came, and lets go of one in the middle at no cost. */
  readonly #entries = new Set<Entry>();
  readonly #leases = new Leases();
  #lastId = 0;
  #points = 0;
  #bytes = 0;
  #listener: () => void = () => undefined;

  constructor(options: MemoryQueueOptions) {
    this.#options = options;
    this.#ages = new Ages(options.now);
    this.bounds = options.bounds;
  }

  get isFull(): boolean {
    return this.#points >= this.bounds.maxPoints || this.#bytes >= this.bounds.maxBytes;
  }

  get depth(): QueueDepth {
    const [oldest] = this.#entries;
    return { payloads: this.#entries.size, points: this.#points, bytes: this.#bytes, oldestMs: oldest?.addedMs };
  }

  /** Adds what an overflow allows. */
  add(payloads: readonly QueuedPayload[]): void {
    const addedMs = this.#ages.now();
    for (const payload of payloads) this.#add({ id: ++this.#lastId, payload, addedMs, tried: false, leased: false });
    this.#listener();
  }

  take(limits: TakeLimits): Promise<Lease | undefined> {
    this.#expire();
    const entries = selectOldest(this.#entries, this.#leases.partitions, limits);
    return Promise.resolve(entries.length === 0 ? undefined : this.#lease(entries));
  }

  onAdded(listener: () => void): void {
    this.#listener = listener;
  }

  #add(entry: Entry): void {
    if (this.isFull && this.bounds.overflow === 'drop_newest') {
      this.#options.onDrop('overflow', entry.payload.points);
      return;
    }
    if (this.bounds.overflow === 'drop_oldest') this.#makeRoom();
    this.#entries.add(entry);
    this.#points += entry.payload.points;
    this.#bytes += entry.payload.body.length;
  }

  /** Lets go of the oldest until there is room. What is on its way stays: nobody knows whether it was taken. */
  #makeRoom(): void {
    for (const entry of this.#entries) {
      if (!this.isFull) return;
      if (!entry.leased) this.#drop(entry, 'overflow');
    }
  }

  #expire(): void {
    for (const entry of this.#entries) {
      if (this.#ages.of(entry.addedMs) <= this.bounds.maxAgeMs) return;
      if (!entry.leased) this.#drop(entry, 'expired');
    }
  }

  #drop(entry: Entry, reason: StoreDrop): void {
    this.#remove(entry);
    this.#options.onDrop(reason, entry.payload.points);
  }

  #remove(entry: Entry): void {
    if (!this.#entries.delete(entry)) return;
    this.#points -= entry.payload.points;
    this.#bytes -= entry.payload.body.length;
  }

  #lease(entries: readonly Entry[]): Lease {
    return this.#leases.open(entries, {
      markTried: () => {
        for (const entry of entries) entry.tried = true;
        return Promise.resolve();
      },
      settle: (refused, giveBack) => {
        giveBack();
        for (const entry of entries) this.#remove(entry);
        this.#options.onSettled(refused);
        // Not before: a refused payload may lie in the same memory.
        for (const { payload } of entries) freeMemory(payload.body);
        return Promise.resolve();
      },
      onReleased: () => this.#listener(),
    });
  }
}
