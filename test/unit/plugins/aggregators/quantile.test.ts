import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GoRandom } from '../../../../src/plugins/aggregators/quantile/go-random.ts';
import { Budget, ExactDistribution, positionR7, positionR8 } from '../../../../src/plugins/aggregators/quantile/exact.ts';
import { quantile } from '../../../../src/plugins/aggregators/quantile/plugin.ts';
import { TDigest } from '../../../../src/plugins/aggregators/quantile/t-digest.ts';
import type { Distribution } from '../../../../src/plugins/aggregators/quantile/distribution.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext } from '../../../support/context.ts';
import { decoded, parsePoints } from '../../../support/points.ts';

function setUp(options: object = {}) {
  const context = testContext();
  return { context, ...driveAggregator(quantile.create(quantile.schema.parse(options), context), context) };
}

function filled<D extends Distribution>(distribution: D, values: readonly number[]): D {
  for (const value of values) distribution.add(value);
  return distribution;
}

const unbounded = () => new Budget(Number.POSITIVE_INFINITY, () => undefined);
const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

describe('quantile', () => {
  it('names quantiles by the percent, cut off, and has quartiles of its own accord', () => {
    const { add, push } = setUp();
    add('m v=1i 1\nm v=2u 2\nm v=3 3\n');
    expect(push()).toEqual(['m v_025=1.5,v_050=2,v_075=2.5 1760000000000000000']);
    const other = setUp({ quantiles: [0.29, 0.57, 0.999, 0.99, 1, 0] });
    other.add('m v=1 1\n');
    expect(other.push()).toEqual(['m v_000=1,v_028=1,v_056=1,v_099=1,v_100=1 1760000000000000000']);
  });

  it('leaves out and counts fields that the first point of a series in a window had not', () => {
    const { context, add, push } = setUp({ quantiles: [0.5] });
    add('m a=1 1\nm b=2 2\nm a=3,b=4 3\nn b=1 1\n');
    expect(push()).toEqual(['m a_050=2 1760000000000000000', 'n b_050=1 1760000000000000000']);
    expect(context.dropped).toEqual(new Map([['late_field', 2]]));
    add('m b=2 2\n');
    expect(push()).toEqual(['m b_050=2 1760000000000000000']);
  });

  it.each(['exact R7', 'exact R8', 't-digest'])('has the value itself for every quantile of one value: %s', (algorithm) => {
    const { add, push } = setUp({ algorithm, quantiles: [0, 0.5, 1] });
    add('m v=7 1\n');
    expect(push()).toEqual(['m v_000=7,v_050=7,v_100=7 1760000000000000000']);
  });

  it.each([
    [{ quantiles: [0.5, 1.5] }, 'quantile 1.5 out of range'],
    [{ quantiles: [-0.1] }, 'quantile -0.1 out of range'],
    [{ quantiles: [0.5, 0.5] }, 'duplicate quantile 0.5'],
    [{ compression: 0.5 }, 'compression'],
    [{ algorithm: 'exact R9' }, 'algorithm'],
  ])('refuses %j', (options, words) => {
    expect(JSON.stringify(quantile.schema.safeParse(options).error?.issues)).toContain(words);
  });

  it('makes the same of bytes and of decoded values', () => {
    const line = fc
      .tuple(
        fc.constantFrom('m', 'm,t=1'),
        fc.constantFrom('1.5', '7i', '18446744073709551615u', 'true', '"x"'),
        fc.integer({ min: 0, max: 9 }),
      )
      .map(([series, value, time]) => `${series} a=${value},b=${time} ${time}`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('t-digest', 'exact R7'), (lines, algorithm) => {
        const [bytes, values] = [setUp({ algorithm }), setUp({ algorithm })];
        bytes.add(lines.join('\n'));
        values.add(parsePoints(values.context.interner, lines.join('\n')).map(decoded));
        expect(values.push()).toEqual(bytes.push());
      }),
    );
  });
});

describe('an exact distribution', () => {
  it('has the numbers themselves at their positions, and lies between its neighbours elsewhere', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 60 }), fraction, (values, q) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = filled(new ExactDistribution(positionR7, unbounded()), values);
        const steps = Math.max(1, sorted.length - 1);
        for (const [index, value] of sorted.entries()) expect(exact.quantile(index / steps)).toBeCloseTo(value, 0);
        const below = sorted[Math.floor(q * (sorted.length - 1))];
        const above = sorted[Math.ceil(q * (sorted.length - 1))];
        expect(exact.quantile(q)).toBeGreaterThanOrEqual(below - 1e-6);
        expect(exact.quantile(q)).toBeLessThanOrEqual(above + 1e-6);
      }),
    );
  });

  // R's quantile(c(10, 35.5, 50, 70, 90), c(.1, .25, .5, .9, 1), type = 7 and 8); below its first position Telegraf goes on in a line where R stops at 10.
  it.each([
    ['R7', positionR7, [20.2, 35.5, 50, 82, 90]],
    ['R8', positionR8, [6.6, 27, 50, 90, 90]],
  ])('is that of R: %s', (_name, position, expected) => {
    const exact = filled(new ExactDistribution(position, unbounded()), [50, 10, 90, 35.5, 70]);
    for (const [index, q] of [0.1, 0.25, 0.5, 0.9, 1].entries()) expect(exact.quantile(q)).toBeCloseTo(expected[index], 10);
  });

  it('keeps no more numbers than there is room for, and tells of each that it leaves out', () => {
    let refused = 0;
    const budget = new Budget(40, () => refused++);
    const [one, two] = [new ExactDistribution(positionR7, budget), new ExactDistribution(positionR7, budget)];
    filled(
      one,
      Array.from({ length: 40 }, (_, index) => index),
    );
    expect([refused, one.quantile(1)]).toEqual([8, 31]);
    filled(two, [1]);
    expect([refused, two.quantile(0.5)]).toEqual([9, Number.NaN]);
    budget.renew();
    expect(filled(two, [1]).quantile(0.5)).toBe(1);
  });
});

describe('TDigest', () => {
  const values: Record<string, (index: number) => number> = {
    'in turn': (index) => ((index * 856) % 1007) / 10,
    ascending: (index) => index,
    'five values': (index) => (index * index) % 5,
    'far apart': (index) => (index % 2 === 1 ? -1 : 1) * 2 ** (index % 60),
  };

  // What caio/go-tdigest 3.1.0 gave for the quantiles 0, 0.05, 0.5, 0.95, 0.999 and 1.
  it.each([
    ['in turn', 5000, 100, [0, 4.98625, 50.31363636363636, 95.61571428571429, 100.5, 100.6]],
    ['in turn', 200, 20, [0, 4.890000000000004, 49.95, 91.80499999999992, 96.58009999999999, 96.6]],
    ['ascending', 3000, 5, [0, 149.95000000000002, 1499.5, 2849.0499999999993, 2996.001, 2999]],
    ['five values', 4000, 100, [0, 0, 1, 4, 4, 4]],
    ['five values', 1500, 1.5, [0, 0, 1.750625521267723, 4, 4, 4]],
    ['far apart', 2000, 20, [-576460752303423500, -20526933038436044, -0.5, 9832859186425514, 288230376151711740, 288230376151711740]],
  ] as const)('is that of go-tdigest to the last digit: %s, %i values, compression %f', (name, count, compression, expected) => {
    const digest = filled(
      new TDigest(compression),
      Array.from({ length: count }, (_, index) => values[name](index)),
    );
    expect([0, 0.05, 0.5, 0.95, 0.999, 1].map((q) => digest.quantile(q))).toEqual(expected);
  });

  it('is as exact as R7 while no centroid has more than one value', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 150 }), fraction, (given, q) => {
        const exact = filled(new ExactDistribution(positionR7, unbounded()), given).quantile(q);
        expect(filled(new TDigest(100), given).quantile(q)).toBeCloseTo(exact, 4);
      }),
    );
  });

  it('is near in rank whatever the numbers are and in what order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 500, maxLength: 3000 }), fraction, (given, q) => {
        const value = filled(new TDigest(100), given).quantile(q);
        const below = given.filter((number) => number < value).length / given.length;
        const upTo = given.filter((number) => number <= value).length / given.length;
        expect(below - 0.02).toBeLessThanOrEqual(q);
        expect(upTo + 0.02).toBeGreaterThanOrEqual(q);
      }),
      { numRuns: 30 },
    );
  });
});

describe('GoRandom', () => {
  it("goes on as Go's generator with the seed 1, also past its first state", () => {
    const random = new GoRandom();
    const numbers = Array.from({ length: 2000 }, () => random.below(2 ** 31));
    expect([numbers[0], numbers[606], numbers[607], numbers[1999]]).toEqual([1298498081, 583207093, 1395114870, 1801066118]);
  });
});
