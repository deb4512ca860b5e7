import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cpu } from '../../../../../src/plugins/inputs/cpu/plugin.ts';
import type { PolledInput } from '../../../../../src/pipeline/plugin.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../../../support/input.ts';
import { recordedLines } from '../../../../support/recording.ts';

let folder: string;
let context: TestContext;
let sink: CollectingSink;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cpu-'));
  vi.stubEnv('HOST_PROC', folder);
  vi.stubEnv('HOST_SYS', join(folder, 'sys'));
  context = testContext({ nowMs: 1000 });
  sink = new CollectingSink(context.interner);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The lines that a gather with this `/proc/stat` gives. */
async function gather(input: PolledInput, stat: string): Promise<string[]> {
  await writeFile(join(folder, 'stat'), `${stat.trim()}\nintr 20906479 137 0\nctxt 28964860\nbtime 1784274102\n`);
  const before = sink.lines.length;
  await gatherOnce(input, sink);
  return sink.lines.slice(before);
}

/** The fields of a line, `usage_user=25,…`, without what floats lose in the last digits; one test compares those. */
function fields(line: string): Record<string, number> {
  const pairs = line.split(' ')[1].split(',');
  return Object.fromEntries(pairs.map((pair) => pair.split('=')).map(([name, value]) => [name, Number(Number(value).toFixed(9))]));
}

const seriesOf = (lines: readonly string[]): string[] => lines.map((line) => line.split(' ')[0]);

describe('the percentages of cpu', () => {
  it('are the parts of the time between two readings, guests taken out of user and nice', async () => {
    const input = createPolled(cpu, { totalcpu: false, report_active: true }, context);
    //                     user nice system idle iowait irq softirq steal guest guest_nice
    expect(await gather(input, 'cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 1000 200 300 8000 100 10 20 30 400 50')).toEqual([]);
    const lines = await gather(input, 'cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 1300 250 400 8400 150 20 40 100 500 60');

    // Passed: 300 + 50 + 100 + 400 + 50 + 10 + 20 + 70 = 1000 ticks, guests not counted twice. So ten ticks are one per cent:
    // user 300 - 100 of guests = 200, nice 50 - 10 = 40, active 1000 - 400 = 600.
    expect(fields(lines[0])).toEqual({
      usage_user: 20,
      usage_nice: 4,
      usage_system: 10,
      usage_idle: 40,
      usage_iowait: 5,
      usage_irq: 1,
      usage_softirq: 2,
      usage_steal: 7,
      usage_guest: 10,
      usage_guest_nice: 1,
      usage_active: 60,
    });
    expect(seriesOf(lines)).toEqual(['cpu,cpu=cpu0']);
  });

  it("are Telegraf's to the last digit", async () => {
    // Two readings of a machine with 16 processors, Linux 6, and what Telegraf made of them (its test case `default`, MIT).
    const input = createPolled(cpu, {}, context);
    await gather(input, 'cpu  110686 30 36048 15342353 6731 15958 3621 0 0 0\ncpu0 5006 0 2060 960064 467 741 1220 0 0 0');
    expect(
      await gather(input, 'cpu  170115 31 75832 25125520 9906 29247 7444 0 0 0\ncpu0 7600 0 3991 1572632 677 1375 2088 0 0 0'),
    ).toEqual([
      'cpu,cpu=cpu0 usage_guest=0,usage_guest_nice=0,usage_idle=98.99208959203628,usage_iowait=0.03393637737251638,usage_irq=0.10245553930559709,usage_nice=0,usage_softirq=0.14027035980640107,usage_steal=0,usage_system=0.3120530700301387,usage_user=0.41919506144908336 1000000000',
      'cpu,cpu=cpu-total usage_guest=0,usage_guest_nice=0,usage_idle=98.79324440645692,usage_iowait=0.0320620665057134,usage_irq=0.13419615804548835,usage_nice=0.000010098288663216828,usage_softirq=0.0386057575594779,usage_steal=0,usage_system=0.40175031617741797,usage_user=0.6001311969663126 1000000000',
    ]);
  });

  it('are negative where the kernel took back time that it had counted for a disk, as in Telegraf', async () => {
    const input = createPolled(cpu, { percpu: false }, context);
    await gather(input, 'cpu 100 0 0 800 50 0 0 0 0 0');
    // 20 ticks of user, 90 of idle, 10 taken back: 100 passed.
    const [line] = await gather(input, 'cpu 120 0 0 890 40 0 0 0 0 0');
    expect(fields(line)).toMatchObject({ usage_user: 20, usage_iowait: -10, usage_idle: 90 });
  });

  it('are not given where no time has passed', async () => {
    const input = createPolled(cpu, {}, context);
    await gather(input, 'cpu 1 0 0 9 0 0 0 0 0 0\ncpu0 1 0 0 9 0 0 0 0 0 0');
    expect(await gather(input, 'cpu 1 0 0 9 0 0 0 0 0 0\ncpu0 1 0 0 9 0 0 0 0 0 0')).toEqual([]);
    expect(context.errors()).toBe(0);
  });
});

describe('the points of cpu', () => {
  it("have the tags and fields of a real Telegraf's lines", async () => {
    const input = createPolled(cpu, {}, context);
    await gather(input, 'cpu 1 0 0 9 0 0 0 0 0 0\ncpu0 1 0 0 9 0 0 0 0 0 0');
    const ours = await gather(input, 'cpu 2 0 0 18 0 0 0 0 0 0\ncpu0 2 0 0 18 0 0 0 0 0 0');
    const names = (line: string): string[] => Object.keys(fields(line)).sort();
    for (const line of ours) {
      const series = line.split(' ')[0];
      const recorded = recordedLines().find(({ head }) => head.startsWith(`${series},host=kvm-0 `));
      expect(names(recorded?.head ?? '')).toEqual(names(line));
    }
    expect(ours).toHaveLength(2);
  });
});

describe('kernels', () => {
  it('that know fewer states give zeros for the others', async () => {
    const input = createPolled(cpu, { percpu: false }, context);
    // Linux 2.6.9 has seven columns, 2.6.18 eight, 2.6.32 nine.
    await gather(input, 'cpu  100 0 100 800 0 0 0');
    const [line] = await gather(input, 'cpu  125 0 125 850 0 0 0');
    expect(fields(line)).toMatchObject({
      usage_user: 25,
      usage_system: 25,
      usage_idle: 50,
      usage_steal: 0,
      usage_guest: 0,
      usage_guest_nice: 0,
    });
    const [withSteal] = await gather(input, 'cpu  125 0 125 850 0 0 0 25');
    expect(fields(withSteal)).toMatchObject({ usage_steal: 100, usage_guest: 0 });
  });

  it('that show nothing of processors are an error', async () => {
    const input = createPolled(cpu, {}, context);
    await expect(gather(input, 'page 1 2')).rejects.toThrow('found no processors');
  });
});

describe('hotplug', () => {
  it('leaves out a processor that is offline, and starts afresh when it is back', async () => {
    const input = createPolled(cpu, { totalcpu: false }, context);
    const cpu0 = (ticks: number): string => `cpu 0 0 0 0 0 0 0\ncpu0 ${ticks} 0 0 ${ticks} 0 0 0 0 0 0`;
    await gather(input, `${cpu0(100)}\ncpu1 500 0 0 500 0 0 0 0 0 0`);
    expect(seriesOf(await gather(input, cpu0(200)))).toEqual(['cpu,cpu=cpu0']);
    // Back, with less than before: no reading to compare with, so neither a percentage nor an error.
    expect(seriesOf(await gather(input, `${cpu0(300)}\ncpu1 10 0 0 10 0 0 0 0 0 0`))).toEqual(['cpu,cpu=cpu0']);
    const lines = await gather(input, `${cpu0(400)}\ncpu1 40 0 0 20 0 0 0 0 0 0`);
    expect(seriesOf(lines)).toEqual(['cpu,cpu=cpu0', 'cpu,cpu=cpu1']);
    // 30 ticks of user and 10 of idle.
    expect(fields(lines[1])).toMatchObject({ usage_user: 75, usage_idle: 25 });
    expect(context.errors()).toBe(0);
  });

  it('leaves out a processor whose counters went back, says so, and takes the others', async () => {
    const input = createPolled(cpu, {}, context);
    await gather(input, 'cpu 200 0 0 200 0 0 0 0 0 0\ncpu0 100 0 0 100 0 0 0 0 0 0\ncpu1 100 0 0 100 0 0 0 0 0 0');
    const lines = await gather(input, 'cpu 210 0 0 210 0 0 0 0 0 0\ncpu0 50 0 0 10 0 0 0 0 0 0\ncpu1 160 0 0 140 0 0 0 0 0 0');
    expect(seriesOf(lines)).toEqual(['cpu,cpu=cpu1', 'cpu,cpu=cpu-total']);
    expect(fields(lines[0])).toMatchObject({ usage_user: 60, usage_idle: 40 });
    expect(context.logged.map(({ message }) => message)).toEqual([expect.stringContaining('current total CPU time of cpu0 is less')]);
    // The reset one is compared with what it said last.
    expect(seriesOf(await gather(input, 'cpu 230 0 0 230 0 0 0 0 0 0\ncpu0 60 0 0 20 0 0 0 0 0 0'))).toEqual([
      'cpu,cpu=cpu0',
      'cpu,cpu=cpu-total',
    ]);
  });
});

describe('the options of cpu', () => {
  it('collect_cpu_time gives seconds since boot from the first reading on, user with its guests', async () => {
    const input = createPolled(cpu, { percpu: false, collect_cpu_time: true, report_active: true }, context);
    const lines = await gather(input, 'cpu  110686 30 36048 15342353 6731 15958 3621 7 9 1\ncpu0 1 0 0 0 0 0 0 0 0 0');
    // Active: (110686 + 30 + 36048 + 6731 + 15958 + 3621 + 7) / 100. The others are as in Telegraf's test case `counters`.
    expect(lines).toHaveLength(1);
    expect(fields(lines[0])).toEqual({
      time_user: 1106.86,
      time_nice: 0.3,
      time_system: 360.48,
      time_idle: 153423.53,
      time_iowait: 67.31,
      time_irq: 159.58,
      time_softirq: 36.21,
      time_steal: 0.07,
      time_guest: 0.09,
      time_guest_nice: 0.01,
      time_active: 1730.81,
    });
    expect(await gather(input, 'cpu  110687 30 36048 15342353 6731 15958 3621 7 9 1')).toHaveLength(2);
  });

  it('core_tags tell where a processor sits, from cpuinfo or, on ARM, from /sys', async () => {
    await writeFile(join(folder, 'cpuinfo'), 'processor\t: 0\nphysical id\t: 1\ncore id\t\t: 4\n\nprocessor\t: 1\nBogoMIPS\t: 48.00\n\n');
    const topology = join(folder, 'sys/devices/system/cpu/cpu1/topology');
    await mkdir(topology, { recursive: true });
    await writeFile(join(topology, 'core_id'), '7\n');
    const input = createPolled(cpu, { core_tags: true, collect_cpu_time: true }, context);
    const lines = await gather(input, 'cpu 1 0 0 0 0 0 0 0 0 0\ncpu0 1 0 0 0 0 0 0 0 0 0\ncpu1 1 0 0 0 0 0 0 0 0 0');
    expect(seriesOf(lines)).toEqual(['cpu,core_id=4,cpu=cpu0,physical_id=1', 'cpu,core_id=7,cpu=cpu1', 'cpu,cpu=cpu-total']);
  });

  it('core_tags without a cpuinfo leave the points without them, and say so once', async () => {
    const input = createPolled(cpu, { core_tags: true, collect_cpu_time: true }, context);
    for (const ticks of [1, 2]) await gather(input, `cpu ${ticks} 0 0 0 0 0 0\ncpu0 ${ticks} 0 0 0 0 0 0`);
    expect(seriesOf(sink.lines)).toContain('cpu,cpu=cpu0');
    expect(context.logged.map(({ level }) => level)).toEqual(['warn']);
  });
});

describe('the live machine', () => {
  it('has percentages that add up to all of the time', async () => {
    vi.stubEnv('HOST_PROC', '');
    const input = createPolled(cpu, { core_tags: true, report_active: true }, context);
    await gatherOnce(input, sink);
    // Until the machine has counted another tick.
    await expect.poll(() => gatherOnce(input, sink).then(() => sink.lines.length)).toBeGreaterThan(0);
    for (const line of sink.lines) {
      const { usage_active: active, ...parts } = fields(line);
      const sum = Object.values(parts).reduce((total, part) => total + part, 0);
      expect(sum).toBeCloseTo(100, 6);
      expect(active + parts['usage_idle']).toBeCloseTo(100, 6);
    }
  });
});
