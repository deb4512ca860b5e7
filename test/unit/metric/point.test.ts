import { describe, expect, it } from 'vitest';
import { Interner } from '../../../src/metric/interner.ts';
import { Kind } from '../../../src/metric/kind.ts';
import type { Origin } from '../../../src/metric/origin.ts';
import { Point } from '../../../src/metric/point.ts';

const origin: Origin = { startMs: 1000, exemplars: [{ labels: [['trace_id', 'a']], value: 1, timestampMs: 2000 }] };

describe('what a source says beside a value', () => {
  const interner = new Interner();
  const shapeOf = (measurement: string, field: string) =>
    interner.shape(interner.series(measurement, []), [{ name: field, kind: Kind.Float }]);
  const point = Point.fromValues(shapeOf('m', 'v'), 3000, 0, [1], origin);

  it('stays with the value under another name, other tags, another field name and at another time', () => {
    expect(point.withShape(shapeOf('n', 'v')).origin).toBe(origin);
    expect(point.withFields(shapeOf('m', 'w'), [0]).origin).toBe(origin);
    expect(point.withTime(4000, 0).origin).toBe(origin);
  });

  it('is gone where a value is made anew, and where a series ends', () => {
    expect(Point.fromValues(point.shape, point.ms, point.ns, [2]).origin).toBeNull();
    expect(Point.stale(point.shape, point.ms, point.ns).origin).toBeNull();
  });
});
