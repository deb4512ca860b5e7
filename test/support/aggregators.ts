/** One aggregator alone, as the runner drives it: bound per shape, pushed at the end of a window. */
import type { Point } from '../../src/metric/point.ts';
import type { Aggregator, AggregatorBinding } from '../../src/pipeline/plugin.ts';
import type { Shape } from '../../src/metric/shape.ts';
import type { TestContext } from './context.ts';
import { parsePoints, toLines } from './points.ts';

export interface DrivenAggregator {
  /** Takes points, given as such or as line protocol; returns how many were not for it, empty or refused. */
  readonly add: (points: string | readonly Point[]) => number;
  /** Ends the window; returns what came of it, as line protocol, in the aggregator's order. */
  readonly push: (last?: boolean) => string[];
}

/** Drives an aggregator; bindings are kept per shape, as the runner keeps them. */
export function driveAggregator(aggregator: Aggregator, context: TestContext): DrivenAggregator {
  const bindings = new Map<Shape, AggregatorBinding>();
  const bindingOf = (shape: Shape): AggregatorBinding => {
    const binding = bindings.get(shape) ?? aggregator.bind(shape);
    bindings.set(shape, binding);
    return binding;
  };
  return {
    add(given) {
      const points = typeof given === 'string' ? parsePoints(context.interner, given) : given;
      return points.filter((point) => {
        const binding = bindingOf(point.shape);
        return typeof binding === 'string' || binding(point) === 'refused';
      }).length;
    },
    push(last = false) {
      const out: Point[] = [];
      aggregator.push(out, last);
      return toLines(context.interner, out);
    },
  };
}
