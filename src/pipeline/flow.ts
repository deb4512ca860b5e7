import type { Point } from '../metric/point.ts';
import { FILTERED } from '../telemetry/self-metrics.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import type { AggregatorStage } from './aggregator-stage.ts';
import type { PassingStates } from './passing-state.ts';
import type { Processor } from './plugin.ts';
import type { Stage } from './stage.ts';

/** A processor with its counters. */
export interface ProcessorStep {
  readonly stage: Stage;
  readonly processor: Pick<Processor, 'flush'>;
  readonly metrics: PluginMetrics;
}

export interface AggregatorStep {
  readonly stage: AggregatorStage;
  readonly metrics: PluginMetrics;
}

export interface FlowOptions {
  /** What metrics pass before the aggregators; empty when `skip_processors_before_aggregators`. */
  readonly before: readonly ProcessorStep[];
  readonly aggregators: readonly AggregatorStep[];
  /** A second set of the same processors, with state of their own, for what aggregators make; empty when `skip_processors_after_aggregators`. */
  readonly after: readonly ProcessorStep[];
  readonly nowMs: () => number;
  /** The state of all of them. */
  readonly states: Pick<PassingStates, 'pass'>;
}

/**
 * The middle of a pipeline: processors, aggregators, processors again for what the aggregators made. It runs to its end without
 * waiting for anything, so that points and the state they change always belong together.
 */
export class Flow {
  readonly #options: FlowOptions;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** What reaches the outputs when these points come in. */
  process(points: readonly Point[]): readonly Point[] {
    const { before, aggregators } = this.#options;
    const processed = runAll(before, points);
    if (aggregators.length === 0) return processed;
    const out = processed.filter((point) => !this.#aggregate(point));
    this.#push(({ stage }) => stage.aggregator.windows === 'event', false, out);
    return out;
  }

  /** When the next window of arrival ends, in milliseconds since the epoch. */
  get dueMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#options.aggregators.map(({ stage }) => stage.dueMs));
  }

  /** What the windows that are over make; with `last`, all windows, and before them what processors held back, none of which changes the state. */
  flush(last: boolean): readonly Point[] {
    const { before, after, states } = this.#options;
    if (last) states.pass();
    const out: Point[] = last ? drain(before).filter((point) => !this.#aggregate(point)) : [];
    const nowMs = this.#options.nowMs();
    this.#push(({ stage }) => last || stage.isDue(nowMs), last, out);
    return last ? [...out, ...drain(after)] : out;
  }

  /** Shows a point to every aggregator; true if any of them keeps the original. */
  #aggregate(point: Point): boolean {
    let dropped = false;
    for (const { stage } of this.#options.aggregators) dropped = stage.add(point) || dropped;
    return dropped;
  }

  #push(isDue: (step: AggregatorStep) => boolean, last: boolean, out: Point[]): void {
    for (const step of this.#options.aggregators) {
      if (!isDue(step)) continue;
      const made: Point[] = [];
      step.stage.push(made, this.#options.nowMs(), last);
      step.metrics.pointsOut(made.length);
      for (const point of runAll(this.#options.after, made)) out.push(point);
    }
  }
}

/** What processors held back, each one's taken through those behind it. */
function drain(steps: readonly ProcessorStep[]): Point[] {
  let held: Point[] = [];
  for (const step of steps) {
    held = [...runAll([step], held)];
    step.processor.flush?.(held);
  }
  return held;
}

function runAll(steps: readonly ProcessorStep[], points: readonly Point[]): readonly Point[] {
  let current = points;
  for (const { stage, metrics } of steps) {
    const out: Point[] = [];
    const started = performance.now();
    metrics.drop(FILTERED, stage.run(current, out));
    metrics.seconds((performance.now() - started) / 1000);
    metrics.pointsIn(current.length);
    metrics.pointsOut(out.length);
    current = out;
  }
  return current;
}
