import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MergeWindows } from '../../../../src/plugins/aggregators/merge/merge-windows.ts';
import { merge } from '../../../../src/plugins/aggregators/merge/plugin.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext } from '../../../support/context.ts';
import { decoded, parsePoints } from '../../../support/points.ts';

function setUp(options: object = {}) {
  const context = testContext();
  return { context, ...driveAggregator(merge.create(merge.schema.parse(options), context), context) };
}

describe('merge', () => {
  it('joins what has one series and one time, to the nanosecond, in the order in which it began', () => {
    const { add, push } = setUp();
    add('m,t=1 a=1 10\nn x=1i 10\nm,t=1 b="two" 10\nm,t=1 c=3 11\nm c=4 10\n');
    expect(push()).toEqual(['m,t=1 a=1,b="two" 10', 'n x=1i 10', 'm,t=1 c=3 11', 'm c=4 10']);
    expect(push()).toEqual([]);
  });

  it('lets the last of a field count, with its kind', () => {
    const { add, push } = setUp();
    add('m a=1,b=1i 10\nm a="x" 10\nm b=18446744073709551615u 10\n');
    expect(push()).toEqual(['m a="x",b=18446744073709551615u 10']);
  });

  it('rounds times to the nearest, halves up, where it is asked to', () => {
    const { add, push } = setUp({ round_timestamp_to: '10s' });
    add('m a=1 1760000004999999999\nm b=2 1759999995000000000\nm c=3 1760000005000000000\n');
    expect(push()).toEqual(['m a=1,b=2 1760000000000000000', 'm c=3 1760000010000000000']);
  });

  it('refuses and counts what it has no room for, until the next window', () => {
    const context = testContext();
    const { add, push } = driveAggregator(new MergeWindows({ precisionNs: 1, maxPoints: 2 }, context), context);
    expect(add('m a=1 1\nm b=2 1\nm c=3 1\n')).toBe(1);
    expect(context.dropped).toEqual(new Map([['too_many_points', 1]]));
    expect(push()).toEqual(['m a=1,b=2 1']);
    expect(add('m a=1 1\n')).toBe(0);
  });

  it('ends in one point per series and time, whatever the form of the points', () => {
    const line = fc
      .tuple(
        fc.constantFrom('m', 'm,t=1', 'n'),
        fc.constantFrom('a', 'b', 'c'),
        fc.constantFrom('1', '2i', '3u', 'true', '"x"'),
        fc.integer({ min: 0, max: 3 }),
      )
      .map(([series, field, value, time]) => ({ key: `${series} ${time}`, field, value, line: `${series} ${field}=${value} ${time}` }));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), (lines) => {
        const expected = new Map<string, Map<string, string>>();
        for (const { key, field, value } of lines) expected.set(key, (expected.get(key) ?? new Map<string, string>()).set(field, value));
        const text = lines.map((given) => given.line).join('\n');
        const [bytes, values] = [setUp(), setUp()];
        bytes.add(text);
        values.add(parsePoints(values.context.interner, text).map(decoded));
        const merged = bytes.push();
        expect(values.push()).toEqual(merged);
        expect(merged).toEqual(
          [...expected].map(([key, fields]) => {
            const [series, time] = key.split(' ');
            const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
            return `${series} ${sorted.join(',')} ${time}`;
          }),
        );
      }),
    );
  });
});
