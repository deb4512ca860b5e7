import { microsToJoules } from '../../../energy/amount.ts';
import { COVERED_SECONDS, ENERGY } from '../../../energy/points.ts';
import type { EnergyWindow } from '../../../energy/windows.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';

const NS_PER_SECOND = 1e9;

const ALWAYS = [COVERED_SECONDS, 'gap_seconds', 'joules_delta', 'joules_total'];
/** In the order of names, like all values. */
const WITH_WATTS = [...ALWAYS, 'watts', 'watts_max', 'watts_min'];

/** Makes the points of windows, stamped at their start. */
export class WindowPoints {
  readonly #interner: Interner;

  constructor(interner: Interner) {
    this.#interner = interner;
  }

  /** The window as a point of `energy`; without watts where no power was known. `watts` is the energy over the time covered. */
  point(tags: Tags, window: EnergyWindow): Point {
    const { startMs, micros, joulesTotal, wattsMin, wattsMax, coveredNs, gapNs } = window;
    const joules = microsToJoules(micros);
    const covered = coveredNs / NS_PER_SECOND;
    const values = [covered, gapNs / NS_PER_SECOND, joules, joulesTotal];
    const hasWatts = wattsMin !== undefined && wattsMax !== undefined && covered > 0;
    if (hasWatts) values.push(joules / covered, wattsMax, wattsMin);
    const fields = (hasWatts ? WITH_WATTS : ALWAYS).map((name) => ({ name, kind: Kind.Float }));
    const series = this.#interner.sortedSeries(ENERGY, tags);
    return Point.fromValues(this.#interner.shape(series, fields), startMs, 0, values);
  }
}
