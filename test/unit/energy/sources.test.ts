import { describe, expect, it } from 'vitest';
import { builtInSources, SourceRegistry } from '../../../src/energy/sources/registry.ts';
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

describe('the built-in sources', () => {
  const named = (source: Source) => [source.measurement, source.field, JSON.stringify([source.where, source.unless])].join(' ');

  it('are declared once each', () => {
    const names = builtInSources.map(named);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each(builtInSources.map((source) => [named(source), source] as const))('%s makes sense', (_, source) => {
    const isEnergy = source.reading === 'counter' || source.reading === 'delta';
    expect(isPowerUnit(source.unit)).toBe(!isEnergy);
    expect(source.reading === 'counter' || source.wrapsAt === undefined).toBe(true);
    expect(source.maxWatts).toBeGreaterThan(0);
    expect(source.about?.tool).toBeTruthy();
    expect(source.about?.leavesOut).toBeTruthy();
  });

  it.each([
    ['prometheus', { index: '0', path: '/sys/class/powercap/intel-rapl:0' }, 'node_rapl_package_joules_total', 'node_exporter', 'package'],
    ['node_rapl_joules_total', { index: '0', rapl_zone: 'dram' }, 'counter', 'node_exporter', 'dram'],
    ['prometheus', { zone: 'psys', node_name: 'a' }, 'kepler_node_cpu_joules_total', 'kepler', 'platform'],
    ['kepler_vm_cpu_joules_total', { zone: 'package', vm_id: '7' }, 'counter', 'kepler', 'vm'],
    ['hwpc', { target: 'all', socket: '0', cpu: '0' }, 'RAPL_ENERGY_PKG', 'hwpc', 'package'],
    ['power_consumption', { target: 'rapl', scope: 'cpu', socket: '0' }, 'power', 'smartwatts', 'package'],
    ['power_consumption', { target: '/docker/web', scope: 'cpu', socket: '0' }, 'power', 'smartwatts', 'service'],
    ['ipmi_sensor', { name: 'pwr_consumption', unit: 'watts' }, 'value', 'ipmi', 'wall'],
    ['redfish_power_powersupplies', { member_id: '0' }, 'power_input_watts', 'redfish_psu', 'wall'],
    ['turbostat', { core: '-', cpu: '-', die: '-', package: '-' }, 'ram_power', 'turbostat', 'dram'],
    ['shelly', {}, 'aenergy_total', 'shelly', 'wall'],
    ['powerjoular', {}, 'CPU Power', 'powerjoular', 'package'],
    ['nvidia_smi', { index: '0' }, 'power_draw', 'nvidia_smi', 'gpu'],
  ])('find %s %j %s', (measurement, tags, field, name, scope) => {
    expect(new SourceRegistry().find(interner.series(measurement, Object.entries(tags)), field)).toMatchObject({ name, scope });
  });

  it.each([
    ['power_consumption', { target: 'global', scope: 'cpu' }, 'power'],
    ['turbostat', { core: '0', cpu: '0', die: '0', package: '0' }, 'package_power'],
    ['ipmi_sensor', { name: 'psu1_input', unit: 'watts' }, 'value'],
    ['prometheus', {}, 'scaph_host_energy_microjoules'],
    ['powerjoular', {}, 'Total Power'],
  ])('pass over %s %j %s, which others contain', (measurement, tags, field) => {
    expect(new SourceRegistry().find(interner.series(measurement, Object.entries(tags)), field)).toBeUndefined();
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
