/**
 * Telegraf's final: the last point of a series that has fallen silent, or of every period.
 *
 * Telegraf loses what has not been silent for long enough when it stops. Here it is state, so a restart ends no series and loses none.
 */
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import { NS_PER_MS } from '../../../metric/time.ts';
import type { Aggregator, AggregatorBinding, PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import { decodePoint, encodePoint, fieldsOf, withoutBody } from '../../shared/held-points.ts';
import { SeriesPoints } from '../../shared/series-points.ts';
import { SuffixedNames } from '../../shared/suffixed-names.ts';

export interface FinalOptions {
  /** How long a series is silent before its last point is told, in milliseconds; undefined: it is told in every period. */
  readonly timeoutMs: number | undefined;
  readonly keepsNames: boolean;
  readonly maxSeries: number;
}

export class FinalPoints implements Aggregator {
  readonly windows = 'arrival';
  readonly keepsTimes = true;
  readonly keepsState = true;
  readonly #context: PluginContext;
  readonly #options: FinalOptions;
  /** The last point of each series that arrived, by `Series.id`. */
  readonly #last: State<Point>;
  readonly #points: SeriesPoints;
  readonly #names = new SuffixedNames(['_final']);

  constructor(options: FinalOptions, context: PluginContext) {
    this.#context = context;
    this.#options = options;
    this.#points = new SeriesPoints(context.interner);
    this.#last = context.state({
      name: 'last',
      version: 1,
      encode: encodePoint,
      decode: (text) => decodePoint(text, context.interner),
    });
  }

  bind({ series }: Shape): AggregatorBinding {
    return (point) => {
      if (this.#last.size >= this.#options.maxSeries && this.#last.get(series.id) === undefined) {
        this.#context.drop('too_many_series');
        return 'refused';
      }
      this.#last.set(series.id, withoutBody(point));
      return undefined;
    };
  }

  push(out: Point[]): void {
    const isOver = this.#isOver();
    const over = [...this.#last.entries()].filter(([, point]) => isOver(point));
    for (const [id, point] of over) {
      out.push(this.#options.keepsNames ? point : this.#renamed(point));
      this.#last.delete(id);
    }
  }

  /** Whether a series has been silent for longer than the timeout, by the time of its last point. */
  #isOver(): (point: Point) => boolean {
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined) return () => true;
    const { ms, ns } = this.#context.clock.now();
    return (point) => ms - point.ms + (ns - point.ns) / NS_PER_MS > timeoutMs;
  }

  #renamed(point: Point): Point {
    const fields = fieldsOf(point).map((field) => ({ ...field, name: this.#names.of(field.name)[0] }));
    return this.#points.point(point.series, fields, point.ms, point.ns) ?? point;
  }
}
