/** Aggregators that look at the numbers of each field alone, over one window of arrival: minmax, basicstats, quantile. */
import { isNumeric } from '../../metric/kind.ts';
import type { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import type { Shape } from '../../metric/shape.ts';
import type { Aggregator, AggregatorBinding, PluginContext } from '../../pipeline/plugin.ts';
import type { NewField } from './make-point.ts';
import { SeriesPoints } from './series-points.ts';
import { SeriesTable } from './series-table.ts';

/** Fields of all series together in one window: five for each series that a table has room for. Each takes 100 to 300 bytes. */
const MAX_FIELDS = 1_000_000;

/** A series with more is not kept for the next window, so that names which never come again are let go of. */
const MAX_KEPT_FIELDS = 256;

/** What is kept of the numbers of one field in one window. */
export interface Summary {
  /** Takes one more number, which is none of NaN; the point has its time. */
  add(value: number, point: Point): void;
  /** Appends what came of them, as fields called after the field; nothing of no number. */
  emit(field: string, out: NewField[]): void;
  /** Forgets them, for the next window. Only asked for where late fields are taken; else each window begins with new summaries. */
  reset?(): void;
}

export interface NumberWindowsOptions {
  readonly create: () => Summary;
  /** Whether a field counts that its series' first point in the window had not. */
  readonly takesLateFields: boolean;
  /** Told when a window has ended. */
  readonly onEnd?: () => void;
  /** Fields in one window at the most; a million when left out. */
  readonly maxFields?: number;
}

interface Entry {
  readonly series: Series;
  readonly summaries: Map<string, Summary>;
  /** Whether a point came in this window. */
  isUpdated: boolean;
}

/** Of a shape's numbers, those that count, and the summary of each. */
interface Use {
  readonly entry: Entry;
  readonly places: readonly number[];
  readonly summaries: readonly Summary[];
  /** Why the shape has a number that does not count; undefined where it has none. */
  readonly leftOut: 'late_field' | 'too_many_fields' | undefined;
}

export class NumberWindows implements Aggregator {
  readonly windows = 'arrival';
  readonly #context: PluginContext;
  readonly #options: NumberWindowsOptions;
  readonly #table: SeriesTable<Entry>;
  readonly #points: SeriesPoints;
  #fields = 0;

  constructor(context: PluginContext, options: NumberWindowsOptions) {
    this.#context = context;
    this.#options = options;
    this.#table = new SeriesTable(context, (series) => ({ series, summaries: new Map(), isUpdated: false }));
    this.#points = new SeriesPoints(context.interner);
  }

  bind(shape: Shape): AggregatorBinding {
    const places = [...shape.fields.keys()].filter((place) => isNumeric(shape.fields[place].kind));
    if (places.length === 0) return 'empty';
    return this.#table.bind(
      shape.series,
      (entry) => this.#use(entry, shape, places),
      (use, point) => this.#add(use, point),
    );
  }

  push(out: Point[]): void {
    const { ms, ns } = this.#context.clock.now();
    for (const { series, summaries } of this.#table.values()) {
      const fields: NewField[] = [];
      for (const [name, summary] of summaries) summary.emit(name, fields);
      const point = this.#points.point(series, fields, ms, ns);
      if (point !== undefined) out.push(point);
    }
    this.#fields = 0;
    if (this.#options.takesLateFields) this.#table.retain((entry) => this.#renew(entry));
    else this.#table.clear();
    this.#options.onEnd?.();
  }

  #use(entry: Entry, shape: Shape, numeric: readonly number[]): Use {
    const { summaries } = entry;
    const isClosed = summaries.size > 0 && !this.#options.takesLateFields;
    let leftOut: Use['leftOut'];
    const counted: { readonly place: number; readonly summary: Summary }[] = [];
    for (const place of numeric) {
      const { name } = shape.fields[place].key;
      const summary = summaries.get(name) ?? (isClosed ? undefined : this.#create(summaries, name));
      if (summary === undefined) leftOut = isClosed ? 'late_field' : 'too_many_fields';
      else counted.push({ place, summary });
    }
    return { entry, places: counted.map(({ place }) => place), summaries: counted.map(({ summary }) => summary), leftOut };
  }

  #create(summaries: Map<string, Summary>, field: string): Summary | undefined {
    const { create, maxFields = MAX_FIELDS } = this.#options;
    if (this.#fields >= maxFields) return undefined;
    this.#fields++;
    const summary = create();
    summaries.set(field, summary);
    return summary;
  }

  #add({ entry, places, summaries, leftOut }: Use, point: Point): void {
    const { values } = point;
    entry.isUpdated = true;
    let hasNaN = false;
    for (let index = 0; index < places.length; index++) {
      const value = Number(values[places[index]]);
      // Go's minimum, mean or sum of anything and NaN is lost for the rest of the window.
      if (Number.isNaN(value)) hasNaN = true;
      else summaries[index].add(value, point);
    }
    if (hasNaN) this.#context.drop('not_a_number');
    if (leftOut !== undefined) this.#context.drop(leftOut);
  }

  /** The next window begins with the series that were in this one: mostly they come again, and find what they had. */
  #renew(entry: Entry): boolean {
    const { isUpdated, summaries } = entry;
    if (!isUpdated || summaries.size > MAX_KEPT_FIELDS) return false;
    entry.isUpdated = false;
    this.#fields += summaries.size;
    for (const summary of summaries.values()) summary.reset?.();
    return true;
  }
}
