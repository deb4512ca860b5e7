import { describe, expect, it } from 'vitest';
import { SeriesTable } from '../../../../src/plugins/shared/series-table.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint } from '../../../support/points.ts';

interface Entry {
  readonly name: string;
  points: number;
}

function setUp(maxSeries?: number) {
  const context = testContext();
  const table = new SeriesTable<Entry>(context, ({ measurement }) => ({ name: measurement, points: 0 }), maxSeries);
  let uses = 0;
  const bind = (name: string) => {
    const point = parsePoint(context.interner, `${name} v=1 1`);
    const add = table.bind(
      point.series,
      (entry) => {
        uses++;
        return entry;
      },
      (entry) => entry.points++,
    );
    return () => add(point);
  };
  return { context, table, bind, uses: () => uses, kept: () => [...table.values()].map(({ name, points }) => `${name} ${points}`) };
}

describe('SeriesTable', () => {
  it('finds an entry once, and again after the table was cleared', () => {
    const { table, bind, uses, kept } = setUp();
    const add = bind('a');
    add();
    add();
    expect(uses()).toBe(1);
    expect(kept()).toEqual(['a 2']);
    table.clear();
    add();
    expect(uses()).toBe(2);
    expect(kept()).toEqual(['a 1']);
  });

  it('keeps one entry for all bindings of a series', () => {
    const { bind, kept } = setUp();
    bind('a')();
    bind('a')();
    expect(kept()).toEqual(['a 2']);
  });

  it('adds to nothing that is no longer kept', () => {
    const { table, bind, uses, kept } = setUp();
    const [a, b] = [bind('a'), bind('b')];
    a();
    b();
    b();
    expect(uses()).toBe(2);
    table.retain(({ name }) => name === 'b');
    a();
    b();
    expect(kept()).toEqual(['b 3', 'a 1']);
    expect(uses()).toBe(3);
  });

  it('forgets what bindings found when those of shapes that are no more crowd it', () => {
    const { table, bind, uses, kept } = setUp();
    for (let shapes = 0; shapes < 20; shapes++) bind('a')();
    const last = bind('a');
    last();
    table.retain(() => true);
    last();
    expect(uses()).toBe(22);
    table.retain(() => true);
    last();
    expect(uses()).toBe(22);
    expect(kept()).toEqual(['a 23']);
  });

  it('refuses new series at its bound, counts their points and says so once', () => {
    const { context, table, bind, kept } = setUp(1);
    const [a, b] = [bind('a'), bind('b')];
    expect([a(), b(), b(), a()]).toEqual([undefined, 'refused', 'refused', undefined]);
    expect(context.dropped).toEqual(new Map([['too_many_series', 2]]));
    expect(context.logged).toHaveLength(1);
    table.clear();
    expect(b()).toBeUndefined();
    expect(kept()).toEqual(['b 1']);
  });
});
