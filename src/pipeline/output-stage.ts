import type { OutputCommon } from '../config/common.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { Shape } from '../metric/shape.ts';
import type { Payload } from '../queue/payload.ts';
import type { MetricFilter } from './filter.ts';
import type { Binding, Output } from './plugin.ts';
import { bindModified, bindSelected, bindSeries, rename, Stage } from './stage.ts';

/** The encoding half of an output behind its filter and its names. */
export class OutputStage {
  readonly #output: Output;
  readonly #batchSize: number;
  readonly #stage: Stage;

  constructor(interner: Interner, filter: MetricFilter, common: OutputCommon, output: Output, batchSize: number) {
    this.#output = output;
    this.#batchSize = batchSize;
    this.#stage = new Stage(interner, (shape) => bindOutput(interner, filter, common, shape));
  }

  /** The points as payloads for this output, and how many points it takes. */
  encode(points: readonly Point[]): { payloads: readonly Payload[]; taken: number } {
    const selected: Point[] = [];
    this.#stage.run(points, selected);
    const payloads = selected.length === 0 ? [] : this.#output.encode(selected, this.#batchSize);
    return { payloads, taken: selected.length };
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
