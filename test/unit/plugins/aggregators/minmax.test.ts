import { describe, expect, it } from 'vitest';
import { Kind } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';
import { minmax } from '../../../../src/plugins/aggregators/minmax/plugin.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint } from '../../../support/points.ts';

function setUp() {
  const context = testContext();
  const aggregator = minmax.create({}, context);
  return { context, aggregator, ...driveAggregator(aggregator, context) };
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

  it('has no use for points without a number', () => {
    const { aggregator, context } = setUp();
    expect(aggregator.bind(parsePoint(context.interner, 't s="x",b=true 1').shape)).toBe('empty');
  });

  it('leaves out what is no number, and counts it', () => {
    const { context, add, push } = setUp();
    const shape = context.interner.shape(context.interner.series('t', []), [
      { name: 'a', kind: Kind.Float },
      { name: 'b', kind: Kind.Float },
    ]);
    add([Point.fromValues(shape, 1, 0, [NaN, 2]), Point.fromValues(shape, 2, 0, [NaN, -Infinity])]);
    expect(context.dropped.get('not_a_number')).toBe(2);
    expect(push()).toEqual(['t b_max=2 1760000000000000000']);
  });

  it('starts over with every push, also for points bound before', () => {
    const { add, push } = setUp();
    add('t v=1 1\n');
    expect(push()).toEqual(['t v_max=1,v_min=1 1760000000000000000']);
    expect(push()).toEqual([]);
    add('t v=5 2\n');
    expect(push()).toEqual(['t v_max=5,v_min=5 1760000000000000000']);
  });

  it('has in a window only what came in it, of series that go on, pause and end', () => {
    const { add, push } = setUp();
    add('m,t=1 a=1,b=1 1\nm,t=2 a=1 1\nm,t=3 a=1 1\n');
    push();
    add('m,t=1 a=2 2\nm,t=3 a=3 2\n');
    expect(push()).toEqual(['m,t=1 a_max=2,a_min=2 1760000000000000000', 'm,t=3 a_max=3,a_min=3 1760000000000000000']);
    add('m,t=1 b=4 3\nm,t=2 a=5 3\n');
    expect(push()).toEqual(['m,t=1 b_max=4,b_min=4 1760000000000000000', 'm,t=2 a_max=5,a_min=5 1760000000000000000']);
  });
});
