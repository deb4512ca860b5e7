/**
 * Keeps partitions, and bridges that share a Redis, together in time where the server refuses what is much older than the newest it has
 * (decision 0247): of a backlog, nothing is handed on that begins more than a lead after something that came before it and is not delivered.
 *
 * One that stands still while others move is left behind: something of it fails that may fail for hours, and is convicted only by what
 * others deliver meanwhile (docs/delivery.md, "Poison"). In an outage nobody moves, and nobody is left behind, unless all wait for one alone.
 */

/** Longer than it takes to notice that a sender died, and that another takes its place. */
const LEFT_BEHIND_MS = 60_000;
/** After this without a move of anybody, the one that all others wait for may have a payload that its server fails on, and only others can show that. */
const STANDSTILL_MS = 10 * 60_000;
/** A bridge that has said nothing for so long is down; what it holds is not under way. */
export const SILENT_MS = 60_000;

/** Where a partition is: its oldest payload that is not delivered. */
export interface Place {
  readonly partition: number;
  /** The payload's number in its queue. */
  readonly id: number;
  /** The time of its oldest point, in milliseconds since the epoch. */
  readonly firstMs: number;
  /** When it was added, by the clock of this machine. */
  readonly addedMs: number;
}

/** Places, by a clock that is so much ahead. */
export function shift(places: readonly Place[], aheadMs: number): Place[] {
  return places.map((place) => ({ ...place, addedMs: place.addedMs + aheadMs }));
}

/** What another bridge said last. */
export interface Report {
  readonly places: readonly Place[];
  /** When, by Redis' clock. */
  readonly atMs: number;
}

export interface PaceOptions {
  /** How far one may be ahead of the last; Infinity: as far as it likes. */
  readonly maxLeadMs: number;
  /** A monotonic clock in milliseconds; the process's own outside tests. */
  readonly now?: () => number;
}

export class Pace {
  readonly #maxLeadMs: number;
  readonly #own = new Map<number, Place>();
  readonly #others = new Map<string, Report>();
  readonly #convoy: Convoy;
  #hasHeard = false;

  constructor({ maxLeadMs, now = () => performance.now() }: PaceOptions) {
    this.#maxLeadMs = maxLeadMs;
    this.#convoy = new Convoy(now);
  }

  /** Where the partitions of this bridge are. */
  get places(): readonly Place[] {
    return [...this.#own.values()];
  }

  /** A partition of this bridge has come so far; undefined: it has nothing more. */
  partition(partition: number, place: Place | undefined): void {
    if (place === undefined) this.#own.delete(partition);
    else this.#own.set(partition, place);
    this.#update();
  }

  /** What other bridges said, by their names. One that is missing may not have told a Redis that was restarted; it is waited for until it is silent. */
  heard(reports: ReadonlyMap<string, Report>, nowMs: number): void {
    this.#hasHeard = true;
    for (const [bridge, report] of reports) this.#others.set(bridge, report);
    for (const [bridge, { atMs }] of this.#others) if (atMs < nowMs - SILENT_MS) this.#others.delete(bridge);
    this.#update();
  }

  /** Whether something may go now. */
  allows(place: Pick<Place, 'firstMs' | 'addedMs'>): boolean {
    if (this.#maxLeadMs === Infinity) return true;
    // Before it has heard of the others once, any of them may be hours behind.
    return this.#hasHeard && !this.#convoy.waits(place, this.#maxLeadMs);
  }

  #update(): void {
    const places = new Map(this.places.map((place) => [`/${place.partition}`, place]));
    for (const [bridge, report] of this.#others) for (const place of report.places) places.set(`${bridge}/${place.partition}`, place);
    this.#convoy.update(places);
  }
}

class Convoy {
  readonly #now: () => number;
  #places: ReadonlyMap<string, Place> = new Map();
  /** Since when others have moved and one has not, by its name. */
  readonly #overtakenMs = new Map<string, number>();
  /** When anybody has moved, or set out, last. */
  #changedMs: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#changedMs = now();
  }

  update(places: ReadonlyMap<string, Place>): void {
    const moved = [...this.#places].filter(([name, { id }]) => places.get(name)?.id !== id).map(([name]) => name);
    // Whoever sets out overtakes nobody.
    const haveSetOut = [...places.keys()].some((name) => !this.#places.has(name));
    this.#places = places;
    if (moved.length === 0 && !haveSetOut) return;
    this.#changedMs = this.#now();
    for (const name of moved) this.#overtakenMs.delete(name);
    if (moved.length === 0) return;
    for (const name of places.keys()) {
      if (!moved.includes(name) && !this.#overtakenMs.has(name)) this.#overtakenMs.set(name, this.#changedMs);
    }
  }

  /** Whether somebody on the way came before, is more than the lead behind in time, and was not left behind. */
  waits(place: Pick<Place, 'firstMs' | 'addedMs'>, leadMs: number): boolean {
    return this.#hasOneBefore(place, leadMs) && !this.#standsStill(leadMs);
  }

  /** Whether all have waited for one alone for long. Of two that may go, one would have moved: then nothing can be delivered at all. */
  #standsStill(leadMs: number): boolean {
    if (this.#now() - this.#changedMs <= STANDSTILL_MS) return false;
    return [...this.#places.values()].filter((place) => !this.#hasOneBefore(place, leadMs)).length < 2;
  }

  #hasOneBefore({ firstMs, addedMs }: Pick<Place, 'firstMs' | 'addedMs'>, leadMs: number): boolean {
    return [...this.#places].some(
      ([name, place]) => place.firstMs + leadMs < firstMs && place.addedMs <= addedMs && !this.#isLeftBehind(name),
    );
  }

  #isLeftBehind(name: string): boolean {
    const overtakenMs = this.#overtakenMs.get(name);
    return overtakenMs !== undefined && this.#now() - overtakenMs > LEFT_BEHIND_MS;
  }
}
