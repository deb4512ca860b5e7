import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose, type Choice } from '../../../src/equivalents/choose.ts';
import { languages, type Catalogue, type Theme } from '../../../src/equivalents/catalogue.ts';
import { parseQuantity, type Quantity } from '../../../src/equivalents/quantity.ts';
import { bestReading, isReadable, readingsOf } from '../../../src/equivalents/readings.ts';
import { roundFor } from '../../../src/equivalents/rounding.ts';
import { readingText } from '../../../src/equivalents/words.ts';
import { shippedCatalogue as catalogue } from '../../support/catalogue.ts';

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (parsed === undefined) throw new Error(`no quantity: ${text}`);
  return parsed;
}

const ids = (choices: readonly Choice[]) => choices.map(({ id }) => id);
const themesOf = (choices: readonly Choice[]) => choices.map(({ id }) => catalogue.get(id)?.theme);

/** From a milliwatt to ten megawatts, from a microwatt-hour to ten gigawatt-hours, all orders of magnitude alike. */
const exponent = (from: number, to: number) => fc.double({ min: from, max: to, noNaN: true }).map((x) => 10 ** x);
const anyQuantity: fc.Arbitrary<Quantity> = fc.oneof(
  exponent(-3, 7).map((watts) => ({ kind: 'power', watts }) as const),
  exponent(-3, 13).map((joules) => ({ kind: 'energy', joules }) as const),
  fc
    .tuple(exponent(-3, 7), fc.constantFrom(60, 3600, 86_400))
    .map(([watts, seconds]) => ({ kind: 'energy', joules: watts * seconds, seconds }) as const),
  exponent(-4, 9).map((grams) => ({ kind: 'carbon', grams }) as const),
  exponent(-4, 6).map((euros) => ({ kind: 'cost', euros }) as const),
);

function scaled(of: Quantity, factor: number): Quantity {
  switch (of.kind) {
    case 'power':
      return { ...of, watts: of.watts * factor };
    case 'energy':
      return { ...of, joules: of.joules * factor };
    case 'carbon':
      return { ...of, grams: of.grams * factor };
    case 'cost':
      return { ...of, euros: of.euros * factor };
  }
}

describe('a choice', () => {
  it('reads well, whatever the quantity: from 1 to 1,000, none twice, no three of a theme', () => {
    fc.assert(
      fc.property(anyQuantity, fc.integer({ min: 1, max: 6 }), (of, count) => {
        const choices = choose(of, catalogue, { count });
        expect(choices.length).toBeLessThanOrEqual(count);
        expect(new Set(ids(choices)).size).toBe(choices.length);
        for (const theme of new Set(themesOf(choices))) {
          expect(themesOf(choices).filter((one) => one === theme).length).toBeLessThanOrEqual(2);
        }
        for (const { id, value } of choices) {
          const row = catalogue.get(id);
          if (row === undefined) throw new Error(id);
          expect(value).toBeGreaterThanOrEqual(1);
          expect(roundFor(value, row).value).toBeGreaterThanOrEqual(1);
          expect(roundFor(value, row).value).toBeLessThanOrEqual(1000);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds three for every power from a watt to a megawatt, and every energy from a watt-hour to ten megawatt-hours', () => {
    const usual = fc.oneof(
      exponent(0, 6).map((watts) => ({ kind: 'power', watts }) as const),
      exponent(0, 7).map((wattHours) => ({ kind: 'energy', joules: wattHours * 3600 }) as const),
    );
    fc.assert(
      fc.property(usual, (of) => {
        expect(choose(of, catalogue, { count: 3 })).toHaveLength(3);
      }),
    );
  });

  it('stays the same from one refresh to the next while the quantity wavers by a third, in its places and its words', () => {
    const wavering = fc.array(fc.double({ min: 0.75, max: 1.33, noNaN: true }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(exponent(0.5, 5.5), wavering, (watts, factors) => {
        const first = choose({ kind: 'power', watts }, catalogue, { count: 3 });
        let previous = first;
        for (const factor of factors) {
          previous = choose({ kind: 'power', watts: watts * factor }, catalogue, { count: 3, previous });
          expect(previous.map(({ id, manner }) => ({ id, manner }))).toEqual(first.map(({ id, manner }) => ({ id, manner })));
        }
      }),
    );
  });

  it('keeps what still reads well however the quantity moves, and only that', () => {
    fc.assert(
      fc.property(anyQuantity, exponent(-2, 2), (of, factor) => {
        const previous = choose(of, catalogue, { count: 3 });
        const moved = scaled(of, factor);
        const next = choose(moved, catalogue, { count: 3, previous });
        for (const { id, manner, value } of previous) {
          const row = catalogue.get(id);
          if (row === undefined) throw new Error(id);
          const stays = isReadable({ manner, value: value * factor }, row);
          const same = next.some((one) => one.id === id && JSON.stringify(one.manner) === JSON.stringify(manner));
          expect(same || !stays).toBe(true);
        }
      }),
    );
  });

  it('leaves the others in their places when one of them goes', () => {
    const previous = choose(quantity('63 W'), catalogue, { count: 4 });
    const gone = new Map([...catalogue].filter(([id]) => id !== previous[1].id));
    const next = choose(quantity('63 W'), gone, { count: 4, previous });
    expect([next[0], next[2], next[3]]).toEqual([previous[0], previous[2], previous[3]]);
    expect(next[1].id).not.toBe(previous[1].id);
  });

  it('is of the themes asked for', () => {
    const themes: Theme[] = ['food', 'distance'];
    expect(
      themesOf(choose(quantity('3 kWh'), catalogue, { count: 4, themes })).every((theme) => theme === 'food' || theme === 'distance'),
    ).toBe(true);
  });

  it('prefers what can be counted to what needs a time, and of equals the first in the catalogue', () => {
    const small: Catalogue = new Map([...catalogue].filter(([id]) => ['led_bulb', 'human_brain', 'smartphone_charge'].includes(id)));
    expect(ids(choose(quantity('100 W'), small, { count: 3 }))).toEqual(['led_bulb', 'human_brain', 'smartphone_charge']);
    // 1.4 bulbs can be read, but 11 charges can be counted.
    expect(ids(choose(quantity('13 W'), small, { count: 1 }))).toEqual(['smartphone_charge']);
  });

  it('of nothing is nothing', () => {
    for (const nothing of ['0 W', '0 Wh', '0 gCO2e', '0 €']) expect(choose(quantity(nothing), catalogue, { count: 3 })).toEqual([]);
    expect(choose({ kind: 'energy', joules: Number.NaN }, catalogue, { count: 3 })).toEqual([]);
    expect(choose({ kind: 'power', watts: -5 }, catalogue, { count: 3 })).toEqual([]);
  });
});

describe('every row', () => {
  it.each([...catalogue])('%s reads well in both languages at several quantities', (_, row) => {
    for (const times of [1, 1.5, 2, 7.3, 42, 640]) {
      const reading = bestReading(readingsOf(worth(times), row), row);
      if (reading === undefined) throw new Error('no reading');
      for (const language of languages) {
        const text = readingText(reading, row, language);
        expect(text).toMatch(/^[1-9][\d.,\u202f]* \p{L}/u);
        // Rounded to two digits at most, whatever the figure.
        expect(text.match(/^[\d.,\u202f]+/)?.[0].replaceAll(/\D|0+$/g, '').length ?? 0).toBeLessThanOrEqual(2);
        expect(text).not.toMatch(/undefined|NaN| {2}|\s$/);
        expect(language === 'fr' ? text : '', 'elision').not.toMatch(/\b(de|le|la|que|ce) (un|une|[aeiouhéèêà]\w+)\b(?<!haut\w*)/iu);
      }
    }

    function worth(times: number): Quantity {
      const amount = times * row.value.typical;
      switch (row.kind) {
        case 'power':
          return { kind: 'power', watts: amount };
        case 'energy':
          return { kind: 'energy', joules: amount * 3600 };
        case 'carbon':
          return { kind: 'carbon', grams: amount };
        case 'cost':
          return { kind: 'cost', euros: amount };
      }
    }
  });
});
