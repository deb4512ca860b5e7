import { describe, expect, it } from 'vitest';
import type { Language } from '../../../src/equivalents/catalogue.ts';
import { parseQuantity, type Quantity } from '../../../src/equivalents/quantity.ts';
import { countText, describe as describeQuantity, quantityText, sentence } from '../../../src/equivalents/words.ts';
import { shippedCatalogue as catalogue } from '../../support/catalogue.ts';

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (parsed === undefined) throw new Error(`no quantity: ${text}`);
  return parsed;
}

function texts(text: string, language: Language): Record<string, string> {
  return Object.fromEntries(describeQuantity(quantity(text), catalogue, language).map(({ id, text: one }) => [id, one]));
}

function row(id: string) {
  const found = catalogue.get(id);
  if (found === undefined) throw new Error(`no row: ${id}`);
  return found;
}

// How French groups digits (narrow no-break space) and English does not.
const NNBSP = '\u202f';

describe('an energy in words', () => {
  it('is so many of what takes energy, and so long of what takes power', () => {
    expect(texts('12.5kWh', 'en')).toMatchObject({
      led_bulb: '60 days of one LED bulb',
      smartphone_s4_charge: '1,300 full charges of a Galaxy S4-class battery',
      mac_pro_idle: '12 days of one idle Mac Pro (late 2013)',
      electric_car_km: '60 km by electric car',
    });
  });

  it('is good French too', () => {
    expect(texts('12,5 kWh', 'fr')).toMatchObject({
      led_bulb: "60 jours d'une ampoule à LED",
      smartphone_s4_charge: `1${NNBSP}300 charges complètes d'une batterie de type Galaxy S4`,
      electric_car_km: '60 km en voiture électrique',
      tv_19_inch: "21 jours d'un petit téléviseur de 19 pouces",
    });
  });

  it('too small for hours is minutes or seconds, too small for kilometres is metres', () => {
    expect(texts('1 Wh', 'en')).toMatchObject({ led_bulb: '7 minutes of one LED bulb', electric_car_km: '5 metres by electric car' });
    expect(texts('0.01 Wh', 'en')['led_bulb']).toBe('4 seconds of one LED bulb');
  });
});

describe('a power in words', () => {
  it('is so many at once, or so many in a time', () => {
    expect(texts('63 W', 'en')).toMatchObject({
      led_bulb: '7 LED bulbs',
      smartphone_s4_charge: '6 full charges of a Galaxy S4-class battery per hour',
      household_day: "40 days of a French home's electricity per year",
    });
    expect(texts('63 W', 'fr')).toMatchObject({ led_bulb: '7 ampoules à LED', e_bike_km: '9 km à vélo électrique par heure' });
  });
});

describe('a window in words', () => {
  const during = (seconds: number, language: Language) =>
    sentence({ value: 3.1, manner: { says: 'during', seconds } }, row('led_bulb'), language);

  it.each([
    [60, 'about 3 LED bulbs for this minute', 'environ 3 ampoules à LED pendant cette minute'],
    [900, 'about 3 LED bulbs for this quarter of an hour', "environ 3 ampoules à LED pendant ce quart d'heure"],
    [3600, 'about 3 LED bulbs for this hour', 'environ 3 ampoules à LED pendant cette heure'],
    [3590, 'about 3 LED bulbs for this hour', 'environ 3 ampoules à LED pendant cette heure'],
    [2400, 'about 3 LED bulbs for 40 minutes', 'environ 3 ampoules à LED pendant 40 minutes'],
    [90, 'about 3 LED bulbs for 90 seconds', 'environ 3 ampoules à LED pendant 90 secondes'],
    [43_200, 'about 3 LED bulbs for 12 hours', 'environ 3 ampoules à LED pendant 12 heures'],
    [86_400, 'about 3 LED bulbs for this day', 'environ 3 ampoules à LED pendant cette journée'],
    [82_800, 'about 3 LED bulbs for this day', 'environ 3 ampoules à LED pendant cette journée'],
    [604_800, 'about 3 LED bulbs for this week', 'environ 3 ampoules à LED pendant cette semaine'],
    [28 * 86_400, 'about 3 LED bulbs for this month', 'environ 3 ampoules à LED pendant ce mois'],
    [31 * 86_400 + 3600, 'about 3 LED bulbs for this month', 'environ 3 ampoules à LED pendant ce mois'],
    [10 * 86_400, 'about 3 LED bulbs for 10 days', 'environ 3 ampoules à LED pendant 10 jours'],
  ])('of %d seconds says what it is', (seconds, english, french) => {
    expect(during(seconds, 'en')).toBe(english);
    expect(during(seconds, 'fr')).toBe(french);
  });
});

describe('plurals', () => {
  it.each([
    [0.5, '0.5 LED bulbs', '0,5 ampoule à LED'],
    [1, '1 LED bulb', '1 ampoule à LED'],
    [1.04, '1 LED bulb', '1 ampoule à LED'],
    [2, '2 LED bulbs', '2 ampoules à LED'],
    [1e6, '1,000,000 LED bulbs', `1${NNBSP}000${NNBSP}000 ampoules à LED`],
  ])("of %d follow each language's own rule, after rounding", (value, english, french) => {
    expect(countText(value, row('led_bulb'), 'en')).toBe(english);
    expect(countText(value, row('led_bulb'), 'fr')).toBe(french);
  });

  it('keep the singular up to 2 in French, where the figure has a decimal', () => {
    expect(countText(1.5, row('horsepower'), 'fr')).toBe('1,5 cheval-vapeur');
    expect(countText(2.5, row('horsepower'), 'fr')).toBe('2,5 chevaux-vapeur');
    expect(countText(1.5, row('horsepower'), 'en')).toBe('1.5 metric horsepower');
  });

  it('of small amounts are those of the smaller unit', () => {
    expect(countText(0.22, row('e_bike_km'), 'en')).toBe('220 metres by e-bike');
    expect(countText(0.001, row('e_bike_km'), 'fr')).toBe('1 mètre à vélo électrique');
  });
});

describe('a quantity', () => {
  it.each([
    ['12.5kWh', { kind: 'energy', joules: 45e6 }],
    ['12,5 kWh', { kind: 'energy', joules: 45e6 }],
    ['3600 j', { kind: 'energy', joules: 3600 }],
    ['1MWh', { kind: 'energy', joules: 3.6e9 }],
    ['63W', { kind: 'power', watts: 63 }],
    ['2 mW', { kind: 'power', watts: 0.002 }],
    ['2 MW', { kind: 'power', watts: 2e6 }],
    ['1.5KW', { kind: 'power', watts: 1500 }],
    ['300 gCO2e', { kind: 'carbon', grams: 300 }],
    ['3 kgco2e', { kind: 'carbon', grams: 3000 }],
    ['1.2tCO₂e', { kind: 'carbon', grams: 1.2e6 }],
    ['2,50 €', { kind: 'cost', euros: 2.5 }],
    ['2 eur', { kind: 'cost', euros: 2 }],
  ])('%s is read', (text, read) => {
    expect(parseQuantity(text)).toEqual(read);
  });

  it.each(['', '12', 'kWh', '12 kg', '-5 W', '2 mw', '1e400 W', '1.2.3 W', '3 CO2e', '2 $', '1 constructor'])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([
    ['12500 Wh', '12.5 kWh', '12,5 kWh'],
    ['63 W', '63 W', '63 W'],
    ['0.5 W', '500 mW', '500 mW'],
    ['3 GWh', '3 GWh', '3 GWh'],
    ['2000 kW', '2 MW', '2 MW'],
    ['0 W', '0 W', '0 W'],
    ['1500 gCO2e', '1.5 kgCO₂e', '1,5 kgCO₂e'],
    ['2500 kgCO2e', '2.5 tCO₂e', '2,5 tCO₂e'],
    ['2.5 €', '2.5 €', '2,5 €'],
  ])('%s is written in the unit that reads best', (text, english, french) => {
    // A no-break space keeps the unit with its number.
    expect(quantityText(quantity(text), 'en')).toBe(english.replace(' ', '\u00a0'));
    expect(quantityText(quantity(text), 'fr')).toBe(french.replace(' ', '\u00a0'));
  });
});
