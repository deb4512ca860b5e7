import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCatalogue, type CatalogueRow, type Language } from '../../../src/equivalents/catalogue.ts';
import { parseQuantity } from '../../../src/equivalents/quantity.ts';
import { countText, describe as describeQuantity, quantityText } from '../../../src/equivalents/words.ts';

const result = readCatalogue(readFileSync('config/equivalents.yaml', 'utf8'), 'equivalents.yaml');
const catalogue = result.status === 'ok' ? result.catalogue : new Map<string, CatalogueRow>();

function texts(quantity: string, language: Language): Record<string, string> {
  const parsed = parseQuantity(quantity);
  if (parsed === undefined) throw new Error(`no quantity: ${quantity}`);
  return Object.fromEntries(describeQuantity(parsed, catalogue, language).map(({ id, text }) => [id, text]));
}

// How French groups digits (narrow no-break space) and English does not.
const NNBSP = '\u202f';

describe('an energy in words', () => {
  it('is so many of what takes energy, and so many hours of what takes power', () => {
    expect(texts('12.5kWh', 'en')).toEqual({
      led_bulb: '1,389 hours of one LED bulb',
      smartphone_s4_charge: '1,250 full charges of a Galaxy S4-class battery',
      mac_pro_idle: '291 hours of one idle Mac Pro (late 2013)',
      ps5_standby: '9,615 hours of one PlayStation 5 on standby',
      ps5_menu: '266 hours of one PlayStation 5 on its main menu',
      e_bike_km: '1,736 km by e-bike',
      tv_19_inch: '500 hours of one 19-inch television',
    });
  });

  it('is good French too', () => {
    expect(texts('12,5 kWh', 'fr')).toMatchObject({
      led_bulb: `1${NNBSP}389 heures d'une ampoule à LED`,
      smartphone_s4_charge: `1${NNBSP}250 charges complètes d'une batterie de type Galaxy S4`,
      e_bike_km: `1${NNBSP}736 km à vélo électrique`,
      tv_19_inch: "500 heures d'un téléviseur de 19 pouces",
    });
  });

  it('too small for hours is minutes or seconds', () => {
    expect(texts('1 Wh', 'en')['led_bulb']).toBe('6.7 minutes of one LED bulb');
    expect(texts('0.01 Wh', 'en')['led_bulb']).toBe('4 seconds of one LED bulb');
  });
});

describe('a power in words', () => {
  it('is so many at once, or so many per hour', () => {
    expect(texts('63 W', 'en')).toMatchObject({
      led_bulb: '7 LED bulbs',
      smartphone_s4_charge: '6.3 full charges of a Galaxy S4-class battery per hour',
    });
    expect(texts('63 W', 'fr')).toMatchObject({ led_bulb: '7 ampoules à LED', e_bike_km: '8,8 km à vélo électrique par heure' });
  });
});

describe('plurals', () => {
  const bulb = catalogue.get('led_bulb') as CatalogueRow;

  it.each([
    [0.5, '0.5 LED bulbs', '0,5 ampoule à LED'],
    [1, '1 LED bulb', '1 ampoule à LED'],
    [1.04, '1 LED bulb', '1 ampoule à LED'],
    [1.5, '1.5 LED bulbs', '1,5 ampoule à LED'],
    [2, '2 LED bulbs', '2 ampoules à LED'],
    [1e6, '1,000,000 LED bulbs', `1${NNBSP}000${NNBSP}000 ampoules à LED`],
  ])("of %d follow each language's own rule, after rounding", (value, english, french) => {
    expect(countText(value, bulb, 'en')).toBe(english);
    expect(countText(value, bulb, 'fr')).toBe(french);
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
  ])('%s is read', (text, quantity) => {
    expect(parseQuantity(text)).toEqual(quantity);
  });

  it.each(['', '12', 'kWh', '12 kg', '-5 W', '2 mw', '1e400 W', '1.2.3 W'])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([
    ['12500 Wh', '12.5 kWh', '12,5 kWh'],
    ['63 W', '63 W', '63 W'],
    ['0.5 W', '500 mW', '500 mW'],
    ['3 GWh', '3 GWh', '3 GWh'],
    ['2000 kW', '2 MW', '2 MW'],
    ['0 W', '0 W', '0 W'],
  ])('%s is written in the unit that reads best', (text, english, french) => {
    const quantity = parseQuantity(text);
    if (quantity === undefined) throw new Error(text);
    // A no-break space keeps the unit with its number.
    expect(quantityText(quantity, 'en')).toBe(english.replace(' ', '\u00a0'));
    expect(quantityText(quantity, 'fr')).toBe(french.replace(' ', '\u00a0'));
  });
});
