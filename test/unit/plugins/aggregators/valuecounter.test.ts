import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valuecounter } from '../../../../src/plugins/aggregators/valuecounter/plugin.ts';
import { ValueCounts } from '../../../../src/plugins/aggregators/valuecounter/value-counts.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext } from '../../../support/context.ts';
import { decoded, parsePoints } from '../../../support/points.ts';

function setUp(fields: readonly string[]) {
  const context = testContext();
  return { context, ...driveAggregator(valuecounter.create(valuecounter.schema.parse({ fields }), context), context) };
}

const NOW = '1760000000000000000';

describe('valuecounter', () => {
  it('counts by the text of a value, whatever its kind', () => {
    const { add, push } = setUp(['a', 'b']);
    add('m a=200i,b=true 1\nm a=200u 1\nm a=200.0,c=1 1\nm a="200",b=false 1\nm,t=1 b=true 1\n');
    expect(push()).toEqual([`m a_200=4i,b_false=1i,b_true=1i ${NOW}`, `m,t=1 b_true=1i ${NOW}`]);
    expect(push()).toEqual([]);
  });

  it('writes floats as Go does', () => {
    const { add, push } = setUp(['v']);
    add(['1e6', '123456789', '0.0000001', '0.0001', '999999.5', '-0.0', '0', '-2.50'].map((value) => `m v=${value} 1`).join('\n'));
    expect(push()).toEqual([`m v_-0=1i,v_-2.5=1i,v_0=1i,v_0.0001=1i,v_1.23456789e+08=1i,v_1e+06=1i,v_1e-07=1i,v_999999.5=1i ${NOW}`]);
  });

  it('has no use for points without one of its fields', () => {
    const { add, push } = setUp(['v']);
    expect(add('m w=1 1\n')).toBe(1);
    expect(push()).toEqual([]);
  });

  it('counts no more values than it has room for, and counts those apart', () => {
    const context = testContext();
    const { add, push } = driveAggregator(new ValueCounts({ fields: new Set(['v']), maxValues: 2 }, context), context);
    add('m v=1i 1\nn v=2i 1\nm v=3i 1\nm v=1i 1\n');
    expect(push()).toEqual([`m v_1=2i ${NOW}`, `n v_2=1i ${NOW}`]);
    expect(context.dropped).toEqual(new Map([['too_many_values', 1]]));
    add('m v=3i 1\n');
    expect(push()).toEqual([`m v_3=1i ${NOW}`]);
  });

  it('counts every value once, in any order and in both forms of points', () => {
    const value = fc.constantFrom('1', '1i', '2i', '0', '-0', 'true', '"x"', '"1"');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('m', 'n'), value), { minLength: 1, maxLength: 40 }), (given) => {
        const text = given.map(([name, of]) => `${name} v=${of} 1`).join('\n');
        const [bytes, values] = [setUp(['v']), setUp(['v'])];
        bytes.add(text);
        values.add(parsePoints(values.context.interner, text).map(decoded));
        const told = bytes.push();
        expect(values.push()).toEqual(told);
        const counts = told.flatMap((line) => [...line.matchAll(/=(\d+)i/g)].map(([, count]) => Number(count)));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(given.length);
      }),
    );
  });
});
