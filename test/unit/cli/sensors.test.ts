import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPowerSensors } from '../../../src/cli/sensors.ts';

describe('the search for power sensors', () => {
  let sys: string;

  beforeEach(async () => {
    sys = await mkdtemp(join(tmpdir(), 'wattbridge-sys-'));
  });

  afterEach(() => rm(sys, { recursive: true }));

  it('finds none where the kernel shows none', async () => {
    expect(await findPowerSensors(sys)).toEqual({ readable: [], forbidden: [] });
  });

  it('finds the zones that have an energy counter', async () => {
    const powercap = join(sys, 'class', 'powercap');
    for (const zone of ['intel-rapl', 'intel-rapl:1', 'intel-rapl:0']) await mkdir(join(powercap, zone), { recursive: true });
    for (const zone of ['intel-rapl:1', 'intel-rapl:0']) await writeFile(join(powercap, zone, 'energy_uj'), '1\n');

    expect(await findPowerSensors(sys)).toEqual({ readable: ['intel-rapl:0', 'intel-rapl:1'], forbidden: [] });
  });
});
