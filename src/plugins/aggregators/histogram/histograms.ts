/** Telegraf's histogram: how many values of a field were in each bucket, from the start on or in each window of arrival. */
import type { Interner } from '../../../metric/interner.ts';
import { isNumeric, Kind } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Aggregator, AggregatorBinding, PluginContext } from '../../../pipeline/plugin.ts';
import type { NewField } from '../../shared/make-point.ts';
import { SeriesPoints } from '../../shared/series-points.ts';
import { SeriesTable } from '../../shared/series-table.ts';
import { BucketCounts, bucketTags, type Borders, type BucketRules } from './buckets.ts';

export interface HistogramsOptions {
  readonly rules: BucketRules;
  readonly resets: boolean;
  readonly cumulative: boolean;
  /** After how many milliseconds without a value a series is forgotten; 0: never. */
  readonly expirationMs: number;
  readonly onlyUpdated: boolean;
  /** Fields of all series together at the most. */
  readonly maxFields: number;
}

/** One metric of a series: those of its fields that have a bucket with these borders. */
interface Row {
  readonly series: Series;
  readonly cells: { readonly field: string; readonly name: string; readonly bucket: number }[];
}

class Histogram {
  readonly series: Series;
  /** By field. */
  readonly #counts = new Map<string, BucketCounts>();
  #rows: readonly Row[] | undefined;
  updatedMs = 0;
  isUpdated = false;

  constructor(series: Series) {
    this.series = series;
  }

  get fields(): number {
    return this.#counts.size;
  }

  /** The counts of a field. */
  of(field: string): BucketCounts | undefined {
    return this.#counts.get(field);
  }

  /** Begins to count a field. */
  begin(field: string, borders: Borders): BucketCounts {
    const counts = new BucketCounts(borders);
    this.#counts.set(field, counts);
    this.#rows = undefined;
    return counts;
  }

  /** A metric for each pair of borders that one of the fields has; fields with the same share it. */
  *tell(interner: Interner, cumulative: boolean): Iterable<{ readonly series: Series; readonly fields: readonly NewField[] }> {
    this.#rows ??= this.#makeRows(interner, cumulative);
    const told = new Map([...this.#counts].map(([field, counts]) => [field, counts.told(cumulative)]));
    for (const { series, cells } of this.#rows) {
      yield {
        series,
        fields: cells.map(({ field, name, bucket }) => ({ name, kind: Kind.Int, value: told.get(field)?.[bucket] ?? 0 })),
      };
    }
  }

  #makeRows(interner: Interner, cumulative: boolean): readonly Row[] {
    const { measurement, tags } = this.series;
    const rows = new Map<string, Row>();
    for (const [field, { borders }] of this.#counts) {
      for (let bucket = 0; bucket <= borders.length; bucket++) {
        const own = bucketTags(borders, bucket, cumulative);
        const key = own.join();
        const row = rows.get(key) ?? { series: interner.series(measurement, [...tags, ...own]), cells: [] };
        rows.set(key, row);
        row.cells.push({ field, name: `${field}_bucket`, bucket });
      }
    }
    return [...rows.values()];
  }
}

/** A field of a shape that is counted. */
interface CountedField {
  readonly place: number;
  readonly name: string;
  readonly kind: Kind;
  readonly borders: Borders;
}

interface Use {
  readonly histogram: Histogram;
  readonly fields: readonly { readonly place: number; readonly counts: BucketCounts }[];
  /** Whether there was no room for one of its fields. */
  readonly isCut: boolean;
}

export class Histograms implements Aggregator {
  readonly windows = 'arrival';
  readonly #context: PluginContext;
  readonly #options: HistogramsOptions;
  readonly #table: SeriesTable<Histogram>;
  readonly #points: SeriesPoints;
  #fields = 0;

  constructor(options: HistogramsOptions, context: PluginContext) {
    this.#context = context;
    this.#options = options;
    this.#table = new SeriesTable(context, (series) => new Histogram(series));
    this.#points = new SeriesPoints(context.interner);
  }

  bind(shape: Shape): AggregatorBinding {
    const { rules } = this.#options;
    const counted = shape.fields.flatMap(({ key, kind }, place): CountedField[] => {
      const borders = rules.bordersOf(shape.series.measurement, key.name);
      return borders === undefined ? [] : [{ place, name: key.name, kind, borders }];
    });
    if (counted.length === 0) return 'empty';
    return this.#table.bind(
      shape.series,
      (histogram) => this.#use(histogram, counted),
      (use, point) => this.#add(use, point),
    );
  }

  push(out: Point[]): void {
    const { onlyUpdated, resets, cumulative } = this.#options;
    const { interner, clock } = this.#context;
    const { ms, ns } = clock.now();
    this.#forgetSilent(ms);
    for (const histogram of this.#table.values()) {
      if (onlyUpdated && !histogram.isUpdated) continue;
      histogram.isUpdated = false;
      for (const { series, fields } of histogram.tell(interner, cumulative)) {
        const point = this.#points.point(series, fields, ms, ns);
        if (point !== undefined) out.push(point);
      }
    }
    if (resets) this.#table.clear();
    this.#fields = 0;
    for (const { fields } of this.#table.values()) this.#fields += fields;
  }

  #use(histogram: Histogram, counted: readonly CountedField[]): Use {
    const fields: { readonly place: number; readonly counts: BucketCounts }[] = [];
    let isCut = false;
    for (const { place, name, kind, borders } of counted) {
      const counts = histogram.of(name) ?? this.#begin(histogram, name, borders);
      if (counts === undefined) isCut = true;
      // Texts and bools are not counted, but have their buckets, as in Telegraf.
      else if (isNumeric(kind)) fields.push({ place, counts });
    }
    return { histogram, fields, isCut };
  }

  #begin(histogram: Histogram, name: string, borders: Borders): BucketCounts | undefined {
    if (this.#fields >= this.#options.maxFields) return undefined;
    this.#fields++;
    return histogram.begin(name, borders);
  }

  #add({ histogram, fields, isCut }: Use, { values }: Point): void {
    if (isCut) this.#context.drop('too_many_fields');
    histogram.isUpdated = true;
    if (this.#options.expirationMs > 0) histogram.updatedMs = this.#context.clock.now().ms;
    for (const { place, counts } of fields) counts.add(Number(values[place]));
  }

  #forgetSilent(nowMs: number): void {
    const { expirationMs } = this.#options;
    this.#table.retain(({ updatedMs }) => expirationMs === 0 || nowMs - updatedMs <= expirationMs);
  }
}
