/**
 * Keeps partitions, and bridges that share a Redis, together in time where the server refuses what is much older than the newest it has
 * (decision 0247): of a backlog, nothing is handed on that begins more than a lead after the last of them.
 *
 * One that stands still while others move is left behind: something of it fails that may fail for hours, and is convicted only by what
 * others deliver meanwhile (docs/delivery.md, "Poison"). In an outage nobody moves, and nobody is left behind.
 */

/** Longer than it takes to notice that a sender died, and that another takes its place. */
const LEFT_BEHIND_MS = 60_000;

export interface PaceOptions {
  /** How far one may be ahead of the last; Infinity: as far as it likes. */
  readonly maxLeadMs: number;
  /** The name of this bridge among the others. */
  readonly self: string;
  /** A monotonic clock in milliseconds; the process's own outside tests. */
  readonly now?: () => number;
}

export class Pace {
  readonly #maxLeadMs: number;
  readonly #self: string;
  readonly #partitions: Convoy<number>;
  readonly #bridges: Convoy<string>;
  #hasHeard = false;

  constructor({ maxLeadMs, self, now = () => performance.now() }: PaceOptions) {
    this.#maxLeadMs = maxLeadMs;
    this.#self = self;
    this.#partitions = new Convoy(now);
    this.#bridges = new Convoy(now);
  }

  /** The time of the oldest point that this bridge has under way (milliseconds since the epoch); undefined: there is none. */
  get firstMs(): number | undefined {
    const lastMs = this.#partitions.last();
    return lastMs === Infinity ? undefined : lastMs;
  }

  /** A partition of this bridge has come so far; undefined: it has nothing more. */
  partition(partition: number, firstMs: number | undefined): void {
    this.#partitions.at(partition, firstMs);
    this.#bridges.at(this.#self, this.firstMs);
  }

  /** How far the other bridges have come. */
  heard(others: ReadonlyMap<string, number | undefined>): void {
    this.#hasHeard = true;
    for (const bridge of this.#bridges.names) if (bridge !== this.#self && !others.has(bridge)) this.#bridges.at(bridge, undefined);
    for (const [bridge, firstMs] of others) if (bridge !== this.#self) this.#bridges.at(bridge, firstMs);
  }

  /** Whether something that begins at this time may go. */
  allows(firstMs: number): boolean {
    if (this.#maxLeadMs === Infinity) return true;
    // Before it has heard of the others once, any of them may be hours behind.
    return this.#hasHeard && firstMs <= Math.min(this.#partitions.last(), this.#bridges.last(this.#self)) + this.#maxLeadMs;
  }
}

interface Member {
  readonly firstMs: number;
  /** Since when others have moved and it has not. */
  overtakenMs: number | undefined;
}

class Convoy<Name> {
  readonly #members = new Map<Name, Member>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get names(): Iterable<Name> {
    return this.#members.keys();
  }

  at(name: Name, firstMs: number | undefined): void {
    const known = this.#members.get(name);
    if (known?.firstMs === firstMs) return;
    if (firstMs === undefined) this.#members.delete(name);
    else this.#members.set(name, { firstMs, overtakenMs: undefined });
    // Whoever sets out overtakes nobody.
    if (known === undefined) return;
    for (const [other, member] of this.#members) if (other !== name) member.overtakenMs ??= this.#now();
  }

  /** Where the last is that was not left behind, one apart; Infinity: nobody is on the way. */
  last(apart?: Name): number {
    let last = Infinity;
    for (const [name, { firstMs, overtakenMs }] of this.#members) {
      if (name === apart) continue;
      const isLeftBehind = overtakenMs !== undefined && this.#now() - overtakenMs > LEFT_BEHIND_MS;
      if (!isLeftBehind) last = Math.min(last, firstMs);
    }
    return last;
  }
}
