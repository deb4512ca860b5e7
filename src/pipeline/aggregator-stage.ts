import type { AggregatorCommon } from '../config/common.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { Series } from '../metric/series.ts';
import type { Shape } from '../metric/shape.ts';
import type { MetricFilter } from './filter.ts';
import type { HeldWindow } from './held-journal.ts';
import type { Aggregator, AggregatorBinding } from './plugin.ts';
import { roundTime } from './precision.ts';
import { bindSeries, rename, Stage } from './stage.ts';
import { firstWindow, isOpen, isOver, nextWindow, reachOf, type Reach, type Window } from './window.ts';
import type { WindowJournal } from './window-journal.ts';

export interface AggregatorStageOptions {
  readonly interner: Interner;
  readonly filter: MetricFilter;
  readonly common: AggregatorCommon;
  readonly roundInterval: boolean;
  /** The window of the pipeline before, where this one takes over: points that are on their way belong into it. */
  readonly window?: Window | undefined;
  /** What the times of `arrival` windows' points are rounded to, unless the aggregator keeps them. */
  readonly precisionNs: number;
  /** Counts points that are in no aggregate though the filter selected them. */
  readonly drop: (reason: 'outside_window' | 'not_aggregated') => void;
  /** Keeps the points of an open window whose originals are dropped; undefined where the aggregator keeps them itself. */
  readonly journal?: WindowJournal | undefined;
}

/** `skip`: not for this aggregator. Otherwise adds the point; true where the original goes no further. */
type Adding = 'skip' | ((point: Point) => boolean);

/**
 * Why an aggregator is to emit. `due`: its time has come. `last`: the pipeline ends. `early`: it ends before its window does, since another
 * pipeline goes on with the rest of the window.
 */
export type PushReason = 'due' | 'last' | 'early';

/** An aggregator behind its filter and, for `arrival` windows, its window. */
export class AggregatorStage {
  readonly aggregator: Aggregator;
  readonly #options: AggregatorStageOptions;
  readonly #slot: number;
  readonly #output: Stage;
  #window: Window;
  #reach: Reach;

  /** Opens the first window, that of the pipeline before, or the one that a crash left open. */
  constructor(aggregator: Aggregator, options: AggregatorStageOptions, nowMs: number) {
    this.aggregator = aggregator;
    this.#options = options;
    this.#slot = options.interner.slot();
    this.#output = new Stage(options.interner, (shape) => bindSeries(options.interner, shape, this.#named(shape.series)));
    const { window, common, roundInterval, journal } = options;
    this.#window = window !== undefined && isOpen(window, nowMs, common.period) ? window : firstWindow(nowMs, common.period, roundInterval);
    this.#reach = reachOf(this.#window, common);
    const kept = journal?.read();
    if (kept !== undefined) this.#goOn(kept);
  }

  /** The window of arrival that is open. */
  get window(): Window {
    return this.#window;
  }

  /** Whether all that the open window holds is kept in the store, too. */
  get isKept(): boolean {
    const { journal, common } = this.#options;
    return common.drop_original && journal?.isWhole === true;
  }

  /** When the window ends, in milliseconds since the epoch. `event` windows end with their points; here, it is when they ask to be emitted anyway. */
  get dueMs(): number {
    const { windows, dueMs = Number.POSITIVE_INFINITY } = this.aggregator;
    return windows === 'arrival' ? this.#window.untilMs : dueMs;
  }

  /** Whether that time has come, or the clock was set back before the window's start, so that it would never end. */
  isDue(nowMs: number): boolean {
    return this.aggregator.windows === 'arrival' ? isOver(this.#window, nowMs) : nowMs >= this.dueMs;
  }

  /** Adds a point; true when the original goes no further. */
  add(point: Point): boolean {
    const { slots } = point.shape;
    const adding = (slots[this.#slot] as Adding | undefined) ?? (slots[this.#slot] = this.#bind(point.shape));
    return adding !== 'skip' && adding(point);
  }

  /** Called after each batch, before it is committed. */
  endBatch(): void {
    this.#options.journal?.keep(this.#window.untilMs);
  }

  /** Ends the window (or, for `event`, whatever windows are over) and appends what comes of it to `out`. */
  push(out: Point[], nowMs: number, why: PushReason): void {
    const made: Point[] = [];
    this.aggregator.push(made, why !== 'due');
    this.#output.run(why === 'early' ? made : this.#timed(made), out);
    this.#options.journal?.clear();
    if (this.aggregator.windows === 'arrival') this.#open(nextWindow(this.#window, nowMs, this.#options.common.period));
  }

  #open(window: Window): void {
    this.#window = window;
    this.#reach = reachOf(window, this.#options.common);
  }

  /** Opens the window again that a crash left open, with what was in it. If it is over by now, it is due at once. */
  #goOn({ untilMs, points }: HeldWindow): void {
    this.#open({ sinceMs: untilMs - this.#options.common.period, untilMs });
    const bindings = new Map<Shape, AggregatorBinding>();
    for (const point of points) {
      const binding = bindings.get(point.shape) ?? this.aggregator.bind(point.shape);
      bindings.set(point.shape, binding);
      if (typeof binding !== 'string') binding(point);
    }
  }

  #timed(points: readonly Point[]): readonly Point[] {
    const { windows, keepsTimes } = this.aggregator;
    const { precisionNs } = this.#options;
    if (windows === 'event' || keepsTimes === true || precisionNs <= 1) return points;
    return points.map((point) => roundTime(point, precisionNs));
  }

  #bind(shape: Shape): Adding {
    const { filter } = this.#options;
    if (!filter.selects(shape)) return 'skip';
    const { metricpass } = filter;
    const add = this.#bindAdd(shape);
    if (add === 'skip' || metricpass === undefined) return add;
    return (point) => (point.stale || metricpass(point)) && add(point);
  }

  #bindAdd(shape: Shape): Adding {
    const { filter, common, drop, journal } = this.#options;
    const modified = filter.modify(shape);
    const add = modified === 'empty' ? 'empty' : this.aggregator.bind(modified === 'unchanged' ? shape : modified.shape);
    if (add === 'skip') return 'skip';
    if (add === 'empty') {
      return ({ stale }) => {
        if (common.drop_original && !stale) drop('not_aggregated');
        return common.drop_original;
      };
    }
    return (point) => {
      if (point.stale) return common.drop_original;
      if (!this.#isInside(point)) {
        drop('outside_window');
        return false;
      }
      const own = typeof modified === 'string' ? point : modified.apply(point);
      if (add(own) === 'refused') return false;
      if (common.drop_original) journal?.note(own);
      return common.drop_original;
    };
  }

  #isInside({ ms, ns }: Point): boolean {
    if (this.aggregator.windows === 'event') return true;
    const { fromMs, fromNs, toMs, toNs } = this.#reach;
    return (ms > fromMs || (ms === fromMs && ns >= fromNs)) && (ms < toMs || (ms === toMs && ns <= toNs));
  }

  #named(series: Series): Series {
    const { common, interner } = this.#options;
    return interner.series(rename(series.measurement, common), [...Object.entries(common.tags), ...series.tags]);
  }
}
