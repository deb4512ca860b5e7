import { List } from '../../../formats/starlark/values/sequence.ts';
import { typeOf, type Value } from '../../../formats/starlark/values/value.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { PluginContext, Processor, Transform } from '../../../pipeline/plugin.ts';
import { FILTERED } from '../../../telemetry/self-metrics.ts';
import { MetricPoints } from '../../shared/starlark/metric-points.ts';
import { Metric } from '../../shared/starlark/metric.ts';
import type { StarlarkOptions } from '../../shared/starlark/options.ts';
import { ShapeView } from '../../shared/starlark/shape-view.ts';
import { ScriptProgram } from '../../shared/starlark/script-program.ts';

/** What a script decides by values and by what it remembers can't be known of a shape: every point is handed to it. */
export class StarlarkProcessor implements Processor {
  readonly #context: PluginContext;
  readonly #program: ScriptProgram;
  readonly #points: MetricPoints;
  /** One for all, as in Telegraf: a script that keeps it, and not a `deepcopy`, has the next metric in its hands. */
  readonly #metric = new Metric();
  readonly #args = [this.#metric];

  constructor(options: StarlarkOptions, context: PluginContext) {
    this.#context = context;
    this.#program = new ScriptProgram(options, context, { apply: 1 });
    this.#points = new MetricPoints(context.interner);
  }

  bind(shape: Shape): Transform {
    const view = new ShapeView(shape);
    return (point, out) => this.#apply(point, view, out);
  }

  #apply(point: Point, view: ShapeView, out: Point[]): void {
    // A staleness marker has no values that a script could look at.
    if (point.stale) return void out.push(point);
    this.#metric.wrap(point, view);
    this.#emitReturned(this.#program.call('apply', this.#args), out);
    this.#metric.release();
  }

  #emitReturned(returned: Value | undefined, out: Point[]): void {
    if (returned === undefined) return this.#context.drop('script_error');
    if (returned instanceof Metric) return this.#emit(returned, out);
    if (returned instanceof List) return this.#emitAll(returned.elements, out);
    if (returned === null) return this.#context.drop(FILTERED);
    this.#program.fail(`invalid type returned: ${typeOf(returned)}`);
    this.#context.drop('script_error');
  }

  #emitAll(values: readonly Value[], out: Point[]): void {
    if (values.length === 0) this.#context.drop(FILTERED);
    const emitted = new Set<Metric>();
    for (const value of values) {
      if (!(value instanceof Metric)) {
        this.#program.fail(`Invalid type returned in list: ${typeOf(value)}`);
      } else if (emitted.has(value)) {
        this.#program.fail('Duplicate metric reference detected');
      } else {
        emitted.add(value);
        this.#emit(value, out);
      }
    }
  }

  #emit(metric: Metric, out: Point[]): void {
    const point = this.#points.toPoint(metric);
    if (point === undefined) this.#context.drop('no_fields');
    else out.push(point);
  }
}
