import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kind } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';
import { basicstats } from '../../../../src/plugins/aggregators/basicstats/plugin.ts';
import { statNames } from '../../../../src/plugins/aggregators/basicstats/stats.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext } from '../../../support/context.ts';
import { decoded, parsePoints } from '../../../support/points.ts';

function setUp(stats?: readonly string[]) {
  const context = testContext();
  const aggregator = basicstats.create(basicstats.schema.parse({ stats }), context);
  return { context, aggregator, ...driveAggregator(aggregator, context) };
}

/** The fields of the one line that was pushed. */
function fieldsOf([line]: readonly string[]): Record<string, number> {
  const fields = line.split(' ')[1].split(',');
  return Object.fromEntries(fields.map((field) => field.split('=')).map(([name, value]) => [name, Number(value.replace(/i$/, ''))]));
}

describe('basicstats', () => {
  it('tells six statistics of its own accord, the variance of one number not among them', () => {
    const { add, push } = setUp();
    add('m v=1 1\nm v=3 2\nm,x=1 v=7i 1\n');
    expect(push()).toEqual([
      'm v_count=2,v_max=3,v_mean=2,v_min=1,v_s2=2,v_stdev=1.4142135623730951 1760000000000000000',
      'm,x=1 v_count=1,v_max=7,v_mean=7,v_min=7 1760000000000000000',
    ]);
    expect(push()).toEqual([]);
  });

  it('compares the last that arrived with the first, also back in time', () => {
    const { add, push } = setUp(['diff', 'rate', 'interval', 'percent_change', 'non_negative_diff', 'non_negative_rate', 'first', 'last']);
    add('m v=4 20000000000\nm v=9 30000000000\nm v=6 15000000000\n');
    expect(push()).toEqual([
      'm v_diff=2,v_first=4,v_interval=-5000000000i,v_last=6,v_non_negative_diff=2,v_non_negative_rate=-0.4,v_percent_change=50,v_rate=-0.4 1760000000000000000',
    ]);
    add('m v=4 1000\nm v=3 500001000\n');
    expect(push()).toEqual(['m v_diff=-1,v_first=4,v_interval=500000000i,v_last=3,v_percent_change=-25,v_rate=-2 1760000000000000000']);
  });

  it('has a rate of 0 while all have one time, and keeps the last rate when one with the time of the first follows', () => {
    const { add, push } = setUp(['rate']);
    add('m v=1 1000000000\nm v=2 1000000000\n');
    expect(push()).toEqual(['m v_rate=0 1760000000000000000']);
    add('m v=1 1000000000\nm v=2 3000000000\nm v=7 1000000000\n');
    expect(push()).toEqual(['m v_rate=0.5 1760000000000000000']);
  });

  it('knows nothing of the window before', () => {
    const { add, push } = setUp(statNames);
    add('m v=100 1000000000\nm v=-50 2000000000\nm v=7 3000000000\n');
    push();
    add('m v=1 4000000000\nm v=3 5000000000\n');
    const fresh = setUp(statNames);
    fresh.add('m v=1 4000000000\nm v=3 5000000000\n');
    expect(push()).toEqual(fresh.push());
  });

  it('has intervals up to the whole of int64', () => {
    const { add, push } = setUp(['interval']);
    add('m v=1 -9223372036854775808\nm v=2 9223372036854775807\n');
    expect(push()).toEqual(['m v_interval=9223372036854775807i 1760000000000000000']);
    add('m v=1 0\nm v=2 9223372036854775806\n');
    expect(push()).toEqual(['m v_interval=9223372036854775806i 1760000000000000000']);
  });

  it('leaves out a change in percent of nothing, which line protocol has no number for', () => {
    const { add, push } = setUp(['percent_change', 'count']);
    add('m v=0 1\nm v=5 2\n');
    expect(push()).toEqual(['m v_count=2 1760000000000000000']);
  });

  it('leaves out what it does not know with a warning, and tells nothing where nothing is left', () => {
    const { context, add, push } = setUp(['variance', 'max']);
    expect(context.logged).toEqual([
      {
        level: 'warn',
        message: 'unrecognized basic stat, which is left out',
        details: { stat: 'variance', known: statNames.join(', '), use: 's2' },
      },
    ]);
    add('m v=1 1\n');
    expect(push()).toEqual(['m v_max=1 1760000000000000000']);
    const silent = setUp([]);
    silent.add('m v=1 1\n');
    expect(silent.push()).toEqual([]);
  });

  it('agrees with sums over all numbers, whatever they are and in both forms of points', () => {
    const number = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: -1000, max: 1000 }));
    const samples = fc.array(fc.tuple(number, fc.integer({ min: 0, max: 600_000 })), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(samples, (given) => {
        const { context, add, push } = setUp(statNames);
        const shape = context.interner.shape(context.interner.series('m', []), [{ name: 'v', kind: Kind.Float }]);
        add(given.map(([value, ms]) => Point.fromValues(shape, ms, 0, [value])));
        const told = fieldsOf(push());
        const values = given.map(([value]) => value);
        const naive = naiveStats(values, given[0][1], given[given.length - 1][1]);
        for (const [name, value] of Object.entries(naive)) {
          if (!Number.isFinite(value)) continue;
          const scale = name === 's2' ? 1e6 ** 2 : Math.max(1, Math.abs(value));
          expect({ name, isNear: Math.abs(told[`v_${name}`] - value) <= 1e-9 * scale }).toEqual({ name, isNear: true });
        }
        expect(told['v_stdev']).toBe(Math.sqrt(told['v_s2']));
        expect('v_non_negative_diff' in told).toBe(naive.diff >= 0);
        expect('v_non_negative_rate' in told).toBe(naive.diff >= 0);
      }),
    );
  });

  it('makes the same of bytes and of decoded values', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => (Number.isInteger(double) ? double.toFixed(1) : `${double}`)),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((int) => `${int}i`),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((uint) => `${uint}u`),
      fc.constantFrom('true', '"text"'),
    );
    const line = fc
      .tuple(fc.constantFrom('m', 'm,t=1'), fc.constantFrom('a', 'b'), value, fc.integer({ min: 0, max: 1e9 }))
      .map(([series, field, text, time]) => `${series} ${field}=${text} ${time}`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const [bytes, values] = [setUp(statNames), setUp(statNames)];
        bytes.add(lines.join('\n'));
        values.add(parsePoints(values.context.interner, lines.join('\n')).map(decoded));
        expect(values.push()).toEqual(bytes.push());
      }),
    );
  });
});

/** What takes a list of all numbers. */
function naiveStats(values: readonly number[], firstMs: number, lastMs: number) {
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / values.length;
  const first = values[0];
  const last = values[values.length - 1];
  return {
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    sum,
    mean,
    s2: values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1),
    diff: last - first,
    interval: (lastMs - firstMs) * 1e6,
    first,
    last,
    ...(lastMs !== firstMs && { rate: (last - first) / ((lastMs - firstMs) / 1000) }),
    percent_change: ((last - first) / first) * 100,
  };
}
