import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import type { Point } from '../../../../src/metric/point.ts';
import { energy } from '../../../../src/plugins/processors/energy/plugin.ts';
import { memoryStore } from '../../../support/store.ts';
import { testContext, type TestContext } from '../../../support/context.ts';
import { parsePoints, process, toLines } from '../../../support/points.ts';

function create(options: object = {}, context: TestContext = testContext()) {
  return { context, processor: energy.create(energy.schema.parse(options), context) };
}

/** What comes out for some lines; times are seconds. */
function run(lines: string, options: object = {}): { out: string[]; dropped: Record<string, number>; context: TestContext } {
  const { context, processor } = create(options);
  const points = parsePoints(context.interner, lines.replaceAll(/ (\d+)$/gm, ' $1000000000'));
  const out = toLines(context.interner, process(processor, points)).map((line) => line.replace(/000000000$/, ''));
  return { out, dropped: Object.fromEntries(context.dropped), context };
}

const made = (out: readonly string[]) => out.filter((line) => line.startsWith('energy,'));

const recording = readFileSync('recordings/kvm-0.lp', 'utf8');

/** One column of the truth, as microjoules so far, the wrap of package 0's counter undone. */
function truth(column: number): { ns: bigint; micros: number }[] {
  const [, ...rows] = readFileSync('test/data/kvm-0.truth.csv', 'utf8').trim().split('\n');
  const range = 262_143_328_850;
  let wrapped = 0;
  let last = 0;
  return rows.map((row) => {
    const cells = row.split(',');
    const value = Number(cells[column]);
    if (value < last) wrapped += range;
    last = value;
    return { ns: BigInt(cells[0]), micros: value + wrapped };
  });
}

/** The counter at a time between two of its readings. */
function truthAt(readings: readonly { ns: bigint; micros: number }[], ns: bigint): number {
  const after = readings.findIndex((reading) => reading.ns >= ns);
  const [a, b] = [readings[after - 1], readings[after]];
  return a.micros + (b.micros - a.micros) * (Number(ns - a.ns) / Number(b.ns - a.ns));
}

function field(point: Point, name: string): number {
  return Number(point.values[point.shape.indexOf(name)]);
}

function processRecording(options: object = {}): { out: Point[]; context: TestContext } {
  const { context, processor } = create(options);
  return { out: process(processor, parsePoints(context.interner, recording)), context };
}

describe('the recorded hypervisor', () => {
  const { out, context } = processRecording();
  const samples = (scope: string, id?: string) =>
    out.filter(({ series }) => series.measurement === 'energy' && series.tag('scope') === scope && series.tag('package_id') === id);
  const sum = (points: readonly Point[]) => points.reduce((total, point) => total + field(point, 'joules_delta'), 0);

  it.each([
    ['package', '0', 1],
    ['dram', '0', 2],
    ['package', '1', 3],
    ['dram', '1', 4],
  ])('%s %s used what its counter says, to 0.03 %%', (scope, id, column) => {
    const points = samples(scope, id);
    const first = points[0];
    const last = points[points.length - 1];
    const readings = truth(column);
    const ns = ({ ms, ns: rest }: Point) => BigInt(ms) * 1_000_000n + BigInt(rest);
    // Before the truth's first row nothing is known; the first sample after it begins the interval that is compared.
    const begin = points.find((point) => ns(point) > readings[0].ns) ?? first;
    const energyUsed = field(last, 'joules_total') - field(begin, 'joules_total');
    const counted = (truthAt(readings, ns(last)) - truthAt(readings, ns(begin))) / 1e6;
    expect(counted).toBeGreaterThan(1000);
    expect(Math.abs(energyUsed / counted - 1)).toBeLessThan(0.0003);
    expect(sum(points)).toBeCloseTo(field(last, 'joules_total'), 6);
  });

  it('has a host total that is the sum of its parts', () => {
    const parts = ['0', '1'].flatMap((id) => [...samples('package', id), ...samples('dram', id)]);
    const host = samples('host');
    expect(sum(host)).toBeCloseTo(sum(parts), 6);
    expect(host).toHaveLength(samples('package', '0').length);
    expect(host[0].series.tags).toEqual([
      ['host', 'kvm-0'],
      ['scope', 'host'],
      ['source', 'powerstat_package'],
    ]);
    for (const point of host) {
      const watts = parts.filter(({ ms }) => ms === point.ms).reduce((total, part) => total + field(part, 'watts'), 0);
      expect(field(point, 'watts')).toBeCloseTo(watts, 6);
    }
  });

  it('goes on unchanged, in order, with nothing refused', () => {
    const originals = out.filter(({ series }) => series.measurement !== 'energy');
    expect(toLines(context.interner, originals)).toEqual(toLines(context.interner, parsePoints(context.interner, recording)));
    expect(Object.fromEntries(context.dropped)).toEqual({});
  });

  it('gives the same in any two halves with a restart between them', () => {
    const lines = recording.trim().split('\n');
    const store = memoryStore();
    const halves = [lines.slice(0, 333), lines.slice(333)].flatMap((part) => {
      const again = testContext({ store });
      return toLines(again.interner, process(create({}, again).processor, parsePoints(again.interner, part.join('\n'))));
    });
    expect(halves).toEqual(toLines(context.interner, out));
  });

  it('gives the same when it comes shuffled, within the lateness', () => {
    const lines = recording.trim().split('\n');
    const shuffled = lines.map((line, index) => ({ line, at: index + ((index * 7919) % 20) })).toSorted((a, b) => a.at - b.at);
    const { context: other, processor } = create({ lateness: '60s' });
    const points = process(processor, parsePoints(other.interner, shuffled.map(({ line }) => line).join('\n')));
    processor.flush?.(points);
    const energyLines = (ofContext: TestContext, all: readonly Point[]) =>
      made(toLines(ofContext.interner, all))
        .filter((line) => !line.includes('scope=host'))
        .toSorted();
    expect(energyLines(other, points)).toEqual(energyLines(context, out));
    const host = points.filter(({ series }) => series.tag('scope') === 'host');
    expect(sum(host)).toBeCloseTo(sum(samples('host')), 6);
  });
});

const POWER = 'powerstat_package,host=a,package_id=0 current_power_consumption_watts';
const DRAM = 'powerstat_package,host=a,package_id=0 current_dram_power_consumption_watts';
const TDP = 'powerstat_package,host=a,package_id=0 thermal_design_power_watts';

describe('powerstat_package', () => {
  it('by die and as a whole are alternatives, and never both in the host', () => {
    const at = (seconds: number) => [
      `powercap,domain=package,host=a,package_id=0,die=0 energy_uj=${seconds * 30e6}i,max_energy_range_uj=262143328850i ${seconds}`,
      `powercap,domain=package,host=a,package_id=0,die=1 energy_uj=${seconds * 20e6}i,max_energy_range_uj=262143328850i ${seconds}`,
      `powerstat_package,host=a,package_id=0 current_power_consumption_watts=50 ${seconds}`,
    ];
    const { out } = run([100, 110, 120, 130].flatMap(at).join('\n'));
    const hosts = made(out).filter((line) => line.includes('scope=host'));
    expect(hosts.at(-1)).toBe('energy,host=a,scope=host,source=powerstat_package_die joules_delta=500,joules_total=1500,watts=50 130');
  });

  it('adds energy after each point, the first with none yet', () => {
    const { out } = run(`${POWER}=42 100\n${POWER}=50.5 110`, { host_totals: false });
    expect(out).toEqual([
      `${POWER}=42 100`,
      'energy,host=a,package_id=0,scope=package,source=powerstat_package joules_delta=0,joules_total=0,watts=42 100',
      `${POWER}=50.5 110`,
      'energy,host=a,package_id=0,scope=package,source=powerstat_package joules_delta=505,joules_total=505,watts=50.5 110',
    ]);
  });

  it('reads integers as well, and fields that come in one line', () => {
    const { out } = run(`${POWER}=42i,current_dram_power_consumption_watts=8u 100`, { host_totals: false });
    expect(made(out)).toHaveLength(2);
  });

  it('refuses the spike of an unchanged counter, and what is beyond five times the design power', () => {
    const { out, dropped, context } = run(`${POWER}=50 0\n${TDP}=120 0\n${POWER}=26214.33 10\n${POWER}=873.81 20\n${POWER}=50 30`, {
      host_totals: false,
    });
    expect(dropped).toEqual({ implausible: 2 });
    expect(made(out).at(-1)).toContain('joules_total=1500,');
    expect(context.logged.map(({ level }) => level)).toEqual(['warn', 'warn']);
  });

  it('refuses the same spike of memory, which is smaller', () => {
    expect(run(`${DRAM}=8 0\n${DRAM}=1095.2 60`).dropped).toEqual({ implausible: 1 });
  });

  it('reports a gap, for the host too', () => {
    const { out } = run(`${POWER}=50 0\n${POWER}=50 10\n${POWER}=50 100`);
    expect(made(out).filter((line) => line.includes('gap_seconds=90'))).toEqual([
      'energy,host=a,package_id=0,scope=package,source=powerstat_package gap_seconds=90,joules_delta=0,joules_total=500,watts=50 100',
      'energy,host=a,scope=host,source=powerstat_package gap_seconds=90,joules_delta=0,joules_total=500,watts=50 100',
    ]);
  });
});

describe("a field of the user's own", () => {
  const plug = { measurement: 'plug', field: 'power', unit: 'W', kind: 'instantaneous', scope: 'wall' };

  it('is integrated as declared', () => {
    const { out } = run('plug,host=a power=100 0\nplug,host=a power=200 10', { fields: [plug], host_totals: false });
    expect(made(out).at(-1)).toBe('energy,host=a,scope=wall,source=plug joules_delta=1500,joules_total=1500,watts=200 10');
  });

  it('that counts has no power at first, and wraps where it says', () => {
    const meter = { measurement: 'meter', field: 'e', unit: 'Wh', kind: 'counter', scope: 'wall', wraps_at: 1000, source: 'grid' };
    const { out } = run('meter,host=a e=999.5 0\nmeter,host=a e=0.5 30', { fields: [meter], host_totals: false });
    expect(made(out)).toEqual([
      'energy,host=a,scope=wall,source=grid joules_delta=0,joules_total=0 0',
      'energy,host=a,scope=wall,source=grid joules_delta=3600,joules_total=3600,watts=120 30',
    ]);
  });

  it('at the wall makes the host total alone', () => {
    const lines = [0, 10, 20, 30].flatMap((time) => [`${POWER}=50 ${time}`, `plug,host=a power=100 ${time}`]).join('\n');
    const host = made(run(lines, { fields: [plug] }).out).filter((line) => line.includes('scope=host'));
    expect(host).toEqual([
      'energy,host=a,scope=host,source=powerstat_package joules_delta=0,joules_total=0,watts=50 0',
      'energy,host=a,scope=host,source=powerstat_package joules_delta=500,joules_total=500,watts=50 10',
      'energy,host=a,scope=host,source=plug joules_delta=1000,joules_total=1500,watts=100 20',
      'energy,host=a,scope=host,source=plug joules_delta=1000,joules_total=2500,watts=100 30',
    ]);
  });

  it('keeps tags of its own that are called source or scope', () => {
    const { out } = run('plug,host=a,scope=lab,source=s1 power=1 0', { fields: [plug], host_totals: false });
    expect(made(out)).toEqual([
      'energy,exported_scope=lab,exported_source=s1,host=a,scope=wall,source=plug joules_delta=0,joules_total=0,watts=1 0',
    ]);
  });

  it('holding text is left alone, counted and named', () => {
    const { out, dropped, context } = run('plug,host=a power="50" 0\nplug,host=a power="51" 10', { fields: [plug] });
    expect(made(out)).toEqual([]);
    expect(dropped).toEqual({ not_a_number: 2 });
    expect(context.logged).toContainEqual(expect.objectContaining({ level: 'warn', details: { series: 'plug,host=a', fields: 'power' } }));
  });

  it.each([
    [{ ...plug, kind: 'counter' }, /a counter counts energy/],
    [{ ...plug, unit: 'Wh' }, /is a power/],
    [{ ...plug, wraps_at: 5 }, /only counters wrap/],
    [{ ...plug, scope: 'rack' }, /Invalid option/],
  ])('must make sense: %j', (wrong, message) => {
    expect(() => energy.schema.parse({ fields: [wrong] })).toThrow(message);
  });

  it('must not make the same series as another', () => {
    expect(() => create({ fields: [plug, { ...plug, field: 'other' }] })).toThrow(ConfigError);
    expect(() => create({ fields: [plug, { ...plug, field: 'other', source: 'second' }] })).not.toThrow();
  });
});

describe('the processor', () => {
  it('passes over what is not about energy, and what it made itself', () => {
    const { context, processor } = create();
    const points = parsePoints(
      context.interner,
      'cpu usage_idle=5 1\nenergy,host=a watts=5 1\nequivalent,host=a value=5 1\npowerstat_package other=1 1',
    );
    expect(points.map(({ shape }) => processor.bind(shape))).toEqual(['pass', 'pass', 'pass', 'pass']);
  });

  it('refuses series beyond its bound, and counts them', () => {
    const { out, dropped } = run(`${POWER}=42 100\n${DRAM}=8 100`, { host_totals: false, max_series: 1 });
    expect(made(out)).toHaveLength(1);
    expect(dropped).toEqual({ series_limit: 1 });
  });

  it('says by which method energy was made, and how far it can be off, where asked', () => {
    const plug = { measurement: 'plug', field: 'power', unit: 'W', kind: 'instantaneous', scope: 'wall', resolution: 0.1 };
    const { out } = run(`plug,host=a power=100 0\nplug,host=a power=120 10\n${POWER}=50 0\n${POWER}=50 10`, {
      fields: [plug],
      host_totals: false,
      uncertainty: true,
    });
    // 0.05 W and half of 20 W for 10 s; 0.005 W for 10 s.
    expect(made(out).filter((line) => line.endsWith(' 10'))).toEqual([
      'energy,host=a,method=trapezoid,scope=wall,source=plug joules_delta=1100,joules_total=1100,joules_uncertainty=100.5,watts=120 10',
      'energy,host=a,method=mean,package_id=0,scope=package,source=powerstat_package joules_delta=500,joules_total=500,joules_uncertainty=0.05,watts=50 10',
    ]);
  });

  it('forgets series silent for an hour when it needs the room; what they used stays in the totals', () => {
    const plugs = {
      fields: [{ measurement: 'plug', field: 'power', unit: 'W', kind: 'mean', scope: 'wall', identity: ['id'] }],
      max_series: 2,
    };
    const lines = [
      ...['a', 'b'].flatMap((id) => [`plug,host=h,id=${id} power=10 0`, `plug,host=h,id=${id} power=10 10`]),
      'plug,host=h,id=c power=10 3000',
      'plug,host=h,id=c power=10 3700',
      'plug,host=h,id=d power=10 3700',
      'plug,host=h,id=a power=10 3705',
    ];
    const { out, dropped } = run(lines.join('\n'), plugs);
    expect(dropped).toEqual({ series_limit: 2 });
    expect(made(out).filter((line) => line.includes('id=c') || line.includes('id=d'))).toHaveLength(2);
    expect(made(out).findLast((line) => line.includes('scope=host'))).toContain('joules_total=200');
  });

  it('puts out at the end what waits, and the open frame of the host, but keeps its state', () => {
    const { context, processor } = create({ lateness: '30s' });
    expect(
      made(
        toLines(context.interner, process(processor, parsePoints(context.interner, `${POWER}=50 100000000000\n${POWER}=50 110000000000`))),
      ),
    ).toEqual([]);
    for (let time = 0; time < 2; time++) {
      const out: Point[] = [];
      processor.flush?.(out);
      expect(out.map((point) => [point.series.tag('scope'), field(point, 'joules_total')])).toEqual([
        ['package', 0],
        ['package', 500],
        ['host', 0],
        ['host', 500],
      ]);
    }
  });

  it.each([{ max_gap: '0s' }, { lateness: '-1s' }])('is not made with %j', (options) => {
    expect(() => create(options)).toThrow(ConfigError);
  });
});
