/** Makes room for new series at the bound, so that programs that come and go do not shut out those that are there. */
import type { State } from '../../queue/store.ts';

/** Whoever has been silent for so long has hardly anything left to say. What it used is in the sums already. */
const SILENCE_MS = 3_600_000;
/** Looking for them takes a while, so it is done once in as much of the readings' time. */
const STEP_MS = 60_000;

/** Keeps the number of series in a state below a bound. */
export class Forgetter {
  readonly #max: number;
  #newestMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether there is room for one more at this time, after those silent for long have been forgotten. `lastMs` says when one was last heard of. */
  hasRoom<T>(state: State<T>, ms: number, nowMs: number, lastMs: (value: T) => number | undefined): boolean {
    // A reading from a wrong clock must not make everybody else look silent.
    this.#newestMs = Math.max(this.#newestMs, Math.min(ms, nowMs));
    if (state.size < this.#max) return true;
    if (this.#newestMs < this.#lookedMs + STEP_MS) return false;
    this.#lookedMs = this.#newestMs;
    for (const [key, value] of state.entries()) {
      if ((lastMs(value) ?? Number.NEGATIVE_INFINITY) < this.#newestMs - SILENCE_MS) state.delete(key);
    }
    return state.size < this.#max;
  }
}
