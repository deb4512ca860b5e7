import { describe, expect, it } from 'vitest';
import { Interner } from '../../../../src/metric/interner.ts';
import { Kind } from '../../../../src/metric/kind.ts';
import type { Point } from '../../../../src/metric/point.ts';
import { Point as MetricPoint } from '../../../../src/metric/point.ts';
import { FieldDraft } from '../../../../src/plugins/shared/field-draft.ts';
import { parsePoint, toLines } from '../../../support/points.ts';

function setUp(line = 'm,host=a b="x",c=2i 5') {
  const interner = new Interner();
  const point = parsePoint(interner, line);
  const series = interner.series('n', point.series.tags);
  return { interner, point, draft: new FieldDraft({ interner, shape: point.shape, series }) };
}

function edit({ draft, point }: ReturnType<typeof setUp>, change: (draft: FieldDraft) => void): Point[] {
  const out: Point[] = [];
  draft.begin(point);
  change(draft);
  expect(draft.finish(point, out)).toBe(out.length === 1);
  return out;
}

describe('a draft of fields', () => {
  it('leaves the bytes alone where nothing changed', () => {
    const set = setUp();
    const [same] = edit(set, () => undefined);
    expect(same.source).toBe(set.point.source);
    expect(toLines(set.interner, [same])).toEqual(['n,host=a b="x",c=2i 5']);
  });

  it('changes kinds, adds and removes fields, and never touches the point that came', () => {
    const set = setUp();
    const a = set.draft.slot('a');
    const out = edit(set, (draft) => {
      draft.set(draft.slot('b'), Kind.Float, 1.5);
      draft.set(a, Kind.Bool, true);
      draft.remove(draft.slot('c'));
      expect([draft.kind(a), draft.value(a), draft.kind(draft.slot('c'))]).toEqual([Kind.Bool, true, undefined]);
    });
    expect(toLines(set.interner, [...out, set.point])).toEqual(['n,host=a a=true,b=1.5 5', 'm,host=a b="x",c=2i 5']);
    expect(
      toLines(
        set.interner,
        edit(set, () => undefined),
      ),
    ).toEqual(['n,host=a b="x",c=2i 5']);
  });

  it('has one shape for each choice of kinds', () => {
    const set = setUp();
    const shapes = [Kind.Int, Kind.Float, Kind.Int].map((kind) => edit(set, (draft) => draft.set(0, kind, 7))[0].shape);
    expect(shapes[0]).toBe(shapes[2]);
    expect(shapes[0]).not.toBe(shapes[1]);
  });

  it('says when no field is left', () => {
    const set = setUp();
    const removed = edit(set, (draft) => {
      draft.remove(0);
      draft.remove(1);
    });
    expect(removed).toEqual([]);
  });

  it('ends what the last point became, or else what would be without changes', () => {
    const { interner, point, draft } = setUp();
    const stale = MetricPoint.stale(point.shape, 1, 2);
    const ends = () => {
      const out: Point[] = [];
      draft.stale(stale, out);
      return out.map((one) => [one.stale, one.ms, one.series.measurement, ...one.shape.fields.map(({ key, kind }) => [key.name, kind])]);
    };
    expect(ends()).toEqual([[true, 1, 'n', ['b', Kind.String], ['c', Kind.Int]]]);
    edit({ interner, point, draft }, () => draft.set(0, Kind.Int, 4));
    expect(ends()).toEqual([[true, 1, 'n', ['b', Kind.Int], ['c', Kind.Int]]]);
  });

  it('gives fields new names in the end', () => {
    const interner = new Interner();
    const point = parsePoint(interner, 'm b=1,c=2 5');
    const rename = (fields: ReadonlyMap<string, number>) => new Map([...fields].map(([name, slot]) => [name === 'b' ? 'z' : name, slot]));
    const draft = new FieldDraft({ interner, shape: point.shape, series: point.series, rename });
    const out: Point[] = [];
    draft.begin(point);
    draft.finish(point, out);
    expect(toLines(interner, out)).toEqual(['m c=2,z=1 5']);
  });
});
