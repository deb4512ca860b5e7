import { describe, expect, it } from 'vitest';
import { Interner } from '../../../../src/metric/interner.ts';
import { Kind } from '../../../../src/metric/kind.ts';
import type { NewField } from '../../../../src/plugins/shared/make-point.ts';
import { SeriesPoints } from '../../../../src/plugins/shared/series-points.ts';
import { toLines } from '../../../support/points.ts';

const float = (name: string, value: number): NewField => ({ name, kind: Kind.Float, value });

describe('SeriesPoints', () => {
  const interner = new Interner();
  const points = new SeriesPoints(interner);
  const line = (measurement: string, fields: readonly NewField[]) => {
    const point = points.point(interner.series(measurement, [['t', '1']]), fields, 1, 2);
    return point === undefined ? [] : toLines(interner, [point]);
  };

  it('puts values where their names belong, for every series with these fields', () => {
    expect(line('m', [float('b', 2), float('a', 1)])).toEqual(['m,t=1 a=1,b=2 1000002']);
    expect(line('n', [float('b', 4), float('a', 3)])).toEqual(['n,t=1 a=3,b=4 1000002']);
    expect(line('m', [float('a', 5), float('b', 6)])).toEqual(['m,t=1 a=5,b=6 1000002']);
  });

  it('tells kinds apart', () => {
    expect(line('m', [{ name: 'a', kind: Kind.Int, value: 1 }, float('b', 2)])).toEqual(['m,t=1 a=1i,b=2 1000002']);
  });

  it('takes the last of a name given twice, and makes nothing of nothing', () => {
    expect(line('m', [float('a', 1), { name: 'a', kind: Kind.String, value: 'x' }])).toEqual(['m,t=1 a="x" 1000002']);
    expect(line('m', [])).toEqual([]);
  });
});
