import { describe, expect, it } from 'vitest';
import { SourceRegistry } from '../../../src/energy/sources/registry.ts';
import { energy } from '../../../src/plugins/processors/energy/plugin.ts';
import { testContext } from '../../support/context.ts';
import { parsePoints, process, toLines } from '../../support/points.ts';

/** The energy of some lines, each with the seconds since some start at its end. */
function energyOf(...lines: readonly string[]): string[] {
  const context = testContext();
  const processor = energy.create(energy.schema.parse({ host_totals: false }), context);
  const out = process(processor, parsePoints(context.interner, lines.map((line) => `${line}000000000\n`).join('')));
  return toLines(context.interner, out).filter((line) => line.startsWith('energy,'));
}

/** Joules of the last sample alone. */
function lastJoules(...lines: readonly string[]): number {
  return Number(/joules_delta=([\d.]+)/.exec(energyOf(...lines).at(-1) ?? '')?.[1]);
}

describe('what Scaphandre says is energy of', () => {
  const context = testContext();
  const registry = new SourceRegistry();
  const scopeOf = (key: string, field: string): string | undefined => {
    const [{ series }] = parsePoints(context.interner, `${key} ${field}=1 1`);
    return registry.find(series, field)?.scope;
  };

  it.each([
    ['scaph_socket,socket_id=0', 'energy_microjoules', 'package'],
    ['scaph_domain,socket_id=0,domain_id=0,domain_name=dram', 'energy_microjoules', 'dram'],
    ['scaph_domain,socket_id=0,domain_id=1,domain_name=uncore', 'energy_microjoules', 'uncore'],
    ['scaph_host,value_source=powercap_rapl_psys', 'energy_microjoules', 'platform'],
    ['scaph_host', 'energy_microjoules', undefined],
    ['scaph_host', 'power_microwatts', undefined],
    ['scaph_host,value_source=json', 'power_microwatts', 'platform'],
    ['scaph_socket,socket_id=0', 'power_microwatts', undefined],
    ['scaph_socket,socket_id=0', 'rapl_mmio_energy_microjoules', undefined],
    ['scaph_process,exe=/bin/a', 'power_consumption_microwatts', undefined],
    ['scaph_exe,exe=/bin/a', 'power_microwatts', 'process'],
    ['scaph_vm,vmname=a', 'power_microwatts', 'vm'],
    ['scaph_service,service=a', 'power_microwatts', 'service'],
    ['scaph_share,scale=5,vmname=a', 'energy_microjoules', 'vm'],
    ['prometheus,socket_id=0', 'scaph_socket_energy_microjoules', 'package'],
    ['scaph_socket_energy_microjoules,socket_id=0', 'counter', 'package'],
    ['prometheus', 'scaph_host_energy_microjoules', undefined],
  ])('%s %s: %s', (key, field, scope) => {
    expect(scopeOf(key, field)).toBe(scope);
  });
});

describe("Scaphandre's counters", () => {
  it.each([262_143_328_850, 131_069_516_941, 65_712_999_613, 65_532_610_987])('wrap at %i, which Scaphandre does not say', (range) => {
    const before = range - 100_000_000;
    expect(
      lastJoules(`scaph_socket,socket_id=0 energy_microjoules=${before} 0`, `scaph_socket,socket_id=0 energy_microjoules=100000000 5`),
    ).toBe(200);
  });

  it('that stand still bring nothing, and all of it once they move', () => {
    const lines = [100, 100, 100, 400].map((joules, at) => `scaph_socket,socket_id=0 energy_microjoules=${joules}000000 ${at * 5}`);
    expect(lastJoules(...lines)).toBe(300);
  });

  it('of a share take up after a fall what is proven, and count nothing twice', () => {
    const lines = [500, 20, 60].map((joules, at) => `scaph_share,scale=5 energy_microjoules=${joules}000000 ${at * 5}`);
    expect(energyOf(...lines).map((line) => /joules_delta=([\d.]+)/.exec(line)?.[1])).toEqual(['0', '20', '40']);
  });
});
