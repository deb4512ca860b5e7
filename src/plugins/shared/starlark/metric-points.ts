import type { Interner } from '../../../metric/interner.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series, Tags } from '../../../metric/series.ts';
import type { NewField } from '../make-point.ts';
import { SeriesPoints } from '../series-points.ts';
import type { Metric } from './metric.ts';

/** Makes points of what scripts return. */
export class MetricPoints {
  readonly #interner: Interner;
  readonly #points: SeriesPoints;
  /** What a series became the last time: scripts mostly do the same to all points of it. */
  readonly #last = new WeakMap<Series, Series>();

  constructor(interner: Interner) {
    this.#interner = interner;
    this.#points = new SeriesPoints(interner);
  }

  /** The metric as a point, with its bytes where the fields were not touched; undefined where it has no fields. */
  toPoint(metric: Metric): Point | undefined {
    const { point, fieldTable, ms, ns } = metric;
    const series = this.#seriesOf(metric);
    if (point === undefined) return this.#points.point(series, fieldsOf(metric), ms, ns);
    if (fieldTable !== undefined) return fieldTable.toPoint(series, ms, ns, this.#interner);
    return point.withShape(this.#interner.reshape(point.shape, series)).withTime(ms, ns);
  }

  #seriesOf({ point, name, tagTable }: Metric): Series {
    const own = point?.series;
    if (own === undefined) return this.#interner.series(name, tagTable?.pairs ?? []);
    const tags = tagTable?.pairs ?? own.tags;
    if (name === own.measurement && sameTags(tags, own.tags)) return own;
    const last = this.#last.get(own);
    if (last !== undefined && name === last.measurement && sameTags(tags, last.tags)) return last;
    const series = this.#interner.series(name, tags);
    this.#last.set(own, series);
    return series;
  }
}

function fieldsOf(metric: Metric): NewField[] {
  return metric
    .ownFields()
    .entries()
    .map(([name, { kind, value }]) => ({ name, kind, value }));
}

function sameTags(one: Tags, other: Tags): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  return one.every(([key, value], index) => key === other[index][0] && value === other[index][1]);
}
