import { List } from '../../../formats/starlark/values/sequence.ts';
import { typeOf, type Value } from '../../../formats/starlark/values/value.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Aggregator, PluginContext } from '../../../pipeline/plugin.ts';
import { MetricPoints } from '../../shared/starlark/metric-points.ts';
import { Metric } from '../../shared/starlark/metric.ts';
import type { StarlarkOptions } from '../../shared/starlark/options.ts';
import { ShapeView } from '../../shared/starlark/shape-view.ts';
import { ScriptProgram } from '../../shared/starlark/script-program.ts';

export class StarlarkAggregator implements Aggregator {
  readonly windows = 'arrival';
  readonly #context: PluginContext;
  readonly #program: ScriptProgram;
  readonly #points: MetricPoints;
  /** One for all, as in Telegraf: a script that keeps it, and not a `deepcopy`, has the next metric in its hands. */
  readonly #metric = new Metric();
  readonly #args = [this.#metric];

  constructor(options: StarlarkOptions, context: PluginContext) {
    this.#context = context;
    this.#program = new ScriptProgram(options, context, { add: 1, push: 0, reset: 0 });
    this.#points = new MetricPoints(context.interner);
  }

  bind(shape: Shape): (point: Point) => void {
    const view = new ShapeView(shape);
    return (point) => {
      this.#metric.wrap(point, view);
      if (this.#program.call('add', this.#args) === undefined) this.#context.drop('script_error');
      this.#metric.settle();
    };
  }

  push(out: Point[]): void {
    const returned = this.#program.call('push', []);
    if (returned instanceof Metric) this.#emit(returned, out);
    else if (returned instanceof List) for (const value of returned.elements) this.#emit(value, out);
    else if (returned !== undefined && returned !== null) this.#program.fail(`Invalid type returned: ${typeOf(returned)}`);
    this.#program.call('reset', []);
  }

  #emit(value: Value, out: Point[]): void {
    if (!(value instanceof Metric)) return this.#program.fail(`Invalid type returned in list: ${typeOf(value)}`);
    const point = this.#points.toPoint(value);
    if (point === undefined) this.#context.drop('no_fields');
    else out.push(point);
  }
}
