/** Bounds the bytes of all bodies that are in memory at one time, whatever number of clients sends them. */
export class MemoryBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** An account for one request; release it when its body is done with. */
  open(): MemoryLease {
    let held = 0;
    return {
      take: (bytes) => {
        if (this.#used + bytes > this.#limit) return false;
        this.#used += bytes;
        held += bytes;
        return true;
      },
      release: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }
}

export interface MemoryLease {
  /** Adds to what the request holds; false, and nothing is added, when there is no room. */
  take(bytes: number): boolean;
  /** Gives everything back. */
  release(): void;
}
