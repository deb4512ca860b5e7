import { describe, expect, it } from 'vitest';
import { readableEquivalents } from '../../../../../src/plugins/outputs/console/equals.ts';
import type { HostEquivalent } from '../../../../../src/plugins/outputs/console/model.ts';
import { numberTexts } from '../../../../../src/plugins/outputs/console/numbers.ts';

/** French groups thousands with a narrow no-break space. */
const NARROW = '\u202f';

describe('numbers', () => {
  const en = numberTexts('en');
  const fr = numberTexts('fr');

  it('of power keep one decimal, in kilowatts from ten on', () => {
    expect([0, 212.44, 9999.94, 12_345].map((watts) => en.power(watts))).toEqual(['0.0 W', '212.4 W', '9,999.9 W', '12.3 kW']);
    expect(fr.power(1212.4)).toBe(`1${NARROW}212,4 W`);
  });

  it('of energy are watt-hours, then kilowatt-hours', () => {
    expect([0, 36, 3_599_964, 3_600_000, 9e9].map((joules) => en.energy(joules))).toEqual([
      '0.00 Wh',
      '0.01 Wh',
      '999.99 Wh',
      '1.00 kWh',
      '2,500.00 kWh',
    ]);
  });

  it('of time are the two largest units', () => {
    expect([0.9, 59, 60, 3599, 7500, 86_400, 273_600].map((seconds) => en.duration(seconds))).toEqual([
      '0 s',
      '59 s',
      '1 min 0 s',
      '59 min 59 s',
      '2 h 5 min',
      '1 d 0 h',
      '3 d 4 h',
    ]);
    expect(fr.duration(273_600)).toBe('3 j 4 h');
  });
});

describe('the equivalents of a host', () => {
  function ids(equivalents: readonly HostEquivalent[]): string[] {
    return equivalents.map(({ id }) => id);
  }

  it('are those that can be pictured, in the order of the catalogue, the comfortable numbers first', () => {
    const { power, energy } = readableEquivalents([
      { id: 'power_station', kind: 'power', value: 1e-7 },
      { id: 'oven', kind: 'power', value: 0.2 },
      { id: 'led_bulb', kind: 'power', value: 28 },
      { id: 'tv', kind: 'power', value: 10 },
      { id: 'watch', kind: 'power', value: 1e6 },
      { id: 'charge', kind: 'energy', value: 0.5 },
      { id: 'km', kind: 'energy', value: 1.2 },
      { id: 'grams', kind: 'carbon', value: 3 },
    ]);
    expect(ids(power)).toEqual(['led_bulb', 'tv', 'oven']);
    expect(ids(energy)).toEqual(['km', 'grams', 'charge']);
  });
});
