/** The whole program on a made-up machine: its counters go on counting while it runs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repoPath, wattbridge } from '../support/command-line.ts';
import { DRAM_RANGE, FakeRapl, PACKAGE_RANGE, twoSockets, type FakeZone } from '../support/fake-rapl.ts';
import { startProcess } from '../support/process.ts';

const STEP_MS = 20;
/** Far below what is possible: on a busy machine the made-up counters stand still for a while, and then jump. */
const MICROWATTS = { package: 100_000_000, core: 30_000_000, dram: 20_000_000 };

/** Wrap after half a second, but for the cores. */
const zones: readonly FakeZone[] = twoSockets.map((zone) => {
  const micros = MICROWATTS[domainOf(zone)];
  return zone.name === 'core' ? zone : { ...zone, start: zone.range - micros / 2 };
});

function domainOf({ name }: FakeZone): keyof typeof MICROWATTS {
  return name === 'core' || name === 'dram' ? name : 'package';
}

describe('intel_powerstat in the whole program', () => {
  let folder: string;
  let rapl: FakeRapl;
  let counting: AbortController;
  let counter: Promise<void> | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wattbridge-powerstat-'));
    rapl = await FakeRapl.create(zones);
    counting = new AbortController();
  });

  afterEach(async () => {
    counting.abort();
    await counter;
    await rapl.close();
    await rm(folder, { recursive: true });
  });

  it('makes energy that is exact to the microjoule of the counters, across wraps, beside watts that are not counted again', async () => {
    await writeFile(
      join(folder, 'p.yaml'),
      `agent: { interval: 200ms, flush_interval: 200ms, omit_hostname: true, admin_address: "" }
inputs: [{ intel_powerstat: {} }]
processors: [energy]
outputs: [{ file: { files: [out.lp] } }]
`,
    );
    const bridge = await startProcess({
      command: repoPath('bin/wattbridge'),
      args: ['run', 'p.yaml'],
      cwd: folder,
      env: { HOST_SYS: rapl.powercap.sys },
      ready: async () => (await readings('package', '0')).length > 0,
    });
    counter = countUp(rapl, counting.signal);
    await expect.poll(async () => (await readings('package', '0')).length, { timeout: 30_000 }).toBeGreaterThan(15);
    await bridge.stop();

    for (const id of ['0', '1']) {
      for (const [domain, range] of [
        ['package', PACKAGE_RANGE],
        ['dram', DRAM_RANGE],
        ['core', PACKAGE_RANGE],
      ] as const) {
        const counts = await readings(domain, id);
        const first = counts[0];
        const last = counts[counts.length - 1];
        expect(await energyOf(`package_id=${id},scope=${domain},source=powerstat_package`)).toBe((last - first + range) % range);
        expect(last < first).toBe(domain !== 'core'); // all others did wrap
      }
    }
    const parts = await Promise.all(
      ['package', 'dram'].flatMap((scope) => ['0', '1'].map((id) => energyOf(`package_id=${id},scope=${scope},`))),
    );
    expect(await energyOf('scope=host,')).toBe(parts.reduce((sum, part) => sum + part));
    expect(await output()).toMatch(/^powerstat_package,package_id=1 current_dram_power_consumption_watts=[\d.]+ \d+$/m);
  });

  it('has watts in --once, from two readings half a second apart', async () => {
    await writeFile(
      join(folder, 'once.yaml'),
      'inputs: [{ intel_powerstat: {} }]\nprocessors: [energy]\noutputs: [{ file: { files: [out.lp] } }]\n',
    );
    counter = countUp(rapl, counting.signal);
    const { code } = await wattbridge(['run', 'once.yaml', '--once', '--quiet'], { cwd: folder, env: { HOST_SYS: rapl.powercap.sys } });

    expect(code).toBe(0);
    const fields = (await output()).matchAll(/^powerstat_package,host=[^,]+,package_id=(\d) (\w+)=/gm);
    expect([...fields].map(([, id, field]) => `${id} ${field}`)).toEqual(
      ['0', '1'].flatMap((id) => [`${id} current_power_consumption_watts`, `${id} current_dram_power_consumption_watts`]),
    );
    const host = /^energy,host=[^,]+,scope=host,.*[ ,]watts=([\d.]+)/m.exec(await output())?.[1];
    expect(Number(host)).toBeGreaterThan(0);
  });

  async function output(): Promise<string> {
    return readFile(join(folder, 'out.lp'), 'utf8').catch(() => '');
  }

  /** What was read of a counter, in order. */
  async function readings(domain: string, id: string): Promise<number[]> {
    const lines = (await output()).matchAll(new RegExp(`^powercap,domain=${domain},package_id=${id} energy_uj=(\\d+)i`, 'gm'));
    return [...lines].map(([, micros]) => Number(micros));
  }

  /** The microjoules of a series of `energy`, added up. */
  async function energyOf(tags: string): Promise<number> {
    const lines = (await output()).split('\n').filter((line) => line.startsWith('energy,') && line.includes(tags));
    return lines.reduce((sum, line) => sum + Math.round(Number(/joules_delta=([^, ]+)/.exec(line)?.[1]) * 1e6), 0);
  }
});

/** Lets the made-up processors use what they do, as time goes by. */
async function countUp(rapl: FakeRapl, signal: AbortSignal): Promise<void> {
  let last = performance.now();
  while (!signal.aborted) {
    const now = performance.now();
    for (const zone of zones) await rapl.use(zone.id, Math.round(((now - last) / 1000) * MICROWATTS[domainOf(zone)]));
    last = now;
    await sleep(STEP_MS);
  }
}
