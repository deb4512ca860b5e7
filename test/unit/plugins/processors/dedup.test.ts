import { describe, expect, it } from 'vitest';
import type { Interner } from '../../../../src/metric/interner.ts';
import { Kind } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';
import { dedup } from '../../../../src/plugins/processors/dedup/plugin.ts';
import { seenSpec } from '../../../../src/plugins/processors/dedup/seen.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process, toLines } from '../../../support/points.ts';
import { memoryStore } from '../../../support/store.ts';

/** Lines get their times in seconds, counted from the clock's start. */
function setUp(options: object = {}, store = memoryStore()) {
  const context = testContext({ store });
  const startMs = context.clock.ms;
  const processor = dedup.create(dedup.schema.parse(options), context);
  const points = (lines: readonly string[]) =>
    lines.map((line) => {
      const point = parsePoint(context.interner, line.replace(/ -?\d+$/, ' 0'));
      return point.withTime(startMs + Number(line.split(' ').at(-1)) * 1000, 0);
    });
  const passing = (...lines: string[]) => process(processor, points(lines)).map((point) => withSeconds(context.interner, point, startMs));
  return { context, processor, passing, points };
}

function withSeconds(interner: Interner, point: Point, startMs: number): string {
  return toLines(interner, [point])[0].replace(/ -?\d+$/, ` ${(point.ms - startMs) / 1000}`);
}

describe('dedup', () => {
  it('drops what a series said before, and counts it', () => {
    const { context, passing } = setUp();
    expect(passing('m,t=a v=1 0', 'm,t=b v=1 0', 'm,t=a v=1 1', 'm,t=a v=2 2', 'm,t=a v=1 3', 'm,t=a v=1 4')).toEqual([
      'm,t=a v=1 0',
      'm,t=b v=1 0',
      'm,t=a v=2 2',
      'm,t=a v=1 3',
    ]);
    expect(context.dropped).toEqual(new Map([['duplicate', 2]]));
  });

  it('takes another kind for a change, and 0.0 and -0.0 for the same', () => {
    expect(setUp().passing('m v=1i 0', 'm v=1 1', 'm v=1u 2', 'm v="1" 3', 'm v=0.0 4', 'm v=-0.0 5')).toHaveLength(5);
  });

  it('takes new fields at the same time for more of the same point, and later for none', () => {
    expect(setUp().passing('m a=1 0', 'm b=2 0', 'm b=2 0', 'm a=1,b=2 1', 'm c=3 1', 'm a=1,c=3 0', 'm a=1,b=3 0', 'm c=3 2')).toEqual([
      'm a=1 0',
      'm b=2 0',
      'm a=1,c=3 0',
      'm a=1,b=3 0',
    ]);
  });

  it('measures the interval from the time of the last point that passed to the clock', () => {
    const { context, passing } = setUp({ dedup_interval: '60s' });
    expect(passing('m v=1 0', 'm v=1 10')).toEqual(['m v=1 0']);
    context.clock.ms += 59_999;
    expect(passing('m v=1 50')).toEqual([]);
    context.clock.ms += 1;
    expect(passing('m v=1 60')).toEqual(['m v=1 60']);
    expect(passing('m v=1 70')).toEqual([]);
  });

  it('lets everything pass that is older than the interval when it comes', () => {
    expect(setUp({ dedup_interval: '60s' }).passing('m v=1 -100', 'm v=1 -90', 'm v=1 -80')).toHaveLength(3);
  });

  it('takes NaN for a change each time', () => {
    const { context, processor } = setUp();
    const { interner } = context;
    const shape = interner.shape(interner.series('m', []), [{ name: 'v', kind: Kind.Float }]);
    const nan = Point.fromValues(shape, context.clock.ms, 0, [NaN]);
    expect(process(processor, [nan, nan])).toHaveLength(2);
  });

  it('remembers over a restart', () => {
    const store = memoryStore();
    const line = 'm f=1.5,i=9007199254740993i,u=18446744073709551615u,b=true,s="x y" 0';
    expect(setUp({}, store).passing(line)).toHaveLength(1);
    expect(setUp({}, store).passing(line.replace(/0$/, '5'), 'm i=9007199254740992i 6')).toEqual(['m i=9007199254740992i 6']);
  });

  it('lets a marker of the end of a series pass, and what comes after it', () => {
    const { processor, points } = setUp();
    const [point] = points(['m v=1 0']);
    const out = process(processor, [point, Point.stale(point.shape, point.ms, point.ns), point, point]);
    expect(out.map(({ stale }) => stale)).toEqual([false, true, false]);
  });

  it('forgets what has expired, and at the bound lets new series pass uncompared', () => {
    const { context, passing } = setUp({ dedup_interval: '60s', max_series: 2 });
    expect(passing('a v=1 0', 'b v=1 30', 'c v=1 30', 'c v=1 31', 'b v=1 31')).toEqual(['a v=1 0', 'b v=1 30', 'c v=1 30', 'c v=1 31']);
    expect(context.logged).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
    expect(context.errors()).toBe(2);
    context.clock.ms += 61_000;
    expect(passing('c v=1 32', 'c v=1 33', 'b v=1 34')).toEqual(['c v=1 32']);
  });

  it('has nothing to do without an interval', () => {
    const { processor, points } = setUp({ dedup_interval: 0 });
    expect(processor.bind(points(['m v=1 0'])[0].shape)).toBe('pass');
  });

  it('starts afresh with what it can not read', () => {
    const { context } = setUp();
    const spec = seenSpec(context.interner);
    expect(
      ['', '{}', '[1]', '[1,2,[["a",9,"x"]]]', '[1,2,[["a",1,"x"]]]', '[1,2,[["a",3,"x"]]]'].map((text) => spec.decode(text, 1)),
    ).toEqual(Array.from({ length: 6 }));
  });
});
