import type { Point } from '../metric/point.ts';
import { FILTERED } from '../telemetry/self-metrics.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import type { AggregatorStage, PushReason } from './aggregator-stage.ts';
import type { DetachableStates } from './detachable-states.ts';
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
  readonly states: Pick<DetachableStates, 'detach'>;
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

  /** What comes of the windows whose time has come: of arrival, those that are over; of the points' own times, as they stand. */
  flush(): readonly Point[] {
    const nowMs = this.#options.nowMs();
    const out: Point[] = [];
    this.#push(({ stage }) => stage.isDue(nowMs), 'due', out);
    keepHeld(this.#options.after);
    return out;
  }

  /**
   * What is still held back, emitted at the end of the pipeline: first what processors hold, then all windows. What is in a state stays
   * there as it is, since it is emitted again after a restart, complete or corrected; processors that keep a journal start over.
   *
   * `heirs` names the states with which another pipeline goes on at once: what is in those is left for that one to emit. Windows of
   * arrival that it does not go on with end early. Their points then keep their times to the nanosecond: rounded, a point could get the
   * time of one from the window before, or of one from the rest of this window.
   */
  end(heirs?: ReadonlySet<string>): readonly Point[] {
    const { before, aggregators, after, states } = this.#options;
    const isInherited = (name: string | undefined): boolean => name !== undefined && heirs?.has(name) === true;
    const flushes = ({ stateName, held }: ProcessorStep): boolean => !isInherited(stateName) && !isInherited(held?.name);
    const pushes = ({ name, stateName, stage }: AggregatorStep): boolean => {
      return !isInherited(stateName) && !(stage.isKept && isInherited(name));
    };
    const holding = [...before, ...after].filter(({ processor }) => processor.flush !== undefined);
    if ([...holding, ...aggregators].some(({ stateName }) => stateName !== undefined && !isInherited(stateName))) states.detach();
    const out = flushAll(before, flushes).filter((point) => !this.#aggregate(point));
    this.#push(pushes, heirs === undefined ? 'last' : 'early', out);
    const last = [...out, ...flushAll(after, flushes)];
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

  /** Has the chosen aggregators emit, and appends what the second set of processors makes of it to `out`. */
  #push(isChosen: (step: AggregatorStep) => boolean, why: PushReason, out: Point[]): void {
    for (const step of this.#options.aggregators) {
      if (!isChosen(step)) continue;
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

/** What the processors that are to flush hold back, each one's taken through those behind it. */
function flushAll(steps: readonly ProcessorStep[], flushes: (step: ProcessorStep) => boolean): Point[] {
  let flushed: Point[] = [];
  for (const step of steps) {
    flushed = [...runAll([step], flushed)];
    if (flushes(step)) step.processor.flush?.(flushed);
  }
  return flushed;
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
