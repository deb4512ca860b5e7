import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kind } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';
import { BucketRules } from '../../../../src/plugins/aggregators/histogram/buckets.ts';
import { Histograms } from '../../../../src/plugins/aggregators/histogram/histograms.ts';
import { histogram } from '../../../../src/plugins/aggregators/histogram/plugin.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext } from '../../../support/context.ts';
import { decoded, parsePoints } from '../../../support/points.ts';

function setUp(options: object = {}) {
  const context = testContext();
  const config = [{ measurement_name: 'm', buckets: [10, 0, 1e6] }];
  return { context, ...driveAggregator(histogram.create(histogram.schema.parse({ config, ...options }), context), context) };
}

const NOW = '1760000000000000000';

describe('histogram', () => {
  it('counts every number into all buckets from its own on; a border belongs to the bucket on its left', () => {
    const { add, push } = setUp();
    add('m,h=a v=-5 1\nm,h=a v=10i 1\nm,h=a v=10.5 1\nm,h=a v=2000000u 1\n');
    expect(push()).toEqual([
      `m,h=a,le=0 v_bucket=1i ${NOW}`,
      `m,h=a,le=10 v_bucket=2i ${NOW}`,
      `m,h=a,le=1000000 v_bucket=3i ${NOW}`,
      `m,h=a,le=+Inf v_bucket=4i ${NOW}`,
    ]);
  });

  it('counts on from window to window, and tells what has not changed', () => {
    const { add, push } = setUp({ config: [{ measurement_name: 'm', buckets: [1] }] });
    add('m v=1 1\n');
    push();
    expect(push()).toEqual([`m,le=1 v_bucket=1i ${NOW}`, `m,le=+Inf v_bucket=1i ${NOW}`]);
    add('m v=1 1\nm v=2 1\n');
    expect(push()).toEqual([`m,le=1 v_bucket=2i ${NOW}`, `m,le=+Inf v_bucket=3i ${NOW}`]);
  });

  it('starts over in each window, if it is asked to', () => {
    const { add, push } = setUp({ config: [{ measurement_name: 'm', buckets: [1] }], reset: true });
    add('m v=1 1\n');
    push();
    expect(push()).toEqual([]);
    add('m v=2 1\n');
    expect(push()).toEqual([`m,le=1 v_bucket=0i ${NOW}`, `m,le=+Inf v_bucket=1i ${NOW}`]);
  });

  it('tells both borders where counts are not cumulative', () => {
    const { add, push } = setUp({ config: [{ measurement_name: 'm', buckets: [0.25, 1e-7] }], cumulative: false });
    add('m v=0.1 1\n');
    expect(push()).toEqual([
      `m,gt=-Inf,le=0.0000001 v_bucket=0i ${NOW}`,
      `m,gt=0.0000001,le=0.25 v_bucket=1i ${NOW}`,
      `m,gt=0.25,le=+Inf v_bucket=0i ${NOW}`,
    ]);
  });

  it('puts fields with the same border into one metric, each with the buckets of the last entry that names it', () => {
    const config = [
      { measurement_name: 'm', buckets: [1, 2] },
      { measurement_name: 'm', fields: ['b', 'c'], buckets: [2, 3] },
      { measurement_name: 'n', fields: ['x'], buckets: [] },
    ];
    const { add, push } = setUp({ config });
    expect(add('m a=2,b=3 1\nm d=true 1\nn x=1 1\nn y=1 1\no a=1 1\n')).toBe(2);
    expect(push()).toEqual([
      `m,le=1 a_bucket=0i,d_bucket=0i ${NOW}`,
      `m,le=2 a_bucket=1i,b_bucket=0i,d_bucket=0i ${NOW}`,
      `m,le=+Inf a_bucket=1i,b_bucket=1i,d_bucket=0i ${NOW}`,
      `m,le=3 b_bucket=1i ${NOW}`,
      `n,le=+Inf x_bucket=1i ${NOW}`,
    ]);
    add('m e=1 1\n');
    expect(push()[0]).toBe(`m,le=1 a_bucket=0i,d_bucket=0i,e_bucket=1i ${NOW}`);
  });

  it('tells only what was updated, if it is asked to', () => {
    const { add, push } = setUp({ push_only_on_update: true, config: [{ measurement_name: 'm', buckets: [] }] });
    add('m,x=1 v=1 1\nm,x=2 v=1 1\n');
    push();
    add('m,x=2 v=1 1\n');
    expect(push()).toEqual([`m,le=+Inf,x=2 v_bucket=2i ${NOW}`]);
  });

  it('forgets a series of which nothing came for longer than the expiration', () => {
    const { context, add, push } = setUp({ expiration_interval: '10s', config: [{ measurement_name: 'm', buckets: [] }] });
    add('m v=1 1\n');
    context.clock.ms += 10_000;
    expect(push()).toHaveLength(1);
    context.clock.ms += 1;
    expect(push()).toEqual([]);
    add('m v=1 1\n');
    expect(push()).toEqual(['m,le=+Inf v_bucket=1i 1760000010001000000']);
  });

  it('counts no more fields than it has room for, and counts points with others', () => {
    const context = testContext();
    const rules = new BucketRules([{ measurement_name: 'm', fields: [], buckets: [] }]);
    const options = { rules, resets: true, cumulative: true, expirationMs: 0, onlyUpdated: false, maxFields: 1 };
    const { add, push } = driveAggregator(new Histograms(options, context), context);
    add('m a=1,b=1 1\nm b=1 1\n');
    expect(push()).toEqual([`m,le=+Inf a_bucket=1i ${NOW}`]);
    expect(context.dropped).toEqual(new Map([['too_many_fields', 2]]));
    add('m b=1 1\n');
    expect(push()).toEqual([`m,le=+Inf b_bucket=1i ${NOW}`]);
  });

  it('counts a NaN as above everything', () => {
    const { context, add, push } = setUp({ config: [{ measurement_name: 'm', buckets: [1] }] });
    const shape = context.interner.shape(context.interner.series('m', []), [{ name: 'v', kind: Kind.Float }]);
    add([Point.fromValues(shape, 1, 0, [NaN])]);
    expect(push()).toEqual([`m,le=1 v_bucket=0i ${NOW}`, `m,le=+Inf v_bucket=1i ${NOW}`]);
  });

  it('agrees with counting one by one, whatever the borders, the numbers and the form of points', () => {
    const number = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(fc.array(number, { maxLength: 8 }), fc.array(number, { minLength: 1, maxLength: 40 }), (borders, values) => {
        const config = [{ measurement_name: 'm', buckets: borders }];
        const text = values.map((value) => `m v=${value}i 1`).join('\n');
        const [bytes, other] = [setUp({ config }), setUp({ config })];
        bytes.add(text);
        other.add(parsePoints(other.context.interner, text).map(decoded));
        const sorted = [...new Set(borders)].sort((a, b) => a - b);
        const expected = sorted.map((border) => `m,le=${border} v_bucket=${values.filter((value) => value <= border).length}i ${NOW}`);
        const told = bytes.push();
        expect(told).toEqual([...expected, `m,le=+Inf v_bucket=${values.length}i ${NOW}`]);
        expect(other.push()).toEqual(told);
      }),
    );
  });
});
