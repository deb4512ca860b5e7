import type { Exposition } from '../../formats/prometheus-text/exposition.ts';
import { startTimes, type StartOf } from '../../formats/prometheus-text/start-times.ts';
import type { Exemplar, Origin } from '../../metric/origin.ts';

const NO_EXEMPLARS: readonly Exemplar[] = [];

/**
 * What an exposition says about its samples beside their values; undefined where that is nothing. `startOf`: start times that it has
 * elsewhere than in its samples.
 */
export function expositionOrigins(exposition: Exposition, startOf = startTimes(exposition)): ExpositionOrigins | undefined {
  if (startOf === undefined && exposition.exemplars.length === 0) return undefined;
  return new ExpositionOrigins(exposition, startOf);
}

class ExpositionOrigins {
  readonly #exposition: Exposition;
  readonly #startOf: StartOf | undefined;
  #next = 0;

  constructor(exposition: Exposition, startOf: StartOf | undefined) {
    this.#exposition = exposition;
    this.#startOf = startOf;
  }

  /** What there is of the sample in a row. To be asked for all rows, in their order. */
  of(row: number): Origin | null {
    const exemplar = this.#exemplar(row);
    const startMs = this.#startOf?.(row) ?? 0;
    if (exemplar === undefined && startMs === 0) return null;
    return { startMs, exemplars: exemplar === undefined ? NO_EXEMPLARS : [exemplar] };
  }

  #exemplar(row: number): Exemplar | undefined {
    const { exemplars } = this.#exposition;
    if (this.#next === exemplars.length || exemplars[this.#next].sample !== row) return undefined;
    return exemplars[this.#next++];
  }
}
