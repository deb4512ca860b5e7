/** Which payloads of a queue are on their way, for the queues that keep payloads in this process. */
import type { QueuedPayload, Refused } from './payload.ts';
import type { Lease } from './store.ts';

/** A payload in a queue. */
export interface Entry {
  readonly id: number;
  readonly payload: QueuedPayload;
  /** When it was added, in milliseconds since the epoch. */
  readonly addedMs: number;
  /** Whether it may have been sent before. */
  tried: boolean;
  leased: boolean;
}

/** What a queue does when something becomes of a lease. */
export interface LeaseHandlers {
  /** As `Lease` has it. */
  readonly markTried: () => Promise<void>;
  /** As `Lease` has it; `giveBack` frees the partitions, when the entries have left. */
  readonly settle: (refused: readonly Refused[], giveBack: () => void) => Promise<void>;
  /** The entries are as if they had never been leased. */
  readonly onReleased: () => void;
}

/** The leases that are out on one queue. */
export class Leases {
  readonly #partitions = new Set<number>();

  /** The partitions that have a lease out: what else is in them must wait, or it would overtake. */
  get partitions(): ReadonlySet<number> {
    return this.#partitions;
  }

  /** Leases entries, which must be of partitions that have no lease out. */
  open(entries: readonly Entry[], { markTried, settle, onReleased }: LeaseHandlers): Lease {
    const partitions = new Set(entries.map(({ payload }) => payload.partition));
    for (const partition of partitions) this.#partitions.add(partition);
    for (const entry of entries) entry.leased = true;
    const giveBack = (): void => {
      for (const partition of partitions) this.#partitions.delete(partition);
      for (const entry of entries) entry.leased = false;
    };
    return {
      payloads: entries.map(({ payload }) => payload),
      ids: entries.map(({ id }) => id),
      addedMs: entries.map(({ addedMs }) => addedMs),
      get resent() {
        return entries.some(({ tried }) => tried);
      },
      markTried,
      settle: (refused) => settle(refused, giveBack),
      release: () => {
        giveBack();
        onReleased();
      },
    };
  }
}
