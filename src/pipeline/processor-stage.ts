import type { Interner } from '../metric/interner.ts';
import type { Shape } from '../metric/shape.ts';
import type { MetricFilter } from './filter.ts';
import type { Binding, Processor } from './plugin.ts';
import { bindModified, bindSelected, Stage } from './stage.ts';

/** A processor behind its filter: what the filter does not select passes on as it is. */
export function createProcessorStage(interner: Interner, filter: MetricFilter, processor: Processor): Stage {
  function bind(shape: Shape): Binding {
    if (!filter.selects(shape)) return 'pass';
    const binding = bindModified(filter, shape, (target) => processor.bind(target));
    return bindSelected(filter, binding, 'pass');
  }
  return new Stage(interner, bind);
}
