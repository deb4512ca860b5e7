import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPowerSensors } from '../../../src/cli/sensors.ts';
import { sensorsText } from '../../../src/cli/start.ts';
import { FakePowercap } from '../../support/powercap.ts';

describe('the search for power sensors', () => {
  let powercap: FakePowercap;

  beforeEach(async () => {
    powercap = await FakePowercap.create();
  });

  afterEach(() => powercap.close());

  it('finds none where the kernel shows none', async () => {
    expect(await findPowerSensors(powercap.sys)).toEqual({ readable: [], forbidden: [], broken: [] });
  });

  it('finds the packages whose counter can be read, and no other zones', async () => {
    await powercap.write('intel-rapl:1', { name: 'package-1', energy_uj: 1 });
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 1 });
    await powercap.write('intel-rapl:0:0', { name: 'core', energy_uj: 1 });
    await powercap.write('intel-rapl:2', { name: 'psys', energy_uj: 1 });
    await powercap.write('intel-rapl:3', { name: 'package-3' });
    await mkdir(join(powercap.folder('intel-rapl:3'), 'energy_uj'));

    expect(await findPowerSensors(powercap.sys)).toEqual({
      readable: ['intel-rapl:0', 'intel-rapl:1'],
      forbidden: [],
      broken: ['intel-rapl:3'],
    });
  });
});

describe('what start says about them', () => {
  const none = { readable: [], forbidden: [], broken: [] };

  it('names the sensors that it reads, and then plays no recording', () => {
    const text = sensorsText({ ...none, readable: ['intel-rapl:0'] });

    expect(text).toContain("Reading this machine's power sensors (intel-rapl:0)");
    expect(text).not.toContain('recorded');
  });

  it('says how to read those that only root may, one way a line, and that the numbers shown are recorded', () => {
    const lines = sensorsText({ ...none, forbidden: ['intel-rapl:0'] }).split('\n');

    expect(lines[0]).toContain('has power sensors (intel-rapl:0), but only root may read');
    expect(lines[2]).toContain('udev rule');
    expect(lines[3]).toContain('setcap cap_dac_read_search');
    expect(lines[4]).toContain('AmbientCapabilities');
    expect(lines[5]).toContain('recorded hypervisor');
  });

  it('plays the recording where counters are broken or not there', () => {
    expect(sensorsText({ ...none, broken: ['intel-rapl:3'] })).toMatch(/intel-rapl:3.*can't be read.*recorded hypervisor/s);
    expect(sensorsText(none)).toMatch(/no power sensors that can be read.*recorded hypervisor/s);
    for (const line of sensorsText(none).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
