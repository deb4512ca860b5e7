import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PowerstatOptions, type PowerstatConfig } from '../../../../../src/plugins/inputs/intel_powerstat/config.ts';
import { Powerstat } from '../../../../../src/plugins/inputs/intel_powerstat/powerstat.ts';
import { readText } from '../../../../../src/plugins/shared/host-folders.ts';
import { UDEV_RULE } from '../../../../../src/plugins/shared/powercap.ts';
import { energy } from '../../../../../src/plugins/processors/energy/plugin.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { CollectingSink, gatherOnce } from '../../../../support/input.ts';
import { parsePoints, process as runProcessor, toLines } from '../../../../support/points.ts';
import { FakePowercap, fileError } from '../../../../support/powercap.ts';
import { withoutPrivileges } from '../../../../support/privileges.ts';

/** The range of Intel's counter (61 µJ a step), of its memory counter, and of AMD's (15.3 µJ a step). */
const PACKAGE_RANGE = 262_143_328_850;
const DRAM_RANGE = 65_712_999_613;
const AMD_RANGE = 65_532_610_987;

describe('intel_powerstat', () => {
  let powercap: FakePowercap;
  let context: TestContext;
  let sink: CollectingSink;
  let elapsedMs: number;
  let forbidden: ReadonlySet<string>;
  let input: Powerstat;

  function create(options: Partial<PowerstatConfig> = {}): Powerstat {
    const config = PowerstatOptions.parse({ powercap_path: powercap.links, energy_counters: [], ...options });
    const read = async (path: string): Promise<string> => {
      if ([...forbidden].some((end) => path.endsWith(end))) throw fileError('EACCES');
      return readText(path);
    };
    return new Powerstat(config, context, { sys: powercap.sys, proc: powercap.sys, read, monotonicMs: () => elapsedMs });
  }

  /** What the next gather gives, `ms` after the last. */
  async function gather(ms = 10_000): Promise<string[]> {
    elapsedMs += ms;
    context.clock.ms += ms;
    const before = sink.lines.length;
    await gatherOnce(input, sink);
    return sink.lines.slice(before).map((line) => line.slice(0, line.lastIndexOf(' ')));
  }

  const at = (id: string, energy_uj: number) => powercap.write(id, { energy_uj });

  beforeEach(async () => {
    powercap = await FakePowercap.create();
    context = testContext();
    sink = new CollectingSink(context.interner);
    elapsedMs = 0;
    forbidden = new Set();
    input = create();
  });

  afterEach(() => powercap.close());

  async function twoSockets(): Promise<void> {
    for (const [socket, tdp] of [120, 125].entries()) {
      const range = { max_energy_range_uj: PACKAGE_RANGE };
      await powercap.write(`intel-rapl:${socket}`, {
        name: `package-${socket}`,
        energy_uj: 1_000_000,
        ...range,
        constraint_0_max_power_uw: tdp * 1e6,
      });
      await powercap.write(`intel-rapl:${socket}:0`, { name: 'core', energy_uj: 500, ...range });
      await powercap.write(`intel-rapl:${socket}:1`, { name: 'dram', energy_uj: 2_000_000, max_energy_range_uj: DRAM_RANGE });
    }
  }

  it("writes Telegraf's lines for two sockets from the second gather on, one field a line, rounded to 0.01", async () => {
    await twoSockets();

    expect(await gather()).toEqual([
      'powerstat_package,package_id=0 thermal_design_power_watts=120',
      'powerstat_package,package_id=1 thermal_design_power_watts=125',
    ]);
    await at('intel-rapl:0', 1_000_000 + 508_649_999);
    await at('intel-rapl:0:1', 2_000_000 + 63_550_001);
    await at('intel-rapl:1', 1_000_000 + 376_400_000);
    await at('intel-rapl:1:1', 2_000_000 + 47_000_000);

    expect(await gather()).toEqual([
      'powerstat_package,package_id=0 current_power_consumption_watts=50.86',
      'powerstat_package,package_id=0 current_dram_power_consumption_watts=6.36',
      'powerstat_package,package_id=0 thermal_design_power_watts=120',
      'powerstat_package,package_id=1 current_power_consumption_watts=37.64',
      'powerstat_package,package_id=1 current_dram_power_consumption_watts=4.7',
      'powerstat_package,package_id=1 thermal_design_power_watts=125',
    ]);
    expect(sink.lines.at(-1)).toMatch(/ 1760000020000000000$/);
    expect(context.logged).toEqual([]);
  });

  it('gathers only the metrics that are asked for', async () => {
    await twoSockets();
    input = create({ package_metrics: ['thermal_design_power'] });

    expect(await gather()).toHaveLength(2);
    expect(await gather()).toHaveLength(2);
  });

  it("takes a wrap by each zone's own range, and a counter that did not move for 0 W", async () => {
    input = create({ package_metrics: ['current_power_consumption', 'current_dram_power_consumption'] });
    await twoSockets();
    await at('intel-rapl:0', PACKAGE_RANGE - 300_000_000);
    await at('intel-rapl:0:1', DRAM_RANGE - 20_000_000);
    await gather();
    await at('intel-rapl:0', 200_000_000);
    await at('intel-rapl:0:1', 30_000_000);

    expect(await gather()).toEqual([
      'powerstat_package,package_id=0 current_power_consumption_watts=50',
      'powerstat_package,package_id=0 current_dram_power_consumption_watts=5',
      'powerstat_package,package_id=1 current_power_consumption_watts=0',
      'powerstat_package,package_id=1 current_dram_power_consumption_watts=0',
    ]);
  });

  it('takes a fall that no power explains for a restart: no power for that interval, and a word', async () => {
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 90_000_000, max_energy_range_uj: PACKAGE_RANGE });
    await gather();
    await at('intel-rapl:0', 1000);
    expect(await gather()).toEqual([]);
    expect(context.logged).toMatchObject([{ level: 'error', message: expect.stringContaining('started again') }]);
    await at('intel-rapl:0', 100_001_000);

    expect(await gather()).toEqual(['powerstat_package,package_id=0 current_power_consumption_watts=10']);
  });

  it('divides by the time that really went by between the two readings', async () => {
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 0, max_energy_range_uj: PACKAGE_RANGE });
    await gather();
    await at('intel-rapl:0', 1_000_000_000);

    expect(await gather(12_500)).toEqual(['powerstat_package,package_id=0 current_power_consumption_watts=80']);
  });

  it('finds the tree by itself where there is no folder of links, as in some containers', async () => {
    await twoSockets();
    await rm(join(powercap.sys, 'class'), { recursive: true });
    input = create({ powercap_path: undefined });
    await gather();

    expect(await gather()).toHaveLength(6);
  });

  it('reads the tree without links, and trees that are flat without links', async () => {
    await twoSockets();
    input = create({ powercap_path: join(powercap.sys, 'devices/virtual/powercap/intel-rapl') });
    await gather();
    expect(await gather()).toHaveLength(6);

    const flat = join(powercap.sys, 'flat');
    const zone = async (id: string, name: string): Promise<void> => {
      await mkdir(join(flat, id), { recursive: true });
      await powercap.write(id, { name, energy_uj: 1 });
      for (const file of ['name', 'energy_uj']) await copyFile(join(powercap.folder(id), file), join(flat, id, file));
    };
    await zone('intel-rapl:7', 'package-0');
    await zone('intel-rapl:7:0', 'dram');
    input = create({ powercap_path: flat });
    await gather();
    expect(await gather()).toEqual([
      'powerstat_package,package_id=0 current_power_consumption_watts=0',
      'powerstat_package,package_id=0 current_dram_power_consumption_watts=0',
    ]);
  });

  it("reads AMD's: one package without memory or design power, and a range that is a quarter of Intel's", async () => {
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: AMD_RANGE - 1_000_000, max_energy_range_uj: AMD_RANGE });
    await powercap.write('intel-rapl:0:0', { name: 'core', energy_uj: 1, max_energy_range_uj: AMD_RANGE });
    await gather();
    await at('intel-rapl:0', 999_000_000);

    expect(await gather()).toEqual(['powerstat_package,package_id=0 current_power_consumption_watts=100']);
  });

  it('goes by the names of zones: hexadecimal ids in any order, no psys, no copies of mmio', async () => {
    const zone = (id: string, name: string) => powercap.write(id, { name, energy_uj: 0, max_energy_range_uj: PACKAGE_RANGE });
    await zone('intel-rapl:0', 'package-10');
    await zone('intel-rapl:1', 'package-2');
    await zone('intel-rapl:2', 'psys');
    await zone('intel-rapl:a', 'package-1');
    await zone('intel-rapl-mmio:0', 'package-0');
    await gather();

    expect(await gather()).toEqual(['1', '2', '10'].map((id) => `powerstat_package,package_id=${id} current_power_consumption_watts=0`));
  });

  it("tells the dies of a package apart by Telegraf's tag", async () => {
    const die = (id: string, name: string, tdp: number) =>
      powercap.write(id, { name, energy_uj: 0, max_energy_range_uj: PACKAGE_RANGE, constraint_0_max_power_uw: tdp });
    await die('intel-rapl:0', 'package-0-die-0', 100_000_000);
    await die('intel-rapl:1', 'package-0-die-1', 150_000_000);
    await powercap.write('intel-rapl:1:0', { name: 'dram', energy_uj: 0, max_energy_range_uj: DRAM_RANGE });
    await gather();
    await at('intel-rapl:0', 300_000_000);
    await at('intel-rapl:1', 200_000_000);
    await at('intel-rapl:1:0', 50_000_000);

    expect(await gather()).toEqual([
      'powerstat_package,die=0,package_id=0 current_power_consumption_watts=30',
      'powerstat_package,die=0,package_id=0 thermal_design_power_watts=100',
      'powerstat_package,die=1,package_id=0 current_power_consumption_watts=20',
      'powerstat_package,die=1,package_id=0 current_dram_power_consumption_watts=5',
      'powerstat_package,die=1,package_id=0 thermal_design_power_watts=150',
    ]);
  });

  it('leaves out a design power of 0: the processor does not say', async () => {
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 0, constraint_0_max_power_uw: 0 });

    expect(await gather()).toEqual([]);
  });

  it('says once that a zone is gone and once that it is back, and compares it with nothing from before', async () => {
    await twoSockets();
    await gather();
    await powercap.remove('intel-rapl:1');
    expect((await gather()).every((line) => line.includes('package_id=0'))).toBe(true);
    await gather();
    await twoSockets();
    await at('intel-rapl:1', 5_000_000_000);
    expect((await gather()).filter((line) => line.includes('package_id=1'))).toEqual([
      'powerstat_package,package_id=1 thermal_design_power_watts=125',
    ]);
    await at('intel-rapl:1', 5_100_000_000);
    expect(await gather()).toContain('powerstat_package,package_id=1 current_power_consumption_watts=10');

    expect(context.logged).toMatchObject([
      { level: 'error', message: expect.stringContaining('gone'), details: { of: 'intel-rapl:1, intel-rapl:1:1' } },
      { level: 'info', message: 'gathered again', details: { of: 'intel-rapl:1, intel-rapl:1:1' } },
    ]);
    expect(context.errors()).toBe(2);
  });

  it('names the three ways out once when counters may not be read, and tries again until they may', async () => {
    await twoSockets();
    forbidden = new Set(['energy_uj']);
    expect(await gather()).toHaveLength(2);
    expect(await gather()).toHaveLength(2);

    expect(context.logged).toHaveLength(1);
    expect(context.logged[0]).toMatchObject({
      level: 'error',
      message: expect.stringMatching(/udev rule.*setcap cap_dac_read_search.*AmbientCapabilities=CAP_DAC_READ_SEARCH/),
      details: { of: 'intel-rapl:0, intel-rapl:0:1, intel-rapl:1, intel-rapl:1:1' },
    });
    expect(context.errors()).toBe(2);

    forbidden = new Set();
    await gather();
    expect(await gather()).toHaveLength(6);
    expect(context.logged.slice(1)).toMatchObject([{ level: 'info', message: 'gathered again' }]);
  });

  it('is not let in by the kernel either: only what counters say is missing, and it says what to do', async () => {
    await twoSockets();
    await chmod(powercap.sys, 0o755);
    for (const id of ['intel-rapl:0', 'intel-rapl:0:1', 'intel-rapl:1', 'intel-rapl:1:1']) {
      // As the kernel has it (0400, root's), and for whoever runs the tests without being root.
      await chmod(join(powercap.folder(id), 'energy_uj'), process.geteuid?.() === 0 ? 0o400 : 0);
    }
    input = create({ energy_counters: ['package', 'dram'] });

    expect(await withoutPrivileges(() => gather())).toEqual([
      'powerstat_package,package_id=0 thermal_design_power_watts=120',
      'powerstat_package,package_id=1 thermal_design_power_watts=125',
    ]);
    expect(context.logged).toMatchObject([{ level: 'error', message: expect.stringContaining(UDEV_RULE) }]);
  });

  it('loses no energy by a read that fails in between', async () => {
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 0, max_energy_range_uj: PACKAGE_RANGE });
    await gather();
    await rm(join(powercap.folder('intel-rapl:0'), 'energy_uj'));
    await mkdir(join(powercap.folder('intel-rapl:0'), 'energy_uj'));
    expect(await gather()).toEqual([]);
    expect(context.logged[0].message).toContain('EISDIR');
    await rm(join(powercap.folder('intel-rapl:0'), 'energy_uj'), { recursive: true });
    await at('intel-rapl:0', 1_000_000_000);

    expect(await gather()).toEqual(['powerstat_package,package_id=0 current_power_consumption_watts=50']);
  });

  it.each(['', '-5', '12 34', 'nonsense', '18446744073709551615'])('refuses a counter that holds "%s"', async (energy_uj) => {
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj });
    await gather();

    expect(context.logged[0].message).toContain('no whole number');
  });

  it('says once where there are no zones, and finds those that come later', async () => {
    expect(await gather()).toEqual([]);
    expect(await gather()).toEqual([]);
    expect(context.logged).toMatchObject([{ level: 'error', details: { of: powercap.links } }]);
    await twoSockets();
    await gather();

    expect(await gather()).toHaveLength(6);
  });

  it("makes the energy processor's joules those of the counter", async () => {
    input = create({ package_metrics: ['current_power_consumption'] });
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 0, max_energy_range_uj: PACKAGE_RANGE });
    let counter = 0;
    for (const joules of [0, 500, 1200, 900, 0, 700]) {
      counter += joules * 1e6;
      await at('intel-rapl:0', counter);
      await gather();
    }
    const processor = energy.create(energy.schema.parse({}), context);
    const out = toLines(context.interner, runProcessor(processor, parsePoints(context.interner, sink.lines.join('\n'))));

    // The first power has no interval before it that the processor knows of.
    expect(out.findLast((line) => line.includes('scope=package'))).toContain('joules_total=2800,');
  });
});
