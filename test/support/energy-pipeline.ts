/** The processor `energy` and the aggregators behind it, as a pipeline runs them, without anything else. */
import { Interner } from '../../src/metric/interner.ts';
import type { Point } from '../../src/metric/point.ts';
import type { Aggregator, Binding, PluginContext, Processor } from '../../src/pipeline/plugin.ts';
import { energy as energyAggregator } from '../../src/plugins/aggregators/energy/plugin.ts';
import { energy as energyProcessor } from '../../src/plugins/processors/energy/plugin.ts';
import { testContext } from './context.ts';
import { RestartableState } from './restartable-state.ts';

export interface EnergyPipelineOptions {
  readonly processor?: object;
  /** By name. */
  readonly windows: Readonly<Record<string, object>>;
}

/** A point that was made, and by whom. */
export type Collect = (point: Point, madeBy: string) => void;

export class EnergyPipeline {
  readonly interner: Interner;
  readonly #options: EnergyPipelineOptions;
  readonly #collect: Collect;
  readonly #nowMs: () => number;
  #states = new RestartableState();
  #processor: Processor;
  #aggregators: readonly (readonly [name: string, aggregator: Aggregator, slot: number])[];

  constructor(options: EnergyPipelineOptions, nowMs: () => number, collect: Collect) {
    this.interner = new Interner();
    this.#options = options;
    this.#collect = collect;
    this.#nowMs = nowMs;
    [this.#processor, this.#aggregators] = this.#build();
  }

  /** Everything anew, but for what a store keeps. */
  restart(): void {
    this.#states = this.#states.restarted();
    this.#slots.clear();
    [this.#processor, this.#aggregators] = this.#build();
  }

  /** One batch. */
  process(points: readonly Point[]): void {
    const out: Point[] = [];
    for (const point of points) {
      const binding = this.#binding(point);
      if (binding !== 'pass' && binding !== 'drop') binding(point, out);
    }
    for (const point of out) this.#sample(point);
    this.#push(false);
  }

  /** The end: what is still open. */
  finish(): void {
    const out: Point[] = [];
    this.#processor.flush?.(out);
    for (const point of out) this.#sample(point);
    this.#push(true);
  }

  readonly #slots = new Map<object, unknown>();

  #binding(point: Point): Binding {
    const { shape } = point;
    const known = this.#slots.get(shape) as Binding | undefined;
    if (known !== undefined) return known;
    const bound = this.#processor.bind(shape);
    this.#slots.set(shape, bound);
    return bound;
  }

  #sample(point: Point): void {
    if (point.series.measurement !== 'energy') return;
    this.#collect(point, 'energy');
    for (const [, aggregator, slot] of this.#aggregators) {
      const { slots } = point.shape;
      const adder = (slots[slot] ??= aggregator.bind(point.shape)) as 'skip' | ((point: Point) => void);
      if (adder !== 'skip') adder(point);
    }
  }

  #push(last: boolean): void {
    for (const [name, aggregator] of this.#aggregators) {
      const out: Point[] = [];
      aggregator.push(out, last);
      for (const point of out) this.#collect(point, name);
    }
  }

  #context(name: string): PluginContext {
    const clock = { now: () => ({ ms: this.#nowMs(), ns: 0 }) };
    return { ...testContext({ name, interner: this.interner }), clock, state: (spec) => this.#states.state(name, spec) };
  }

  #build(): [Processor, readonly (readonly [string, Aggregator, number])[]] {
    const processor = energyProcessor.create(energyProcessor.schema.parse(this.#options.processor ?? {}), this.#context('energy'));
    const aggregators = Object.entries(this.#options.windows).map(([name, options]) => {
      return [name, energyAggregator.create(energyAggregator.schema.parse(options), this.#context(name)), this.interner.slot()] as const;
    });
    return [processor, aggregators];
  }
}
