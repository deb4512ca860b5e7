import type { Point } from '../metric/point.ts';
import { FILTERED } from '../telemetry/self-metrics.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import type { AggregatorStage, PushReason } from './aggregator-stage.ts';
import type { PassingStates } from './passing-state.ts';
import type { HeldStep } from './plugin-factory.ts';
import type { Processor } from './plugin.ts';
import type { Stage } from './stage.ts';
import type { Window } from './window.ts';

interface Step {
  /** The name of its state; undefined where it keeps none. */
  readonly stateName: string | undefined;
}

/** A processor with its counters. */
export interface ProcessorStep extends Step {
  readonly stage: Stage;
  readonly processor: Pick<Processor, 'flush'>;
  /** Where it keeps what it holds back. */
  readonly held?: HeldStep | undefined;
  readonly metrics: PluginMetrics;
}

export interface AggregatorStep extends Step {
  /** As in logs and metrics. */
  readonly name: string;
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
    if (aggregators.length === 0) {
      keepHeld(before);
      return processed;
    }
    const out = processed.filter((point) => !this.#aggregate(point));
    for (const { stage } of aggregators) stage.endBatch();
    this.#push(({ stage }) => stage.aggregator.windows === 'event', 'due', out);
    keepHeld(before);
    keepHeld(this.#options.after);
    return out;
  }

  /** When `flush` has something to do the next time, in milliseconds since the epoch. */
  get dueMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#options.aggregators.map(({ stage }) => stage.dueMs));
  }

  /** What the windows of arrival that are over make, and those of the points' own times that are to be told now. */
  flush(): readonly Point[] {
    const nowMs = this.#options.nowMs();
    const out: Point[] = [];
    this.#push(({ stage }) => stage.isDue(nowMs), 'due', out);
    keepHeld(this.#options.after);
    return out;
  }

  /**
   * The last words: what processors held back, then all windows. To tell what is in a state does not change it, since it is told again
   * after a restart, but for points that a processor keeps. `heirs` names the states that a pipeline which takes over goes on with: of these nothing is told. What other windows of
   * arrival hold then keeps its time to the nanosecond: rounded, it could fall on what was told at the end of the one before, or will be.
   */
  end(heirs?: ReadonlySet<string>): readonly Point[] {
    const { before, aggregators, after, states } = this.#options;
    const speaks = ({ stateName }: Step): boolean => stateName === undefined || heirs?.has(stateName) !== true;
    const speakers = [...before, ...after].filter(({ processor }) => processor.flush !== undefined);
    if ([...speakers, ...aggregators].some((step) => step.stateName !== undefined && speaks(step))) states.pass();
    const isTold = (step: ProcessorStep): boolean => speaks(step) && (step.held === undefined || heirs?.has(step.held.name) !== true);
    const out = drain(before, isTold).filter((point) => !this.#aggregate(point));
    const goesOn = ({ name, stage }: AggregatorStep): boolean => heirs?.has(name) === true && stage.isKept;
    this.#push((step) => speaks(step) && !goesOn(step), heirs === undefined ? 'last' : 'early', out);
    const last = [...out, ...drain(after, isTold)];
    keepHeld([...before, ...after]);
    return last;
  }

  /** The windows of arrival that are open, by the aggregator's name. */
  get windows(): ReadonlyMap<string, Window> {
    const arrival = this.#options.aggregators.filter(({ stage }) => stage.aggregator.windows === 'arrival');
    return new Map(arrival.map(({ name, stage }) => [name, stage.window]));
  }

  /** Shows a point to every aggregator; true if any of them keeps the original. */
  #aggregate(point: Point): boolean {
    let dropped = false;
    for (const { stage } of this.#options.aggregators) dropped = stage.add(point) || dropped;
    return dropped;
  }

  #push(isMeant: (step: AggregatorStep) => boolean, why: PushReason, out: Point[]): void {
    for (const step of this.#options.aggregators) {
      if (!isMeant(step)) continue;
      const made: Point[] = [];
      step.stage.push(made, this.#options.nowMs(), why);
      step.metrics.pointsOut(made.length);
      for (const point of runAll(this.#options.after, made)) out.push(point);
    }
  }
}

function keepHeld(steps: readonly ProcessorStep[]): void {
  for (const { held } of steps) held?.keep();
}

/** What processors held back, each one's taken through those behind it. */
function drain(steps: readonly ProcessorStep[], speaks: (step: ProcessorStep) => boolean): Point[] {
  let held: Point[] = [];
  for (const step of steps) {
    held = [...runAll([step], held)];
    if (speaks(step)) step.processor.flush?.(held);
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
