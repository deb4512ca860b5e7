import type { AggregatorCommon } from '../config/common.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { Series } from '../metric/series.ts';
import type { Shape } from '../metric/shape.ts';
import type { MetricFilter } from './filter.ts';
import type { Aggregator } from './plugin.ts';
import { bindSeries, rename, Stage } from './stage.ts';
import { firstWindow, nextWindow, type Window } from './window.ts';

export interface AggregatorStageOptions {
  readonly interner: Interner;
  readonly filter: MetricFilter;
  readonly common: AggregatorCommon;
  readonly roundInterval: boolean;
  /** Counts points that came too early or too late for the window; they are lost to the aggregate only. */
  readonly onOutside: () => void;
}

/** `skip`: not for this aggregator. Otherwise adds the point; true where the original goes no further. */
type Adder = 'skip' | ((point: Point) => boolean);

/** An aggregator behind its filter and, for `arrival` windows, its window. */
export class AggregatorStage {
  readonly aggregator: Aggregator;
  readonly #options: AggregatorStageOptions;
  readonly #slot: number;
  readonly #output: Stage;
  #window: Window;

  constructor(aggregator: Aggregator, options: AggregatorStageOptions, nowMs: number) {
    this.aggregator = aggregator;
    this.#options = options;
    this.#slot = options.interner.slot();
    this.#output = new Stage(options.interner, (shape) => bindSeries(options.interner, shape, this.#named(shape.series)));
    this.#window = firstWindow(nowMs, options.common.period, options.roundInterval);
  }

  /** When the window ends, in milliseconds since the epoch; never for `event` windows, which end with their points. */
  get dueMs(): number {
    return this.aggregator.windows === 'arrival' ? this.#window.untilMs : Number.POSITIVE_INFINITY;
  }

  /** Adds a point; true when the original goes no further. */
  add(point: Point): boolean {
    const { slots } = point.shape;
    const adder = (slots[this.#slot] as Adder | undefined) ?? (slots[this.#slot] = this.#bind(point.shape));
    return adder !== 'skip' && adder(point);
  }

  /** Ends the window (or, for `event`, whatever windows are over) and appends what comes of it to `out`. */
  push(out: Point[], nowMs: number, last: boolean): void {
    const made: Point[] = [];
    this.aggregator.push(made, last);
    this.#output.run(made, out);
    if (this.aggregator.windows === 'arrival') this.#window = nextWindow(this.#window, nowMs, this.#options.common.period);
  }

  #bind(shape: Shape): Adder {
    const { filter } = this.#options;
    if (!filter.selects(shape)) return 'skip';
    const { metricpass } = filter;
    const add = this.#bindAdd(shape);
    if (metricpass === undefined) return add;
    return (point) => (point.stale || metricpass(point)) && add(point);
  }

  #bindAdd(shape: Shape): (point: Point) => boolean {
    const { filter, common } = this.#options;
    const modified = filter.modify(shape);
    if (modified === 'empty') return () => common.drop_original;
    const add = this.aggregator.bind(modified === 'unchanged' ? shape : modified.shape);
    if (add === 'skip') return () => false;
    return (point) => {
      if (point.stale) return common.drop_original;
      if (this.#isInside(point)) add(modified === 'unchanged' ? point : modified.apply(point));
      else this.#options.onOutside();
      return common.drop_original;
    };
  }

  #isInside(point: Point): boolean {
    if (this.aggregator.windows === 'event') return true;
    const { grace, delay } = this.#options.common;
    return point.ms >= this.#window.sinceMs - grace && point.ms <= this.#window.untilMs + delay;
  }

  #named(series: Series): Series {
    const { common, interner } = this.#options;
    return interner.series(rename(series.measurement, common), [...Object.entries(common.tags), ...series.tags]);
  }
}
