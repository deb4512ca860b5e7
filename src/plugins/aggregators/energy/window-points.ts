import { microsToJoules } from '../../../energy/amount.ts';
import { AMOUNTS, COVERED_SECONDS } from '../../../energy/points.ts';
import type { EnergyWindow } from '../../../energy/windows.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';

const NS_PER_SECOND = 1e9;

/** Makes the points of windows, stamped at their start. */
export class WindowPoints {
  readonly #interner: Interner;

  constructor(interner: Interner) {
    this.#interner = interner;
  }

  /** The window as a point of its measurement; without watts where no power was known. `watts` is the energy over the time covered. */
  point({ measurement, tags }: Pick<Series, 'measurement' | 'tags'>, window: EnergyWindow): Point {
    const { startMs, micros, joulesTotal, wattsMin, wattsMax, coveredNs, gapNs } = window;
    const joules = microsToJoules(micros);
    const covered = coveredNs / NS_PER_SECOND;
    const unit = AMOUNTS.get(measurement) ?? 'joules';
    const values = new Map([
      [COVERED_SECONDS, covered],
      ['gap_seconds', gapNs / NS_PER_SECOND],
      [`${unit}_delta`, joules],
      [`${unit}_total`, joulesTotal],
    ]);
    if (wattsMin !== undefined && wattsMax !== undefined && covered > 0) {
      values
        .set('watts', joules / covered)
        .set('watts_max', wattsMax)
        .set('watts_min', wattsMin);
    }
    const fields = [...values.keys()].map((name) => ({ name, kind: Kind.Float }));
    const shape = this.#interner.shape(this.#interner.sortedSeries(measurement, tags), fields);
    return Point.fromValues(
      shape,
      startMs,
      0,
      shape.fields.map(({ key }) => values.get(key.name) ?? 0),
    );
  }
}
