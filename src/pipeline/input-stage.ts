import type { InputCommon } from '../config/common.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { Series } from '../metric/series.ts';
import type { Shape } from '../metric/shape.ts';
import type { MetricFilter } from './filter.ts';
import type { Binding } from './plugin.ts';
import { roundTime } from './precision.ts';
import { bindModified, bindSelected, bindSeries, rename, Stage, toTransform } from './stage.ts';

export interface InputStageOptions {
  readonly interner: Interner;
  readonly filter: MetricFilter;
  readonly common: InputCommon;
  readonly globalTags: Readonly<Record<string, string>>;
  readonly alwaysIncludeLocalTags: boolean;
  readonly alwaysIncludeGlobalTags: boolean;
  /** Times are rounded to this many nanoseconds; 1 leaves them alone. */
  readonly precisionNs: number;
}

/**
 * What happens to a point between its input and the first processor, in Telegraf's order: time rounded, selected by its raw
 * name and own tags, renamed, plugin and global tags added where missing, fields and tags removed, tags brought back.
 */
export class InputStage {
  readonly #options: InputStageOptions;
  readonly #stage: Stage;

  constructor(options: InputStageOptions) {
    this.#options = options;
    this.#stage = new Stage(options.interner, (shape) => this.#bind(shape));
  }

  /** Appends what the points become to `out`; returns how many the filter left out by name, tag or field. */
  run(points: readonly Point[], out: Point[]): number {
    const { precisionNs } = this.#options;
    const rounded = precisionNs > 1 ? points.map((point) => roundTime(point, precisionNs)) : points;
    return this.#stage.run(rounded, out);
  }

  #bind(shape: Shape): Binding {
    const { filter, interner } = this.#options;
    if (!filter.selects(shape)) return 'drop';
    const named = bindSeries(interner, shape, this.#withNameAndTags(shape.series));
    const target = interner.reshape(shape, this.#withNameAndTags(shape.series));
    const modified = bindModified(filter, target, (kept) => bindSeries(interner, kept, this.#withTagsBack(kept.series)));
    return bindSelected(filter, chain(named, modified), 'drop');
  }

  #withNameAndTags(series: Series): Series {
    const { common, globalTags, interner } = this.#options;
    const tags = new Map<string, string>([...Object.entries(globalTags), ...Object.entries(common.tags), ...series.tags]);
    return interner.series(rename(series.measurement, common), tags);
  }

  #withTagsBack(series: Series): Series {
    const { common, globalTags, interner, alwaysIncludeGlobalTags, alwaysIncludeLocalTags } = this.#options;
    const tags = new Map<string, string>(series.tags);
    if (alwaysIncludeLocalTags) for (const [key, value] of Object.entries(common.tags)) tags.set(key, tags.get(key) ?? value);
    if (alwaysIncludeGlobalTags) for (const [key, value] of Object.entries(globalTags)) tags.set(key, tags.get(key) ?? value);
    return interner.series(series.measurement, tags);
  }
}

/** One binding after another, where the first makes at most one point of one. */
function chain(first: Binding, second: Binding): Binding {
  if (first === 'drop' || second === 'drop') return 'drop';
  if (first === 'pass') return second;
  if (second === 'pass') return first;
  const next = toTransform(second);
  const between: Point[] = [];
  return (point, out) => {
    between.length = 0;
    first(point, between);
    for (const made of between) next(made, out);
  };
}
