import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../src/metric/point.ts';
import type { Aggregator } from '../../../../src/pipeline/plugin.ts';
import { minmax } from '../../../../src/plugins/aggregators/minmax/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoints, toLines } from '../../../support/points.ts';

function addAll(aggregator: Aggregator, points: readonly Point[]): void {
  for (const point of points) {
    const add = aggregator.bind(point.shape);
    if (add !== 'skip') add(point);
  }
}

function setUp() {
  const context = testContext();
  const aggregator = minmax.create({}, context);
  const push = () => {
    const out: Point[] = [];
    aggregator.push(out, false);
    return toLines(context.interner, out);
  };
  return { context, aggregator, push, add: (text: string) => addAll(aggregator, parsePoints(context.interner, text)) };
}

describe('minmax', () => {
  it('gives the least and greatest of every number in a series, as floats at the time of the push', () => {
    const { add, push } = setUp();
    add('t,core=1 temp=47i,ok=true 1\nt,core=1 temp=3u,late=1 2\nt,core=1 late=-0.0 3\nt,core=3 v=1e21 4\nt,core=3 v=1e-7 5\n');
    expect(push()).toEqual([
      't,core=1 late_max=1,late_min=-0,temp_max=47,temp_min=3 1760000000000000000',
      't,core=3 v_max=1000000000000000000000,v_min=0.0000001 1760000000000000000',
    ]);
  });

  it('skips series without a number', () => {
    const { aggregator, context } = setUp();
    const [point] = parsePoints(context.interner, 't s="x",b=true 1');
    expect(aggregator.bind(point.shape)).toBe('skip');
  });

  it('starts over with every push, also for points bound before', () => {
    const { aggregator, context, push } = setUp();
    const [first, second] = parsePoints(context.interner, 't v=1 1\nt v=5 2\n');
    const bound = aggregator.bind(first.shape);
    if (bound === 'skip') throw new Error('expected a binding');
    bound(first);
    expect(push()).toEqual(['t v_max=1,v_min=1 1760000000000000000']);
    expect(push()).toEqual([]);
    bound(second);
    expect(push()).toEqual(['t v_max=5,v_min=5 1760000000000000000']);
  });
});
