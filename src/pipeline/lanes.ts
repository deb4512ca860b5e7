import { PARTITIONS } from '../queue/payload.ts';

/**
 * How many requests may be under way, and how many partitions each draws from.
 *
 * What piles up while a request is under way is the rate of arrival times the server's delay (Little's law), so the queue itself
 * says how much concurrency is needed: as few requests as will be full. One draws from all partitions while one suffices.
 * After a failure it starts with one again, and each success allows one more, so that a server that comes back is not overrun.
 */
export class Lanes {
  readonly #most: number;
  #allowed = 1;

  /** `most`: at most so many requests, whatever waits. */
  constructor(most: number) {
    this.#most = Math.min(Math.max(1, most), PARTITIONS);
  }

  /** How many requests may be under way now. */
  get allowed(): number {
    return this.#allowed;
  }

  /** From how many partitions the next request is to draw, so that what waits makes as many full batches as there may be requests. */
  partitionsEach(waitingPoints: number, batchSize: number): number {
    const batches = Math.floor(waitingPoints / batchSize);
    const lanes = Math.min(Math.max(1, batches), this.#allowed);
    return Math.floor(PARTITIONS / lanes);
  }

  succeeded(): void {
    this.#allowed = Math.min(this.#most, this.#allowed + 1);
  }

  failed(): void {
    this.#allowed = 1;
  }
}
