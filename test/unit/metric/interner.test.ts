import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interner } from '../../../src/metric/interner.ts';
import { Kind } from '../../../src/metric/kind.ts';

const kinds = Object.values(Kind);

describe('Interner.series', () => {
  it('gives one object for one series, whatever the order of the tags', () => {
    const interner = new Interner();
    const one = interner.series('cpu', [
      ['host', 'a'],
      ['cpu', '0'],
    ]);
    expect(
      interner.series('cpu', [
        ['cpu', '0'],
        ['host', 'a'],
      ]),
    ).toBe(one);
    expect(one.tags).toEqual([
      ['cpu', '0'],
      ['host', 'a'],
    ]);
  });

  it('lets the last of a repeated tag win and leaves empty ones out', () => {
    expect(
      new Interner().series('m', [
        ['t', 'a'],
        ['u', ''],
        ['t', 'b'],
      ]).tags,
    ).toEqual([['t', 'b']]);
  });

  it('tells series apart whose parts look alike when joined', () => {
    const interner = new Interner();
    const ids = [
      interner.series('m', [['a', 'b,1:c=1:d']]).id,
      interner.series('m', [
        ['a', 'b'],
        ['c', 'd'],
      ]).id,
      interner.series('m,1:a=1:b', [['c', 'd']]).id,
    ];
    expect(new Set(ids).size).toBe(3);
  });

  it('forgets what was not asked for lately, counts it, and keeps what is in use', () => {
    const interner = new Interner({ maxSeries: 10 });
    const used = interner.series('used', []);
    for (let n = 0; n < 100; n++) {
      interner.series(`m${n}`, []);
      expect(interner.series('used', [])).toBe(used);
    }
    expect(interner.size).toBeLessThanOrEqual(10);
    expect(interner.evicted).toBeGreaterThanOrEqual(90);
  });
});

describe('Interner.shape', () => {
  it('gives one shape for one set of fields and kinds, in any order', () => {
    const interner = new Interner();
    const series = interner.series('m', []);
    const field = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), kind: fc.constantFrom(...kinds) });
    const set = fc.uniqueArray(field, { selector: ({ name }) => name, minLength: 1 });
    fc.assert(
      fc.property(set, set, (one, other) => {
        const canonical = (fields: typeof one): string =>
          fields
            .map(({ name, kind }) => `${name}${kind}`)
            .sort()
            .join();
        const same = canonical(one) === canonical(other);
        expect(interner.shape(series, one) === interner.shape(series, other)).toBe(same);
        expect(interner.shape(series, one)).toBe(interner.shape(series, one.toReversed()));
      }),
    );
  });

  it('finds no shape for a field given twice', () => {
    const interner = new Interner();
    const series = interner.series('m', []);
    const shape = interner.shape(series, [{ name: 'a', kind: Kind.Int }]);
    const { a, b } = shape.fields[0].key;
    // Three times a float adds up to once an int.
    expect(interner.findShape(series, Math.imul(a, 3), Math.imul(b, 3), 3)).toBeUndefined();
  });

  it('keeps few shapes of a series whose fields never settle', () => {
    const interner = new Interner();
    const series = interner.series('m', []);
    for (let n = 0; n < 1000; n++) interner.shape(series, [{ name: `f${n}`, kind: Kind.Float }]);
    expect(series.shapes.length).toBeLessThanOrEqual(32);
  });
});
