import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interner } from '../../../../src/metric/interner.ts';
import { Kind } from '../../../../src/metric/kind.ts';
import { Point } from '../../../../src/metric/point.ts';
import { safeInteger } from '../../../../src/metric/number-text.ts';
import { decodePoint, encodePoint, withoutBody } from '../../../../src/plugins/shared/held-points.ts';
import { makePoint } from '../../../../src/plugins/shared/make-point.ts';
import { parsePoint } from '../../../support/points.ts';

describe('a held point', () => {
  it('keeps no body alive', () => {
    const interner = new Interner();
    const point = parsePoint(interner, 'm a=1,b="x" 5');
    expect(withoutBody(point)).toEqual(Point.fromValues(point.shape, 0, 5, [1, 'x']));
    expect(withoutBody(point).source).toBeNull();
  });

  it('is the same after it was a text, whatever it says', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 });
    const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(safeInteger);
    const uint = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(safeInteger);
    const value = fc.oneof(
      fc.tuple(fc.constant(Kind.Float), fc.double()),
      fc.tuple(fc.constant(Kind.Int), int),
      fc.tuple(fc.constant(Kind.Uint), uint),
      fc.tuple(fc.constant(Kind.Bool), fc.boolean()),
      fc.tuple(fc.constant(Kind.String), fc.string({ unit: 'binary' })),
    );
    const field = fc.tuple(name, value).map(([given, [kind, of]]) => ({ name: given, kind, value: of }));
    const tags = fc.array(fc.tuple(name, name), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 4 }), tags, fc.integer(), fc.nat(999_999), (fields, pairs, ms, ns) => {
        const interner = new Interner();
        const point = makePoint(interner, { measurement: 'm', tags: pairs, fields, time: { ms, ns } });
        const back = decodePoint(encodePoint(point), interner);
        expect(back?.shape).toBe(point.shape);
        expect(back?.values).toEqual(point.values);
        expect([back?.ms, back?.ns]).toEqual([point.ms, point.ns]);
      }),
    );
  });

  it('is none of a text that says something else', () => {
    expect(decodePoint('{"measurement":"m"}', new Interner())).toBeUndefined();
    expect(decodePoint('not json', new Interner())).toBeUndefined();
  });
});
