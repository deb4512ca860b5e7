import { PARTITIONS, type Payload } from '../queue/payload.ts';
import type { Lease, PayloadQueue } from '../queue/store.ts';

/** What waits in an output's queue for a request of its own, and whether one is worth it. */
export class Backlog {
  readonly #queue: PayloadQueue;
  readonly #batchSize: number;
  readonly #leases = new Map<Lease, { readonly points: number; readonly partitions: number }>();
  /** Points that are to go although they fill no batch. */
  #flushPoints = 0;

  constructor(queue: PayloadQueue, batchSize: number) {
    this.#queue = queue;
    this.#batchSize = batchSize;
  }

  /** Points in the queue that no lease is out for. */
  get waitingPoints(): number {
    let points = this.#queue.depth.points;
    for (const lease of this.#leases.values()) points -= lease.points;
    return points;
  }

  /** Whether there is a full batch of what can be taken, or something that is to go at once. */
  get isDue(): boolean {
    if (this.#queue.hasBatches === true) return true;
    const waiting = this.waitingPoints;
    if (waiting <= 0) return false;
    return this.#flushPoints > 0 || waiting * this.#freeShare >= this.#batchSize;
  }

  /** From now on, what waits is due. */
  flush(): void {
    this.#flushPoints = this.waitingPoints;
  }

  taken(lease: Lease): void {
    const points = pointsOf(lease.payloads);
    const partitions = new Set(lease.payloads.map(({ partition }) => partition)).size;
    this.#leases.set(lease, { points, partitions });
    this.#flushPoints = Math.max(0, this.#flushPoints - points);
  }

  /** The lease's payloads have left the queue. */
  settled(lease: Lease): void {
    this.#leases.delete(lease);
  }

  /** Gives the lease back; its payloads go as soon as they can. */
  release(lease: Lease): void {
    this.#leases.delete(lease);
    this.#flushPoints += pointsOf(lease.payloads);
    lease.release();
  }

  /** The part of the partitions that no lease is out for: about that part of what waits can be taken. */
  get #freeShare(): number {
    let taken = 0;
    for (const { partitions } of this.#leases.values()) taken += partitions;
    return 1 - taken / PARTITIONS;
  }
}

/** How many points payloads have together. */
export function pointsOf(payloads: readonly Payload[]): number {
  return payloads.reduce((sum, { points }) => sum + points, 0);
}
