/** Which series the points of a shape are: one per field, or one of all fields together. Worked out once per shape. */
import { COVERED_SECONDS } from '../../../energy/points.ts';
import { legalLabels, metricNames, type LegalLabels, type NameRules } from '../../../formats/remote-write/names.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { isHistogramField } from '../../../metric/native-histogram.ts';
import type { Shape } from '../../../metric/shape.ts';
import { HistogramSeriesTable, type HistogramSeries } from './histogram-series.ts';
import type { OrderedSeries, SeriesFamily, SeriesOrder } from './order.ts';
import type { Warnings } from './warnings.ts';

export interface ShapeSeriesOptions {
  /** Strings become labels of the point's other fields; without it they are left out. */
  readonly stringAsLabel: boolean;
  readonly names: NameRules;
  readonly order: SeriesOrder;
  readonly warnings: Warnings;
}

/** The series of a shape's points. */
export interface ShapeSeries {
  readonly family: SeriesFamily;
  /** By field; null where the field has no series. */
  readonly byField: readonly (OrderedSeries | null)[];
  /** What all fields together are, where they are a native histogram. */
  readonly histogram: HistogramSeries | undefined;
}

/** What is remembered of a shape. */
export interface BoundShape {
  readonly shape: Shape;
  readonly generation: number;
  /** Undefined when it depends on the strings' values. */
  readonly series: ShapeSeries | undefined;
  /** Fields that are strings. */
  readonly strings: readonly number[];
  /** With `stringAsLabel`, the series by the strings' values. */
  readonly byStrings: Map<string, ShapeSeries>;
  /** Whether a point of this shape loses a string, and whether it loses a field that has no legal name. */
  readonly losesString: boolean;
  readonly losesName: boolean;
  /** Whether its points are windows of energy: written again and again while they grow, which Prometheus refuses. It has their samples. */
  readonly isWindow: boolean;
}

/** A string field that never repeats must not fill the memory: the cache of its series starts over here. */
const MAX_STRING_SETS = 256;

export class ShapeSeriesTable {
  readonly #options: ShapeSeriesOptions;
  readonly #slot: number;
  readonly #histograms: HistogramSeriesTable;

  constructor(interner: Interner, options: ShapeSeriesOptions) {
    this.#options = options;
    this.#slot = interner.slot();
    this.#histograms = new HistogramSeriesTable(options.order, options.names);
  }

  /** What its points become. Asked per point: it is worked out once. */
  of(shape: Shape): BoundShape {
    const known = shape.slots[this.#slot] as BoundShape | undefined;
    if (known !== undefined && known.generation === this.#options.order.generation) return known;
    const bound = this.#bind(shape);
    shape.slots[this.#slot] = bound;
    return bound;
  }

  #bind(shape: Shape): BoundShape {
    const strings = shape.fields.flatMap(({ kind }, index) => (kind === Kind.String ? [index] : []));
    const asLabels = this.#options.stringAsLabel && strings.length > 0;
    const losesString = strings.length > 0 && (!asLabels || strings.length === shape.fields.length);
    if (losesString) this.#warnOfString(shape, strings[0]);
    return {
      shape,
      generation: this.#options.order.generation,
      series: asLabels ? undefined : this.#seriesOf(shape, legalLabels(shape.series.tags, [], this.#options.names)),
      strings,
      byStrings: new Map(),
      losesString,
      losesName: numericNames(shape, this.#options.names).includes(''),
      isWindow: shape.indexOf(COVERED_SECONDS) !== -1,
    };
  }

  /** The series of a point whose strings are labels, by its values. */
  byStrings({ shape, strings, byStrings }: BoundShape, values: readonly FieldValue[]): ShapeSeries {
    const texts = strings.map((index) => String(values[index]));
    const key = JSON.stringify(texts);
    const known = byStrings.get(key);
    if (known !== undefined) return known;
    const extra = strings.map((index, at) => [shape.fields[index].key.name, texts[at]] as const);
    const series = this.#seriesOf(shape, legalLabels(shape.series.tags, extra, this.#options.names));
    if (byStrings.size >= MAX_STRING_SETS) byStrings.clear();
    byStrings.set(key, series);
    return series;
  }

  #seriesOf(shape: Shape, { labels, renamed }: LegalLabels): ShapeSeries {
    const { measurement } = shape.series;
    const names = numericNames(shape, this.#options.names);
    const family = this.#options.order.family(measurement, labels);
    if (renamed.length > 0) {
      this.#options.warnings.once('label', 'tags have the same label name for Prometheus; some got a number', { measurement, renamed });
    }
    const histogram = this.#histograms.of(shape, family);
    let next = 0;
    const byField = shape.fields.map(({ key, kind }) => {
      const name = kind === Kind.String ? '' : names[next++];
      return name === '' || (histogram !== undefined && isHistogramField(key.name)) ? null : this.#options.order.series(family, name);
    });
    return { family, byField, histogram };
  }

  #warnOfString(shape: Shape, index: number): void {
    const details = { measurement: shape.series.measurement, field: shape.fields[index].key.name };
    this.#options.warnings.once(
      'string',
      'strings are no samples for Prometheus: leave them out with fieldexclude, or set string_as_label',
      details,
    );
  }
}

/** The metric names of the fields that are no strings, in their order. */
function numericNames({ series, fields }: Shape, rules: NameRules): string[] {
  const numeric = fields.filter(({ kind }) => kind !== Kind.String);
  return metricNames(
    series.measurement,
    numeric.map(({ key }) => key.name),
    rules,
  );
}
