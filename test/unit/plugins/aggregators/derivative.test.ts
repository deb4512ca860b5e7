import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivative } from '../../../../src/plugins/aggregators/derivative/plugin.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext } from '../../../support/context.ts';
import { decoded, parsePoints } from '../../../support/points.ts';

function setUp(options: object = {}) {
  const context = testContext();
  return { context, ...driveAggregator(derivative.create(derivative.schema.parse(options), context), context) };
}

/** Lines whose times are in seconds. */
const seconds = (text: string) => text.replaceAll(/ (\d+)$/gm, ' $1000000000');

describe('derivative', () => {
  it('is the change between the first and the last by their times, per second, also downwards', () => {
    const { add, push } = setUp();
    add(seconds('m a=9i,b=1,s="x" 30\nm a=1i,b=5u 10\nm a=100i,b=100 20'));
    expect(push()).toEqual(['m a_rate=0.4,b_rate=-0.2 1760000000000000000']);
  });

  it('has only fields that are in both, and nothing of one time', () => {
    const { add, push } = setUp();
    add(seconds('m a=1,b=1 10\nm a=2,c=1 20\nn a=1 10\nn a=2 10'));
    expect(push()).toEqual(['m a_rate=0.1 1760000000000000000']);
  });

  it('joins what has the time of the first or of the last; of a field the last that arrived counts', () => {
    const { add, push } = setUp();
    add(seconds('m a=1 10\nm b=1 10\nm a=4 20\nm b=3 20\nm a=2 10'));
    expect(push()).toEqual(['m a_rate=0.2,b_rate=0.2 1760000000000000000']);
  });

  it('divides by the change of another field, unless that is missing or did not change', () => {
    const { add, push } = setUp({ variable: ' km ', suffix: ' _by_km ' });
    add(seconds('m,x=1 km=10,l=50 10\nm,x=1 km=30,l=48 20\nm,x=2 km=10,l=50 10\nm,x=2 km=10,l=48 20\nm,x=3 l=50 10\nm,x=3 km=1,l=48 20'));
    expect(push()).toEqual(['m,x=1 l_by_km=-0.1 1760000000000000000']);
  });

  it('goes on from the last point in the next window', () => {
    const { add, push } = setUp();
    add(seconds('m a=1 10\nm a=2 20'));
    expect(push()).toEqual(['m a_rate=0.1 1760000000000000000']);
    add(seconds('m a=7 30'));
    expect(push()).toEqual(['m a_rate=0.5 1760000000000000000']);
    expect(push()).toEqual([]);
  });

  it('waits for so many windows and no more; a point in between the first and the last is no change', () => {
    const { add, push } = setUp({ max_roll_over: 2 });
    add(seconds('m a=1 10\nm a=2 20'));
    expect(push()).toHaveLength(1);
    expect(push()).toEqual([]);
    add(seconds('m a=9 40'));
    expect(push()).toEqual(['m a_rate=0.35 1760000000000000000']);
    for (const _ of [1, 2]) expect(push()).toEqual([]);
    add(seconds('m a=1 50'));
    expect(push()).toEqual([]);

    const forgetful = setUp({ max_roll_over: 0 });
    forgetful.add(seconds('m a=1 10'));
    forgetful.push();
    forgetful.add(seconds('m a=2 20'));
    expect(forgetful.push()).toEqual([]);
  });

  it('has no use for points without a number', () => {
    const { add } = setUp();
    expect(add('m s="x",b=true 1')).toBe(1);
  });

  it('needs no order of arrival where times differ, and no form of points', () => {
    const samples = fc.uniqueArray(fc.tuple(fc.nat(1000), fc.integer({ min: -1000, max: 1000 })), {
      selector: ([time]) => time,
      minLength: 2,
      maxLength: 20,
    });
    const shuffled = samples.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })));
    fc.assert(
      fc.property(shuffled, ([given, order]) => {
        const text = seconds(order.map(([time, value]) => `m v=${value} ${time}`).join('\n'));
        const [bytes, values] = [setUp(), setUp()];
        bytes.add(text);
        values.add(parsePoints(values.context.interner, text).map(decoded));
        const [first, last] = [given.reduce((a, b) => (b[0] < a[0] ? b : a)), given.reduce((a, b) => (b[0] > a[0] ? b : a))];
        const told = bytes.push();
        expect(values.push()).toEqual(told);
        expect(Number(/v_rate=(\S+)/.exec(told[0])?.[1])).toBe((last[1] - first[1]) / (last[0] - first[0]) + 0);
      }),
    );
  });
});
