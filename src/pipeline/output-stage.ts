import type { OutputCommon } from '../config/common.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { Shape } from '../metric/shape.ts';
import type { QueuedPayload } from '../queue/payload.ts';
import type { MetricFilter } from './filter.ts';
import { Partitions } from './partitions.ts';
import type { Binding, Output } from './plugin.ts';
import { bindModified, bindSelected, bindSeries, rename, Stage } from './stage.ts';

/** The encoding half of an output behind its filter and its names. */
export class OutputStage {
  readonly #output: Output;
  readonly #batchSize: number;
  readonly #stage: Stage;
  readonly #partitions: Partitions | undefined;

  constructor(interner: Interner, filter: MetricFilter, common: OutputCommon, output: Output, batchSize: number) {
    this.#output = output;
    this.#batchSize = batchSize;
    this.#stage = new Stage(interner, (shape) => bindOutput(interner, filter, common, shape));
    this.#partitions = output.concurrent === true ? new Partitions(interner) : undefined;
  }

  /** The points as payloads for this output, and how many points it takes. */
  encode(points: readonly Point[]): { payloads: readonly QueuedPayload[]; taken: number } {
    const selected: Point[] = [];
    this.#stage.run(points, selected);
    const parts = this.#partitions?.divide(selected) ?? [selected];
    const payloads = parts.flatMap((part, partition) => this.#encodePart(part, partition));
    return { payloads, taken: selected.length };
  }

  #encodePart(points: readonly Point[], partition: number): QueuedPayload[] {
    if (points.length === 0) return [];
    return this.#output.encode(points, this.#batchSize).map((payload) => ({ ...payload, partition }));
  }
}

function bindOutput(interner: Interner, filter: MetricFilter, common: OutputCommon, shape: Shape): Binding {
  if (!filter.selects(shape)) return 'drop';
  const binding = bindModified(filter, shape, (target) => {
    const { measurement, tags } = target.series;
    return bindSeries(interner, target, interner.sortedSeries(rename(measurement, common), tags));
  });
  return bindSelected(filter, binding, 'drop');
}
