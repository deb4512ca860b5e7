import { describe, expect, it } from 'vitest';
import { SourceRegistry } from '../../../src/energy/sources/registry.ts';
import { defaultMaxWatts, hostRank, scopes, type Source } from '../../../src/energy/sources/source.ts';
import { energyUnits, isPowerUnit, microsPerUnit, powerUnits } from '../../../src/energy/units.ts';
import { Interner } from '../../../src/metric/interner.ts';

const interner = new Interner();
const packageSeries = interner.series('powerstat_package', [
  ['host', 'a'],
  ['package_id', '0'],
]);

const example: Source = {
  name: 'mine',
  measurement: 'powerstat_package',
  field: 'current_power_consumption_watts',
  where: { package_id: '0' },
  unit: 'mW',
  reading: 'instantaneous',
  scope: 'package',
  identity: [],
  resolution: undefined,
  maxWatts: 1,
  wrapsAt: undefined,
  limit: undefined,
};

describe('the sources', () => {
  it('know the fields of powerstat_package, and only those', () => {
    const registry = new SourceRegistry();
    expect(registry.find(packageSeries, 'current_power_consumption_watts')).toMatchObject({ scope: 'package', unit: 'W', reading: 'mean' });
    expect(registry.find(packageSeries, 'current_dram_power_consumption_watts')).toMatchObject({ scope: 'dram' });
    expect(registry.find(packageSeries, 'thermal_design_power_watts')).toBeUndefined();
    expect(registry.find(interner.series('cpu', []), 'current_power_consumption_watts')).toBeUndefined();
  });

  it("are found by their tags too, the user's own first", () => {
    const registry = new SourceRegistry([example]);
    const other = interner.series('powerstat_package', [
      ['host', 'a'],
      ['package_id', '1'],
    ]);
    expect(registry.find(packageSeries, 'current_power_consumption_watts')?.name).toBe('mine');
    expect(registry.find(other, 'current_power_consumption_watts')?.name).toBe('powerstat_package');
  });

  it('that were scraped are found in both of the forms that Telegraf gives a metric', () => {
    const own: Source = { ...example, measurement: 'prometheus', field: 'x_joules_total', where: {} };
    const registry = new SourceRegistry([own]);
    expect(registry.find(interner.series('prometheus', []), 'x_joules_total')?.name).toBe('mine');
    expect(registry.find(interner.series('x_joules_total', []), 'counter')?.name).toBe('mine');
    expect(registry.find(interner.series('x_joules_total', []), 'gauge')?.name).toBe('mine');
    expect(registry.find(interner.series('x_joules_total', []), 'x_joules_total')).toBeUndefined();
    expect(registry.find(interner.series('prometheus', []), 'counter')).toBeUndefined();
  });

  it('rank a wall meter above the platform, that above packages and memory, and leave the rest out of a host total', () => {
    expect(scopes.map((scope) => [scope, hostRank(scope)])).toEqual([
      ['wall', 3],
      ['platform', 2],
      ['package', 1],
      ['dram', 1],
      ['core', 0],
      ['uncore', 0],
      ['gpu', 0],
      ['vm', 0],
      ['service', 0],
      ['process', 0],
    ]);
    expect(scopes.every((scope) => defaultMaxWatts(scope) > 0)).toBe(true);
  });
});

describe('units', () => {
  it.each([
    ['W', 1e6],
    ['mW', 1e3],
    ['µW', 1],
    ['uW', 1],
    ['kW', 1e9],
    ['J', 1e6],
    ['µJ', 1],
    ['mJ', 1e3],
    ['Wh', 3600e6],
    ['kWh', 3600e9],
  ] as const)('a %s is %d millionths', (unit, micros) => {
    expect(microsPerUnit(unit)).toBe(micros);
  });

  it('are of power or of energy', () => {
    expect(powerUnits.every((unit) => isPowerUnit(unit))).toBe(true);
    expect(energyUnits.some((unit) => isPowerUnit(unit))).toBe(false);
  });
});
