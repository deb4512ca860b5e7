/** Series whose points are native histograms, all fields together. */
import { HistogramLayout } from '../../../metric/native-histogram.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import { histogramField, staleHistogramField } from '../../../formats/remote-write/histogram.ts';
import { histogramName, type NameRules } from '../../../formats/remote-write/names.ts';
import { sampleGroup, type SampleGroup } from '../../../formats/remote-write/request-writer.ts';
import type { LastSample } from './blocks.ts';
import type { SeriesFamily, SeriesOrder } from './order.ts';

export interface HistogramSeries {
  readonly layout: HistogramLayout;
  readonly last: LastSample;
  /** Its own: a series that was of numbers once has samples in another. */
  readonly group: SampleGroup;
}

export class HistogramSeriesTable {
  readonly #order: SeriesOrder;
  readonly #names: NameRules;
  /** The histograms of a series have one group, whatever buckets they have. By the group of its numbers. */
  readonly #groups = new WeakMap<SampleGroup, SampleGroup>();

  constructor(order: SeriesOrder, names: NameRules) {
    this.#order = order;
    this.#names = names;
  }

  /** The series of a shape whose points are histograms; undefined for any other shape. */
  of(shape: Shape, family: SeriesFamily): HistogramSeries | undefined {
    const layout = HistogramLayout.of(shape);
    const name = layout === undefined ? '' : histogramName(shape.series.measurement, this.#names);
    if (layout === undefined || name === '') return undefined;
    const { group: ofNumbers, last } = this.#order.series(family, name);
    const group = this.#groups.get(ofNumbers) ?? sampleGroup(ofNumbers.labels);
    this.#groups.set(ofNumbers, group);
    return { layout, last, group };
  }
}

/** The field that a point becomes, and what tells its value from others; or why it is no histogram that a server would take. */
export function encodeHistogram(point: Point, layout: HistogramLayout, startMs: number): { field: Buffer; value: number } | string {
  const { ms, stale } = point;
  if (stale) return { field: staleHistogramField(ms), value: NaN };
  const histogram = layout.read(point.values);
  return typeof histogram === 'string' ? histogram : { field: histogramField(histogram, ms, startMs), value: histogram.sum };
}
