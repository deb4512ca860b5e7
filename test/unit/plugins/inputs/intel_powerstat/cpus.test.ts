import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PowerstatOptions } from '../../../../../src/plugins/inputs/intel_powerstat/config.ts';
import { Powerstat } from '../../../../../src/plugins/inputs/intel_powerstat/powerstat.ts';
import { readText } from '../../../../../src/plugins/shared/host-folders.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { FakeMachine } from '../../../../support/fake-machine.ts';
import { CollectingSink, gatherOnce } from '../../../../support/input.ts';

describe('what intel_powerstat gathers of CPUs', () => {
  let machine: FakeMachine;
  let context: TestContext;

  beforeEach(async () => {
    machine = await FakeMachine.create();
    context = testContext();
  });

  afterEach(() => machine.close());

  /** What one gather after the other gives, without the time. */
  function gatherer(options: object): () => Promise<string[]> {
    const config = PowerstatOptions.parse({ package_metrics: [], energy_counters: [], ...options });
    const input = new Powerstat(config, context, { sys: machine.sys, proc: machine.proc, read: readText, monotonicMs: () => 0 });
    return async () => {
      const sink = new CollectingSink(context.interner);
      await gatherOnce(input, sink);
      return sink.lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
    };
  }

  it("has Telegraf's tags and rounding: cpu_frequency_mhz is a float", async () => {
    await machine.cpus(4, 2);
    for (const [cpu, khz] of [1_200_288, 2_400_000, 800_001, 3_999_996].entries()) await machine.frequency(cpu, khz);

    expect(await gatherer({ cpu_metrics: ['cpu_frequency'] })()).toEqual([
      'powerstat_core,core_id=0,cpu_id=0,package_id=0 cpu_frequency_mhz=1200.29',
      'powerstat_core,core_id=1,cpu_id=1,package_id=0 cpu_frequency_mhz=2400',
      'powerstat_core,core_id=0,cpu_id=2,package_id=1 cpu_frequency_mhz=800',
      'powerstat_core,core_id=1,cpu_id=3,package_id=1 cpu_frequency_mhz=4000',
    ]);
    expect(context.logged).toEqual([]);
  });

  it('takes frequencies from /proc/cpuinfo where there is no cpufreq, as in VMs', async () => {
    await machine.cpus(2);
    await machine.writeProc(
      'cpuinfo',
      'processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu MHz\t\t: 2596.136\ncache size\t: 1024 KB\n\nprocessor\t: 1\ncpu MHz\t\t: 3000.000\n\n',
    );

    expect(await gatherer({ cpu_metrics: ['cpu_frequency'] })()).toEqual([
      'powerstat_core,core_id=0,cpu_id=0,package_id=0 cpu_frequency_mhz=2596.14',
      'powerstat_core,core_id=1,cpu_id=1,package_id=0 cpu_frequency_mhz=3000',
    ]);
  });

  it('gathers only the CPUs that are included, or all but those excluded, and says once which are offline', async () => {
    await machine.cpus(4);
    for (let cpu = 0; cpu < 4; cpu++) await machine.frequency(cpu, 1_000_000);
    const ids = (lines: readonly string[]) => lines.map((line) => Number(/cpu_id=(\d+)/.exec(line)?.[1]));

    expect(ids(await gatherer({ cpu_metrics: ['cpu_frequency'], excluded_cpus: ['1-2'] })())).toEqual([0, 3]);
    expect(context.logged).toEqual([]);
    const gather = gatherer({ cpu_metrics: ['cpu_frequency'], included_cpus: ['2,3', '7-9'] });
    expect(ids(await gather())).toEqual([2, 3]);
    await gather();
    expect(context.logged).toMatchObject([{ level: 'error', message: expect.stringContaining('offline'), details: { of: 'CPUs 7-9' } }]);
  });

  it('follows CPUs that go offline and come back', async () => {
    await machine.cpus(3);
    for (let cpu = 0; cpu < 3; cpu++) await machine.frequency(cpu, 1_000_000);
    const gather = gatherer({ cpu_metrics: ['cpu_frequency'] });
    expect(await gather()).toHaveLength(3);

    await machine.write('devices/system/cpu/online', '0,2');
    expect((await gather()).map((line) => /cpu_id=\d/.exec(line)?.[0])).toEqual(['cpu_id=0', 'cpu_id=2']);
    await machine.write('devices/system/cpu/online', '0-2');
    expect(await gather()).toHaveLength(3);
    expect(context.logged).toEqual([]);
  });

  it("reads coretemp's cores of every package, in whole degrees, for all threads of a core", async () => {
    await machine.cpus(4, 2);
    await machine.write('devices/system/cpu/cpu1/topology/core_id', 0); // the other thread of core 0
    await machine.hwmon(0, 'nvme', { Composite: 50_000 });
    await machine.hwmon(1, 'coretemp', { 'Package id 0': 60_000, 'Core 0': 41_500 });
    await machine.hwmon(2, 'coretemp', { 'Package id 1': 61_000, 'Core 0': 38_000, 'Core 1': 39_000 });

    expect(await gatherer({ cpu_metrics: ['cpu_temperature'] })()).toEqual([
      'powerstat_core,core_id=0,cpu_id=0,package_id=0 cpu_temperature_celsius=42u',
      'powerstat_core,core_id=0,cpu_id=1,package_id=0 cpu_temperature_celsius=42u',
      'powerstat_core,core_id=0,cpu_id=2,package_id=1 cpu_temperature_celsius=38u',
      'powerstat_core,core_id=1,cpu_id=3,package_id=1 cpu_temperature_celsius=39u',
    ]);
  });

  it("reads k10temp's processor for all of its CPUs: Tdie before Tctl, the package by its PCI device", async () => {
    await machine.cpus(2, 2);
    await machine.hwmon(0, 'k10temp', { Tctl: 70_000, Tdie: 43_250 }, '0000:00:18.3');
    await machine.hwmon(1, 'k10temp', { Tctl: 55_875, Tccd1: 51_000 }, '0000:00:19.3');

    expect(await gatherer({ cpu_metrics: ['cpu_temperature'] })()).toEqual([
      'powerstat_core,core_id=0,cpu_id=0,package_id=0 cpu_temperature_celsius=43u',
      'powerstat_core,core_id=0,cpu_id=1,package_id=1 cpu_temperature_celsius=56u',
    ]);
  });

  it('says once what no file tells, and finds a driver that is loaded later', async () => {
    await machine.cpus(2);
    const gather = gatherer({ cpu_metrics: ['cpu_frequency', 'cpu_temperature'] });
    expect(await gather()).toEqual([]);
    await gather();
    expect(context.logged.map(({ details }) => details)).toEqual([
      { of: 'cpu_frequency of CPUs 0-1' },
      { of: 'cpu_temperature of CPUs 0-1' },
    ]);

    await machine.hwmon(0, 'coretemp', { 'Package id 0': 1, 'Core 0': 40_000, 'Core 1': 41_000 });
    expect(await gather()).toHaveLength(2);
    expect(context.logged.at(-1)).toMatchObject({ level: 'info', message: 'gathered again' });
  });

  it("writes Telegraf's two lines of uncore frequencies a die, the current one where the kernel tells it", async () => {
    const folder = 'devices/system/cpu/intel_uncore_frequency/package_01_die_00';
    for (const [name, khz] of Object.entries({ initial_min: 800_000, initial_max: 2_400_000, min: 1_000_000, max: 2_200_000 })) {
      await machine.write(`${folder}/${name}_freq_khz`, khz);
    }
    const gather = gatherer({ package_metrics: ['uncore_frequency'] });
    const initial =
      'powerstat_package,die=0,package_id=1,type=initial uncore_frequency_limit_mhz_max=2400,uncore_frequency_limit_mhz_min=800';
    const limits =
      'powerstat_package,die=0,package_id=1,type=current uncore_frequency_limit_mhz_max=2200,uncore_frequency_limit_mhz_min=1000';

    expect(await gather()).toEqual([initial, limits]);
    await machine.write(`${folder}/current_freq_khz`, 1_600_000);
    expect(await gather()).toEqual([initial, `${limits},uncore_frequency_mhz_cur=1600u`]);
  });

  it('takes the base frequency of a package from its first CPU', async () => {
    await machine.cpus(4, 2);
    await machine.write('devices/system/cpu/cpu0/cpufreq/base_frequency', 2_400_000);
    await machine.write('devices/system/cpu/cpu2/cpufreq/base_frequency', 2_100_000);

    expect(await gatherer({ package_metrics: ['cpu_base_frequency'] })()).toEqual([
      'powerstat_package,package_id=0 cpu_base_frequency_mhz=2400u',
      'powerstat_package,package_id=1 cpu_base_frequency_mhz=2100u',
    ]);
  });

  it('says what to load where there are no uncore and no base frequencies', async () => {
    await machine.cpus(1);
    await gatherer({ package_metrics: ['uncore_frequency', 'cpu_base_frequency'] })();

    expect(context.logged.map(({ message }) => message)).toEqual([
      expect.stringContaining('modprobe intel_uncore_frequency'),
      expect.stringContaining('intel_pstate'),
    ]);
  });
});
