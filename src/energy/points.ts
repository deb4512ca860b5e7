/** The measurement `energy`: how samples and totals become points. */
import type { Interner } from '../metric/interner.ts';
import { Kind, type FieldValue } from '../metric/kind.ts';
import { Point } from '../metric/point.ts';
import type { Series, Tags } from '../metric/series.ts';
import type { Shape } from '../metric/shape.ts';
import { microsToJoules, toJoules, type Energy } from './amount.ts';
import type { Source } from './sources/source.ts';

/** The measurement of energy samples and windows. */
export const ENERGY = 'energy';
/** The measurement made from it by the equivalents. */
export const EQUIVALENT = 'equivalent';

/** What can be summed over windows: by measurement, the unit that its fields `_delta` and `_total` are named after. */
export const AMOUNTS: ReadonlyMap<string, string> = new Map([
  [ENERGY, 'joules'],
  ['carbon', 'grams'],
  ['cost', 'cost'],
]);

/** The field that windows have and samples have not. */
export const COVERED_SECONDS = 'covered_seconds';

/** What a point of `energy` says. */
interface Sampled {
  readonly ms: number;
  readonly ns: number;
  readonly watts: number | undefined;
  readonly micros: number;
  readonly total: Energy;
  readonly gapSeconds: number;
  readonly uncertainMicros?: number | undefined;
}

/** What names a series of `energy`, beside the tags of what it was made from. */
export type EnergyName = { readonly name: string; readonly scope: string } & Pick<Source, 'tags' | 'omit'>;

/**
 * The series of `energy` for something with these tags. Tags of its own called `source` or `scope` are kept as `exported_source` and
 * `exported_scope`, as Prometheus does: two things must not become one.
 */
export function energySeries(interner: Interner, tags: Tags, { name, scope, tags: more = {}, omit = [] }: EnergyName): Series {
  const own = { ...more, source: name, scope };
  const kept = tags.filter(([key]) => !omit.includes(key)).map((tag) => (tag[0] in own ? ([`exported_${tag[0]}`, tag[1]] as const) : tag));
  return interner.series(ENERGY, [...kept, ...Object.entries(own)]);
}

/** Makes the points of one series of `energy`; shapes are looked up once. */
export class EnergyPoints {
  readonly series: Series;
  readonly #interner: Interner;
  /** By which of the fields that come and go are there. */
  readonly #shapes: (Shape | undefined)[] = Array.from({ length: 8 });
  readonly #uncertainty: boolean;

  /** `uncertainty`: whether points say how far they can be from the truth. */
  constructor(interner: Interner, series: Series, uncertainty = false) {
    this.#interner = interner;
    this.series = series;
    this.#uncertainty = uncertainty;
  }

  /** `watts` only where it is known, `gap_seconds` only where there is a gap. */
  point({ ms, ns, watts, micros, total, gapSeconds, uncertainMicros }: Sampled): Point {
    const uncertain = this.#uncertainty ? uncertainMicros : undefined;
    const values: FieldValue[] = [];
    // In the order of the names, as shapes have them.
    if (gapSeconds > 0) values.push(gapSeconds);
    values.push(microsToJoules(micros), toJoules(total));
    if (uncertain !== undefined) values.push(microsToJoules(uncertain));
    if (watts !== undefined) values.push(watts);
    return Point.fromValues(this.#shape(gapSeconds > 0, uncertain !== undefined, watts !== undefined), ms, ns, values);
  }

  #shape(hasGap: boolean, isUncertain: boolean, hasWatts: boolean): Shape {
    const which = (hasGap ? 1 : 0) + (hasWatts ? 2 : 0) + (isUncertain ? 4 : 0);
    return (this.#shapes[which] ??= this.#makeShape(hasGap, isUncertain, hasWatts));
  }

  #makeShape(hasGap: boolean, isUncertain: boolean, hasWatts: boolean): Shape {
    const names = ['joules_delta', 'joules_total'];
    if (hasGap) names.push('gap_seconds');
    if (isUncertain) names.push('joules_uncertainty');
    if (hasWatts) names.push('watts');
    return this.#interner.shape(
      this.series,
      names.map((name) => ({ name, kind: Kind.Float })),
    );
  }
}
