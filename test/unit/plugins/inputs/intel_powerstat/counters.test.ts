import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kindName } from '../../../../../src/metric/kind.ts';
import type { Point } from '../../../../../src/metric/point.ts';
import { PowerstatOptions } from '../../../../../src/plugins/inputs/intel_powerstat/config.ts';
import { Powerstat } from '../../../../../src/plugins/inputs/intel_powerstat/powerstat.ts';
import { energy } from '../../../../../src/plugins/processors/energy/plugin.ts';
import { readText } from '../../../../../src/plugins/shared/host-folders.ts';
import { repoPath } from '../../../../support/command-line.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { AMD_RANGE, FakeRapl, PACKAGE_RANGE, twoSockets, type FakeZone } from '../../../../support/fake-rapl.ts';
import { CollectingSink, gatherOnce } from '../../../../support/input.ts';
import { parsePoints, process as runProcessor, toLines } from '../../../../support/points.ts';
import { Random } from '../../../../support/random.ts';

describe('the raw counters of intel_powerstat', () => {
  let rapl: FakeRapl;
  let context: TestContext;
  let sink: CollectingSink;
  let elapsedMs: number;
  let input: Powerstat;

  async function begin(zones: readonly FakeZone[], options: object = {}): Promise<void> {
    rapl = await FakeRapl.create(zones);
    start(options);
  }

  function start(options: object = {}): void {
    const config = PowerstatOptions.parse({ powercap_path: rapl.powercap.links, ...options });
    const { sys } = rapl.powercap;
    input = new Powerstat(config, context, { sys, proc: sys, read: readText, monotonicMs: () => elapsedMs });
  }

  /** What the next gather gives, `ms` after the last. */
  async function gather(ms = 10_000): Promise<string[]> {
    elapsedMs += ms;
    context.clock.ms += ms;
    const before = sink.lines.length;
    await gatherOnce(input, sink);
    return sink.lines.slice(before).map((line) => line.slice(0, line.lastIndexOf(' ')));
  }

  /** The microjoules that the processor `energy` makes of what was gathered: deltas added up by what they are of. */
  function integrate(lines: readonly string[] = sink.lines): Map<string, number> {
    const processor = energy.create(energy.schema.parse({}), context);
    const points = runProcessor(processor, parsePoints(context.interner, lines.join('\n')));
    const sums = new Map<string, number>();
    for (const { shape, values } of points.filter((point) => point.shape.series.measurement === 'energy')) {
      const { series } = shape;
      const key = [series.tag('scope'), series.tag('package_id'), series.tag('die')].filter((tag) => tag !== undefined).join(' ');
      sums.set(key, (sums.get(key) ?? 0) + Math.round(Number(values[shape.indexOf('joules_delta')]) * 1e6));
    }
    return sums;
  }

  beforeEach(() => {
    context = testContext();
    sink = new CollectingSink(context.interner);
    elapsedMs = 0;
  });

  afterEach(() => rapl.close());

  it('come as exact integers with their range, named by what they count, from the first gather on', async () => {
    await begin(twoSockets);

    expect((await gather()).slice(0, 3)).toEqual([
      'powercap,domain=package,package_id=0 energy_uj=259143328850i,max_energy_range_uj=262143328850i',
      'powercap,domain=core,package_id=0 energy_uj=500i,max_energy_range_uj=262143328850i',
      'powercap,domain=dram,package_id=0 energy_uj=65012999613i,max_energy_range_uj=65712999613i',
    ]);
    await rapl.use('intel-rapl:0', 500_000_000);
    const lines = await gather();
    expect(lines).toHaveLength(4 + 6);
    expect(lines[0]).toBe('powerstat_package,package_id=0 current_power_consumption_watts=50');
    expect(lines[4]).toMatch('energy_uj=259643328850i');
  });

  it('are only those that are asked for', async () => {
    await begin(twoSockets, { energy_counters: ['dram'], package_metrics: [] });

    expect(await gather()).toEqual([
      expect.stringContaining('domain=dram,package_id=0'),
      expect.stringContaining('domain=dram,package_id=1'),
    ]);
  });

  it('become energy that is exact to the microjoule, across wraps, once and not twice beside the watts', async () => {
    await begin(twoSockets);
    const random = new Random(7);
    await gather();
    for (let round = 0; round < 60; round++) {
      for (const { id } of twoSockets) await rapl.use(id, random.below(/:.:1$/.test(id) ? 60e6 : 900e6));
      await gather(9_500 + random.below(1000));
    }

    const used = (socket: number, below = ''): number => rapl.used(`intel-rapl:${socket}${below}`);
    expect(integrate()).toEqual(
      new Map([
        ['package 0', used(0)],
        ['core 0', used(0, ':0')],
        ['dram 0', used(0, ':1')],
        ['package 1', used(1)],
        ['core 1', used(1, ':0')],
        ['dram 1', used(1, ':1')],
        ['host', used(0) + used(1) + used(0, ':1') + used(1, ':1')],
      ]),
    );
    expect(used(0)).toBeGreaterThan(3_000_000_000); // it did wrap
    expect(context.dropped.get('implausible')).toBeUndefined();
  });

  it('lose nothing when a socket vanishes and comes back', async () => {
    await begin(twoSockets);
    const second = ['intel-rapl:1', 'intel-rapl:1:0', 'intel-rapl:1:1'];
    await gather();
    for (let round = 0; round < 12; round++) {
      if (round === 4) await rapl.hide(...second);
      if (round === 7) await rapl.show(...second);
      for (const { id } of twoSockets) await rapl.use(id, 250_000_000);
      await gather();
    }

    const sums = integrate();
    expect(sums.get('package 1')).toBe(rapl.used('intel-rapl:1'));
    expect(sums.get('host')).toBe(4 * 12 * 250_000_000);
  });

  it('lose nothing while the bridge is restarted', async () => {
    await begin(twoSockets);
    await gather();
    for (const { id } of twoSockets) await rapl.use(id, 250_000_000);
    await gather();
    const before = integrate(sink.lines.splice(0));

    start();
    for (const { id } of twoSockets) await rapl.use(id, 150_000_000);
    await gather(20_000);
    const after = integrate(); // by another processor, with the state that the first one left
    expect((before.get('package 1') ?? 0) + (after.get('package 1') ?? 0)).toBe(rapl.used('intel-rapl:1'));
    expect((before.get('host') ?? 0) + (after.get('host') ?? 0)).toBe(4 * 400_000_000);
  });

  it('are told apart by what they are, not by their numbers, which change when the driver is loaded again', async () => {
    await begin(twoSockets.filter(({ id }) => /^[^:]+:.$/.test(id)));
    await gather();
    const range = { max_energy_range_uj: PACKAGE_RANGE };
    await rapl.powercap.write('intel-rapl:0', { name: 'package-1', energy_uj: PACKAGE_RANGE - 6_000_000_000 + 100_000_000, ...range });
    await rapl.powercap.write('intel-rapl:1', { name: 'package-0', energy_uj: PACKAGE_RANGE - 3_000_000_000 + 200_000_000, ...range });

    expect((await gather()).slice(0, 2)).toEqual([
      'powerstat_package,package_id=0 current_power_consumption_watts=20',
      'powerstat_package,package_id=1 current_power_consumption_watts=10',
    ]);
    expect(integrate().get('host')).toBe(300_000_000);
  });

  it('have no range where the kernel says 0', async () => {
    await begin([]);
    await rapl.powercap.write('intel-rapl:0', { name: 'package-0', max_energy_range_uj: 0, energy_uj: 7 });

    expect(await gather()).toEqual(['powercap,domain=package,package_id=0 energy_uj=7i']);
  });

  it("are AMD's too, with their shorter range", async () => {
    await begin([
      { id: 'intel-rapl:0', name: 'package-0', range: AMD_RANGE, start: AMD_RANGE - 1 },
      { id: 'intel-rapl:0:0', name: 'core', range: AMD_RANGE, start: 0 },
    ]);
    await gather();
    for (let round = 0; round < 5; round++) {
      await rapl.use('intel-rapl:0', 2_000_000_001);
      await gather();
    }

    expect(integrate().get('host')).toBe(10_000_000_005);
  });

  it('have one series for each die, whose energies add up to the host', async () => {
    await begin([
      { id: 'intel-rapl:0', name: 'package-0-die-0', range: PACKAGE_RANGE, start: 0 },
      { id: 'intel-rapl:1', name: 'package-0-die-1', range: PACKAGE_RANGE, start: 0 },
    ]);
    await gather();
    for (let round = 0; round < 3; round++) {
      await rapl.use('intel-rapl:0', 300_000_000);
      await rapl.use('intel-rapl:1', 200_000_000);
      await gather();
    }

    expect(integrate()).toEqual(
      new Map([
        ['package 0 0', 900_000_000],
        ['package 0 1', 600_000_000],
        ['host', 1_500_000_000],
      ]),
    );
  });

  describe('of the platform', () => {
    const laptop: readonly FakeZone[] = [
      { id: 'intel-rapl:0', name: 'package-0', range: PACKAGE_RANGE, start: 0 },
      { id: 'intel-rapl:0:0', name: 'core', range: PACKAGE_RANGE, start: 0 },
      { id: 'intel-rapl:0:1', name: 'uncore', range: PACKAGE_RANGE, start: 0 },
      { id: 'intel-rapl:1', name: 'psys', range: PACKAGE_RANGE, start: 0 },
    ];

    it('are the host, and the package inside is not added', async () => {
      await begin(laptop);
      await gather();
      for (let round = 0; round < 6; round++) {
        await rapl.use('intel-rapl:0', 100_000_000);
        await rapl.use('intel-rapl:0:1', 20_000_000);
        await rapl.use('intel-rapl:1', 180_000_000);
        expect(await gather()).toContainEqual(expect.stringMatching(/^powercap,domain=psys energy_uj=\d+i,max/));
      }

      const sums = integrate();
      // The first interval is known of the package only: the platform is believed from the first power on.
      expect(sums.get('platform')).toBe(5 * 180_000_000);
      expect(sums.get('package 0')).toBe(6 * 100_000_000);
      expect(sums.get('uncore 0')).toBe(6 * 20_000_000);
      expect(sums.get('host')).toBe(100_000_000 + 5 * 180_000_000);
    });

    it('are left out, and the package is the host, where the board does not feed them', async () => {
      await begin(laptop);
      await gather();
      for (let round = 0; round < 4; round++) {
        await rapl.use('intel-rapl:0', 100_000_000);
        expect(await gather()).not.toContainEqual(expect.stringContaining('domain=psys'));
      }

      expect(context.logged).toMatchObject([{ level: 'error', message: expect.stringContaining('less than the packages') }]);
      expect(integrate().get('host')).toBe(400_000_000);
    });

    it('of several sockets are told apart', async () => {
      const socket = (number: number, id: number, name: string): FakeZone => ({
        id: `intel-rapl:${id}`,
        name,
        range: PACKAGE_RANGE,
        start: number,
      });
      await begin([socket(0, 0, 'package-0'), socket(1, 1, 'package-1'), socket(2, 2, 'psys'), socket(3, 3, 'psys-1')]);
      await gather();
      for (const id of [0, 1, 2, 3]) await rapl.use(`intel-rapl:${id}`, 100_000_000);

      expect((await gather()).filter((line) => line.includes('psys'))).toEqual([
        'powercap,domain=psys energy_uj=100000002i,max_energy_range_uj=262143328850i',
        'powercap,domain=psys,package_id=1 energy_uj=100000003i,max_energy_range_uj=262143328850i',
      ]);
    });
  });
});

describe("the lines of intel_powerstat beside real Telegraf's", () => {
  /** Measurement, tags and field with its kind, once each. */
  function kinds(points: readonly Point[]): Set<string> {
    return new Set(
      points
        .filter(({ shape }) => shape.series.measurement.startsWith('powerstat'))
        .map(({ shape }) => {
          const { series, fields } = shape;
          const tags = series.tags.filter(([key]) => key !== 'host').map((tag) => tag.join('='));
          return `${series.measurement},${tags.join(',')} ${fields.map(({ key, kind }) => `${key.name}:${kindName(kind)}`).join(',')}`;
        }),
    );
  }

  it('have the same measurements, tags, fields and kinds, one field a line, in the same order', async () => {
    const context = testContext();
    const rapl = await FakeRapl.create(twoSockets);
    const { sys, links } = rapl.powercap;
    for (const { id } of twoSockets) await rapl.powercap.write(id, { constraint_0_max_power_uw: 120_000_000 });
    let now = 0;
    const config = PowerstatOptions.parse({ powercap_path: links });
    const input = new Powerstat(config, context, { sys, proc: sys, read: readText, monotonicMs: () => (now += 1000) });
    const sink = new CollectingSink(context.interner);
    await gatherOnce(input, sink);
    await gatherOnce(input, sink);
    await rapl.close();

    const recorded = parsePoints(context.interner, await readFile(repoPath('recordings/kvm-0.lp'), 'utf8'));
    const ours = parsePoints(context.interner, sink.lines.join('\n'));
    expect([...kinds(ours)].toSorted()).toEqual([...kinds(recorded)].toSorted());
    const fields = (lines: readonly string[]) =>
      lines.filter((line) => line.startsWith('powerstat')).map((line) => /package_id=\d (\w+)=/.exec(line)?.[1]);
    expect(fields(sink.lines).slice(-6)).toEqual(fields(toLines(context.interner, recorded)).slice(0, 6));
  });
});
