/** Aggregators that look at the numbers of each field alone, over one window of arrival: minmax, basicstats, quantile. */
import { isNumeric } from '../../metric/kind.ts';
import type { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import type { Shape } from '../../metric/shape.ts';
import type { Aggregator, AggregatorBinding, PluginContext } from '../../pipeline/plugin.ts';
import type { NewField } from './make-point.ts';
import { SeriesPoints } from './series-points.ts';
import { SeriesTable } from './series-table.ts';

/** What is kept of the numbers of one field in one window. */
export interface Summary {
  /** Takes one more number, which is none of NaN; the point has its time. */
  add(value: number, point: Point): void;
  /** Appends what came of them, as fields called after the field; nothing of no number. */
  tell(field: string, out: NewField[]): void;
  /** Forgets them, for the next window. Only asked for where late fields are taken; else each window begins with new summaries. */
  reset?(): void;
}

export interface NumberWindowsOptions {
  readonly create: () => Summary;
  /** Whether a field counts that its series' first point in the window had not. */
  readonly takesLateFields: boolean;
  /** Told when a window has ended. */
  readonly onEnd?: () => void;
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
  /** Whether the shape has a number that does not count. */
  readonly hasLateField: boolean;
}

export class NumberWindows implements Aggregator {
  readonly windows = 'arrival';
  readonly #context: PluginContext;
  readonly #options: NumberWindowsOptions;
  readonly #table: SeriesTable<Entry>;
  readonly #points: SeriesPoints;

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
      for (const [name, summary] of summaries) summary.tell(name, fields);
      const point = this.#points.point(series, fields, ms, ns);
      if (point !== undefined) out.push(point);
    }
    if (this.#options.takesLateFields) this.#table.retain(renew);
    else this.#table.clear();
    this.#options.onEnd?.();
  }

  #use(entry: Entry, shape: Shape, numeric: readonly number[]): Use {
    const { summaries } = entry;
    const nameAt = (place: number) => shape.fields[place].key.name;
    if (summaries.size === 0 || this.#options.takesLateFields) {
      for (const place of numeric) if (!summaries.has(nameAt(place))) summaries.set(nameAt(place), this.#options.create());
    }
    const places = numeric.filter((place) => summaries.has(nameAt(place)));
    return {
      entry,
      places,
      summaries: places.map((place) => summaries.get(nameAt(place)) as Summary),
      hasLateField: places.length < numeric.length,
    };
  }

  #add({ entry, places, summaries, hasLateField }: Use, point: Point): void {
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
    if (hasLateField) this.#context.drop('late_field');
  }
}

/** The next window begins with the series that were in this one: mostly they come again, and find what they had. */
function renew(entry: Entry): boolean {
  const { isUpdated, summaries } = entry;
  entry.isUpdated = false;
  if (isUpdated) for (const summary of summaries.values()) summary.reset?.();
  return isUpdated;
}
