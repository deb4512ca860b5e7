import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogueRow } from '../../../src/equivalents/catalogue.ts';
import { roundFor } from '../../../src/equivalents/rounding.ts';
import { shippedCatalogue } from '../../support/catalogue.ts';

function row(value: CatalogueRow['value']): CatalogueRow {
  const some = shippedCatalogue.get('led_bulb');
  if (some === undefined) throw new Error('no row');
  return { ...some, value };
}

describe('a number of things', () => {
  it.each([
    // 28.3 with half a width of 28.3 * (9/7 - 9/10) / 2 = 5.5: the units are uncertain.
    [28.3, { lower: 7, typical: 9, upper: 10 }, 28, 0],
    // 283 with 55: the tens are.
    [283, { lower: 7, typical: 9, upper: 10 }, 280, 0],
    [6.6, { lower: 7, typical: 9, upper: 10 }, 7, 0],
    [0.66, { lower: 7, typical: 9, upper: 10 }, 0.7, 1],
    [3.1, { lower: 7, typical: 9, upper: 10 }, 3, 0],
    [2.6, { lower: 7, typical: 9, upper: 10 }, 2.6, 1],
    // An exact figure: two digits, since more are not read.
    [123.4, { lower: 9, typical: 9, upper: 9 }, 120, 0],
    [1.234, { lower: 9, typical: 9, upper: 9 }, 1.2, 1],
    // An uncertainty larger than the value leaves one digit.
    [3.4, { lower: 1, typical: 9, upper: 90 }, 3, 0],
    // Without a range the second digit is uncertain.
    [34.4, { typical: 9 }, 34, 0],
    [0, { typical: 9 }, 0, 0],
  ])('%d of %j is %d', (value, figures, rounded, decimals) => {
    expect(roundFor(value, row(figures))).toEqual({ value: rounded, decimals });
  });

  it('is never further from the truth than its uncertainty, or half of its last digit', () => {
    const figures = fc.tuple(fc.double({ min: 0.1, max: 1, noNaN: true }), fc.double({ min: 1, max: 10, noNaN: true }));
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), figures, (value, [below, above]) => {
        const rounded = roundFor(value, row({ lower: below, typical: 1, upper: above })).value;
        const digit = Math.max(10 ** (Math.floor(Math.log10(value)) - 1), value >= 3 ? 1 : 0);
        const uncertainty = (value * (1 / below - 1 / above)) / 2;
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(Math.max(uncertainty, digit / 2) * (1 + 1e-9));
      }),
    );
  });
});
