import { describe, expect, it } from 'vitest';
import { Interner } from '../../../src/metric/interner.ts';
import { LineParser } from '../../../src/formats/line-protocol/parse.ts';
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

describe('the values as doubles', () => {
  const interner = new Interner();
  const lines = 'm f=-0.1,i=9007199254740993i,u=18446744073709551615u,yes=true,no=f,text="12",long=0.1234567890123456 1\n';
  const [point] = new LineParser(interner).parse(Buffer.from(lines), { precision: 'ns', now: { ms: 0, ns: 0 } }).points;
  const expected = { f: -0.1, i: 9007199254740992, u: 18446744073709552000, yes: 1, no: 0, text: NaN, long: 0.1234567890123456 };

  function numbersOf(of: Point): Record<string, number> {
    const numbers = new Float64Array(16);
    of.readNumbers(numbers);
    return Object.fromEntries(of.shape.fields.map(({ key }, at) => [key.name, numbers[at]]));
  }

  it('are those of the bytes, and of the decoded values', () => {
    expect(numbersOf(point)).toEqual(expected);
    expect(point.values).toHaveLength(7);
    expect(numbersOf(point)).toEqual(expected);
  });

  it('are NaN where a series ends', () => {
    expect(Object.values(numbersOf(Point.stale(point.shape, 1, 0)))).toEqual(new Array(7).fill(NaN));
  });
});
