/**
 * Telegraf's minmax: per series and field `<field>_min` and `<field>_max` as floats, over one window of arrival. What a window
 * holds is not kept over a crash, as in Telegraf; a clean shutdown pushes it.
 */
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Aggregator, PluginContext } from '../../../pipeline/plugin.ts';

/** Series in one window at the most; thousands of new process ids an hour stay far below. */
const MAX_SERIES = 200_000;

interface Range {
  min: number;
  max: number;
}

interface Extremes {
  readonly series: Series;
  readonly ranges: Map<string, Range>;
}

export class MinMax implements Aggregator {
  readonly windows = 'arrival';
  readonly #context: PluginContext;
  /** By `Series.id`, since a series that the interner forgot comes back as another object. */
  #extremes = new Map<string, Extremes>();
  #window = 0;

  constructor(context: PluginContext) {
    this.#context = context;
  }

  bind(shape: Shape): 'skip' | ((point: Point) => void) {
    const numeric = [...shape.fields.entries()].filter(
      ([, field]) => field.kind === Kind.Float || field.kind === Kind.Int || field.kind === Kind.Uint,
    );
    if (numeric.length === 0) return 'skip';
    let window = -1;
    let ranges: readonly Range[] = [];
    return (point) => {
      if (window !== this.#window) {
        const extremes = this.#extremesOf(shape.series);
        if (extremes === undefined) return this.#context.drop('too_many_series');
        ranges = numeric.map(([, field]) => rangeOf(extremes, field.key.name));
        window = this.#window;
      }
      const { values } = point;
      for (let index = 0; index < numeric.length; index++) widen(ranges[index], Number(values[numeric[index][0]]));
    };
  }

  push(out: Point[]): void {
    const { ms, ns } = this.#context.clock.now();
    for (const extremes of this.#extremes.values()) {
      const point = this.#toPoint(extremes, ms, ns);
      if (point !== undefined) out.push(point);
    }
    this.#extremes = new Map();
    this.#window++;
  }

  #extremesOf(series: Series): Extremes | undefined {
    const known = this.#extremes.get(series.id);
    if (known !== undefined) return known;
    if (this.#extremes.size >= MAX_SERIES) return undefined;
    const extremes = { series, ranges: new Map<string, Range>() };
    this.#extremes.set(series.id, extremes);
    return extremes;
  }

  #toPoint({ series, ranges }: Extremes, ms: number, ns: number): Point | undefined {
    const values = new Map<string, number>();
    for (const [name, { min, max }] of ranges) {
      if (min > max) continue;
      values.set(`${name}_min`, min).set(`${name}_max`, max);
    }
    if (values.size === 0) return undefined;
    const shape = this.#context.interner.shape(
      series,
      [...values.keys()].map((name) => ({ name, kind: Kind.Float })),
    );
    return Point.fromValues(
      shape,
      ms,
      ns,
      shape.fields.map((field) => values.get(field.key.name) ?? 0),
    );
  }
}

/** An empty range has its ends the wrong way round; NaN, which is neither below nor above, leaves it so. */
function rangeOf({ ranges }: Extremes, name: string): Range {
  const known = ranges.get(name);
  if (known !== undefined) return known;
  const range = { min: Infinity, max: -Infinity };
  ranges.set(name, range);
  return range;
}

function widen(range: Range, value: number): void {
  if (value < range.min) range.min = value;
  if (value > range.max) range.max = value;
}
