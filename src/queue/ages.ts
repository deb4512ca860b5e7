/** A clock that goes faster than this beside the monotonic one has been set. */
const JUMP_MS = 60_000;
/** Jumps remembered: a clock that is set more often than this tells nothing anyway. */
const MAX_JUMPS = 16;

/**
 * How long things have waited, by the clock that stamped them, since a restart or another machine must understand the stamp. A clock that
 * is set forward makes nothing older: a machine that wakes up in 1970 and learns the time a minute later must not take its queue for
 * half a century old. (Set back, what waits gets younger, and is kept the longer.) After a restart only the stamps are known.
 */
export class Ages {
  readonly #now: () => number;
  readonly #monotonic: () => number;
  readonly #jumps: { readonly atMs: number; readonly byMs: number }[] = [];
  #lastMs: number;
  #lastMonotonicMs: number;

  /** `now`: milliseconds since the epoch; `monotonic`: milliseconds since anything. */
  constructor(now: () => number, monotonic: () => number = () => performance.now()) {
    this.#now = now;
    this.#monotonic = monotonic;
    this.#lastMs = now();
    this.#lastMonotonicMs = monotonic();
  }

  /** The time for a stamp, in milliseconds since the epoch. Call it now and then: a jump is seen from one call to the next. */
  now(): number {
    const now = this.#now();
    const monotonic = this.#monotonic();
    const byMs = now - this.#lastMs - (monotonic - this.#lastMonotonicMs);
    if (byMs > JUMP_MS) this.#jumps.push({ atMs: this.#lastMs, byMs });
    if (this.#jumps.length > MAX_JUMPS) this.#jumps.shift();
    this.#lastMs = now;
    this.#lastMonotonicMs = monotonic;
    return now;
  }

  /** How old a stamp is, in milliseconds. */
  of(stampMs: number): number {
    const age = this.now() - stampMs;
    return this.#jumps.reduce((sum, { atMs, byMs }) => (stampMs <= atMs ? sum - byMs : sum), age);
  }
}
