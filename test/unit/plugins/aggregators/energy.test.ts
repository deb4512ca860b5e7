import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import type { Point } from '../../../../src/metric/point.ts';
import type { Aggregator } from '../../../../src/pipeline/plugin.ts';
import { energy } from '../../../../src/plugins/aggregators/energy/plugin.ts';
import { energy as energyProcessor } from '../../../../src/plugins/processors/energy/plugin.ts';
import { memoryStore } from '../../../support/store.ts';
import { testContext, type TestContext } from '../../../support/context.ts';
import { parsePoints, process, toLines } from '../../../support/points.ts';

/** 2025-10-09T08:00:00Z, in seconds; the tests' clock stands 53 minutes later. */
const T0 = 1_759_996_800;

function create(options: object = {}, context: TestContext = testContext()) {
  return { context, aggregator: energy.create(energy.schema.parse(options), context) };
}

function feed(aggregator: Aggregator, points: readonly Point[]): void {
  for (const point of points) {
    const add = aggregator.bind(point.shape);
    if (typeof add !== 'string') add(point);
  }
}

/** Lines whose times are seconds after T0. */
function lines(context: TestContext, text: string): Point[] {
  return parsePoints(
    context.interner,
    text.replaceAll(/ (\d+)$/gm, (_, seconds: string) => ` ${T0 + Number(seconds)}000000000`),
  );
}

function push(aggregator: Aggregator, context: TestContext, last = false): string[] {
  const out: Point[] = [];
  aggregator.push(out, last);
  return toLines(context.interner, out).map((line) => line.replace(/ (\d+)000000000$/, (_, seconds: string) => ` ${Number(seconds) - T0}`));
}

const SERIES = 'energy,host=a,scope=host,source=s';

describe('windows of energy', () => {
  it('are told once their series has passed their end, stamped at their start', () => {
    const { context, aggregator } = create({ period: '1m' });
    feed(
      aggregator,
      lines(context, `${SERIES} watts=10,joules_delta=0,joules_total=0 0\n${SERIES} watts=10,joules_delta=500,joules_total=500 50`),
    );
    expect(push(aggregator, context)).toEqual([]);
    feed(aggregator, lines(context, `${SERIES} watts=40,joules_delta=800,joules_total=1300 70`));
    expect(push(aggregator, context)).toEqual([
      `${SERIES} covered_seconds=60,gap_seconds=0,joules_delta=900,joules_total=900,watts=15,watts_max=40,watts_min=10 0`,
    ]);
    expect(push(aggregator, context)).toEqual([]);
    expect(push(aggregator, context, true)).toEqual([
      `${SERIES} covered_seconds=10,gap_seconds=0,joules_delta=400,joules_total=1300,watts=40,watts_max=40,watts_min=40 60`,
    ]);
  });

  it('are told as they grow, now and then, with what waits for late samples, and end as if they had not been', () => {
    const { context, aggregator } = create({ period: '1h', lateness: '30s', emit_every: '1m' });
    const tell = (minutes: number, from: number, to: number) => {
      context.clock.ms += minutes * 60_000;
      for (let at = from; at <= to; at += 10) {
        feed(aggregator, lines(context, `${SERIES} watts=1,joules_delta=${at === 0 ? 0 : 10},joules_total=${at} ${at}`));
      }
      return push(aggregator, context).map((line) => /joules_delta=(\d+).* (\d+)$/.exec(line)?.slice(1).join(' at '));
    };
    expect(tell(0, 0, 20)).toEqual([]);
    expect(tell(1, 30, 50)).toEqual(['50 at 0']);
    expect(tell(0, 60, 60)).toEqual([]);
    expect(tell(2, 70, 90)).toEqual(['90 at 0']);
    expect(tell(2, 100, 3630)).toEqual(['3600 at 0', '30 at 3600']);
    expect(tell(2, 3640, 3640)).toEqual(['40 at 3600']);
    expect(push(aggregator, context, true)).toEqual([expect.stringContaining('joules_delta=40,')]);
  });

  it('are told as they stand when nobody sends any more', () => {
    const { context, aggregator } = create({ emit_every: '1m' });
    const dueMs = context.clock.ms + 60_000;
    feed(
      aggregator,
      lines(context, `${SERIES} watts=1,joules_delta=0,joules_total=0 0\n${SERIES} watts=1,joules_delta=10,joules_total=10 10`),
    );
    expect([push(aggregator, context), aggregator.dueMs]).toEqual([[], dueMs]);
    context.clock.ms = dueMs;
    expect(push(aggregator, context)).toEqual([expect.stringContaining('joules_delta=10,')]);
    expect(aggregator.dueMs).toBe(dueMs + 60_000);
    expect(create({ emit_every: '0s' }).aggregator.dueMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('go on after a sample from a clock a year ahead, and lose none of their energy', () => {
    const { context, aggregator } = create({ period: '1h' });
    const year = 31_536_000;
    feed(
      aggregator,
      lines(context, `${SERIES} watts=10,joules_delta=0,joules_total=0 0\n${SERIES} watts=10,joules_delta=600,joules_total=600 60`),
    );
    feed(aggregator, lines(context, `${SERIES} watts=10,joules_delta=0,joules_total=600,gap_seconds=${year} ${60 + year}`));
    expect(push(aggregator, context)).toEqual([]);

    feed(
      aggregator,
      lines(context, `${SERIES} watts=10,joules_delta=0,joules_total=600 120\n${SERIES} watts=10,joules_delta=600,joules_total=1200 180`),
    );
    context.clock.ms += 3_600_000;
    feed(aggregator, lines(context, `${SERIES} watts=10,joules_delta=34200,joules_total=35400 3600\n`));

    expect(push(aggregator, context)).toEqual([expect.stringMatching(/joules_delta=35400,joules_total=35400,.* 0$/)]);
    expect(Object.fromEntries(context.dropped)).toEqual({});
  });

  it('of old readings stay open when one from the future comes between them, which has a window of its own', () => {
    const { context, aggregator } = create({ period: '1h' });
    const sample = (at: number, joules: number, total: number) => `${SERIES} watts=10,joules_delta=${joules},joules_total=${total} ${at}`;
    context.clock.ms += 86_400_000;
    const [old, future] = [0, 9_000_000];
    feed(aggregator, lines(context, [sample(old, 0, 0), sample(old + 60, 600, 600), sample(future, 50, 650)].join('\n')));
    // Told as it stands, since all of it is old.
    expect(push(aggregator, context)).toEqual([
      expect.stringMatching(/joules_delta=600,.* 0$/),
      expect.stringMatching(/joules_delta=50,.* 8996400$/),
    ]);
    feed(aggregator, lines(context, [sample(old + 120, 0, 650), sample(old + 180, 600, 1250), sample(old + 3600, 100, 1350)].join('\n')));
    expect(push(aggregator, context)).toEqual([expect.stringMatching(/joules_delta=1300,joules_total=1350,.* 0$/)]);
    expect(push(aggregator, context, true)).toEqual([]);
  });

  it('have no watts where nothing was covered', () => {
    const { context, aggregator } = create({ period: '1m' });
    feed(
      aggregator,
      lines(
        context,
        `${SERIES} watts=10,joules_delta=0,joules_total=7 0\n${SERIES} watts=10,joules_delta=0,joules_total=7,gap_seconds=60 60`,
      ),
    );
    expect(push(aggregator, context)).toEqual([`${SERIES} covered_seconds=0,gap_seconds=60,joules_delta=0,joules_total=7 0`]);
  });

  it('are corrected by samples within the lateness; later ones are counted', () => {
    const { context, aggregator } = create({ period: '1m', lateness: '30s' });
    const sample = (seconds: number, joules: number) => `${SERIES} watts=1,joules_delta=${joules},joules_total=${joules} ${seconds}`;
    feed(aggregator, lines(context, [sample(0, 0), sample(50, 5), sample(60, 5), sample(40, 5), sample(95, 5)].join('\n')));
    expect(push(aggregator, context)[0]).toContain('joules_delta=15,');
    feed(aggregator, lines(context, `${sample(30, 5)}\n${sample(60, 5)}`));
    expect(Object.fromEntries(context.dropped)).toEqual({ late: 1, duplicate: 1 });
  });

  it('of a series that fell silent are told once the others are well past them, and again when more comes', () => {
    const { context, aggregator } = create({ period: '1m' });
    const other = 'energy,host=b,scope=host,source=s';
    feed(
      aggregator,
      lines(context, `${SERIES} watts=1,joules_delta=0,joules_total=0 0\n${SERIES} watts=1,joules_delta=30,joules_total=30 30`),
    );
    feed(aggregator, lines(context, `${other} watts=1,joules_delta=0,joules_total=0 359`));
    expect(push(aggregator, context)).toEqual([]);
    feed(aggregator, lines(context, `${other} watts=1,joules_delta=1,joules_total=1 360`));
    expect(push(aggregator, context).filter((line) => line.startsWith(SERIES))).toEqual([
      `${SERIES} covered_seconds=30,gap_seconds=0,joules_delta=30,joules_total=30,watts=1,watts_max=1,watts_min=1 0`,
    ]);
    expect(push(aggregator, context)).toEqual([]);
    feed(aggregator, lines(context, `${SERIES} watts=1,joules_delta=30,joules_total=60 60`));
    expect(push(aggregator, context)[0]).toContain('covered_seconds=60,gap_seconds=0,joules_delta=60,');
  });

  it('are not thought silent because of one time far ahead of the clock', () => {
    const { context, aggregator } = create({ period: '1m' });
    feed(
      aggregator,
      lines(context, `${SERIES} watts=1,joules_delta=0,joules_total=0 3000\n${SERIES} watts=1,joules_delta=30,joules_total=30 3180`),
    );
    feed(aggregator, lines(context, 'energy,host=b watts=1,joules_delta=0,joules_total=0 90000000'));
    expect(push(aggregator, context)).toHaveLength(3);
    feed(aggregator, lines(context, `${SERIES} watts=1,joules_delta=1,joules_total=31 3190`));
    expect(push(aggregator, context)).toEqual([]);
  });

  it('go on after a restart, also when the end told them early', () => {
    const store = memoryStore();
    const first = create({ period: '1m' }, testContext({ store }));
    feed(
      first.aggregator,
      lines(first.context, `${SERIES} watts=10,joules_delta=0,joules_total=0 0\n${SERIES} watts=10,joules_delta=300,joules_total=300 30`),
    );
    expect(push(first.aggregator, first.context, true)).toHaveLength(1);
    const second = create({ period: '1m' }, testContext({ store }));
    feed(second.aggregator, lines(second.context, `${SERIES} watts=10,joules_delta=300,joules_total=600 60`));
    expect(push(second.aggregator, second.context)).toEqual([
      `${SERIES} covered_seconds=60,gap_seconds=0,joules_delta=600,joules_total=600,watts=10,watts_max=10,watts_min=10 0`,
    ]);
  });

  it('take no other measurement, no other fields, no windows, and nothing that can not be', () => {
    const { context, aggregator } = create();
    const others =
      'cpu joules_delta=1,joules_total=1 0\nenergy watts=5 0\nenergy joules_delta="a",joules_total=1 0\nenergy joules_delta=1,joules_total=1,covered_seconds=5 0';
    expect(lines(context, others).map(({ shape }) => aggregator.bind(shape))).toEqual(['skip', 'skip', 'skip', 'skip']);
    feed(aggregator, lines(context, 'energy joules_delta=-1,joules_total=1 0\nenergy joules_delta=1e300,joules_total=1 5'));
    expect(Object.fromEntries(context.dropped)).toEqual({ implausible: 2 });
    expect(push(aggregator, context, true)).toEqual([]);
  });

  it('make room for new series by forgetting those silent for a day, else refuse and count', () => {
    const { context, aggregator } = create({ period: '1m', max_series: 1 });
    const one = (host: string, seconds: number) => lines(context, `energy,host=${host} watts=1,joules_delta=0,joules_total=0 ${seconds}`);
    feed(aggregator, one('a', 0));
    feed(aggregator, one('b', 10));
    expect(Object.fromEntries(context.dropped)).toEqual({ series_limit: 1 });
    context.clock.ms = (T0 + 100_000) * 1000;
    feed(aggregator, one('c', 90_000));
    feed(aggregator, one('d', 90_000));
    expect(Object.fromEntries(context.dropped)).toEqual({ series_limit: 2 });
  });

  it('must be told apart from the samples by a tag, or else it is said', () => {
    expect(create({ tags: { rp: 'h1' } }).context.logged).toEqual([]);
    expect(create().context.logged).toEqual([expect.objectContaining({ level: 'warn' })]);
  });

  it.each([{ period: '0s' }, { period: '1us' }, { lateness: '-1s' }, { emit_every: '-1s' }])('are not made with %j', (options) => {
    expect(() => create(options)).toThrow(ConfigError);
  });
});

describe('the recorded hypervisor', () => {
  it.each(['1m', '15m', '1h', '7s'])('sums over windows of %s to the total, to the last microjoule, for every series', (period) => {
    const { context, aggregator } = create({ period });
    const processor = energyProcessor.create(energyProcessor.schema.parse({}), context);
    const points = process(processor, parsePoints(context.interner, readFileSync('recordings/kvm-0.lp', 'utf8')));
    const windows: Point[] = [];
    for (const point of points) {
      feed(aggregator, [point]);
      aggregator.push(windows, false);
    }
    aggregator.push(windows, true);
    const micros = (all: readonly Point[], id: string) =>
      all
        .filter(({ series }) => series.id === id)
        .reduce((sum, { shape, values }) => sum + Math.round(Number(values[shape.indexOf('joules_delta')]) * 1e6), 0);
    const ids = new Set(windows.map(({ series }) => series.id));
    expect(ids.size).toBe(5);
    for (const id of ids) expect(micros(windows, id)).toBe(micros(points, id));
  });

  it('follow the calendar of a time zone', () => {
    const { aggregator, context } = create({ calendar: 'day', timezone: 'Europe/Paris' });
    const first = Date.parse('2025-03-29T00:00:00Z') / 1000;
    const text = Array.from(
      { length: 60 },
      (_, hour) =>
        `energy,host=a joules_delta=${hour === 0 ? 0 : 3600},joules_total=${hour * 3600},watts=1 ${first + hour * 3600}000000000`,
    );
    feed(aggregator, parsePoints(context.interner, text.join('\n')));
    const out: Point[] = [];
    aggregator.push(out, true);
    const days = out.map((point) => [new Date(point.ms).toISOString(), point.values[point.shape.indexOf('joules_delta')]]);
    expect(days).toEqual([
      ['2025-03-28T23:00:00.000Z', 23 * 3600],
      ['2025-03-29T23:00:00.000Z', 23 * 3600],
      ['2025-03-30T22:00:00.000Z', 13 * 3600],
    ]);
  });

  it('sum carbon and cost in the same way', () => {
    const { context, aggregator } = create({ period: '1m' });
    feed(
      aggregator,
      lines(
        context,
        [0, 30, 90]
          .map((at) => `carbon,factor=FR,host=a,scope=host grams_delta=${at === 0 ? 0 : 3},grams_per_kwh=56,grams_total=${at} ${at}`)
          .join('\n'),
      ),
    );
    expect(push(aggregator, context)).toEqual([
      'carbon,factor=FR,host=a,scope=host covered_seconds=60,gap_seconds=0,grams_delta=4.5,grams_total=88.5 0',
    ]);
  });

  it.each([{ calendar: 'day', period: '1h' }, { timezone: 'Europe/Paris' }, { period: '0s' }])('are not made with %j', (options) => {
    expect(() => create(options)).toThrow(ConfigError);
  });

  it('know no time zone that there is not', () => {
    expect(() => energy.schema.parse({ calendar: 'day', timezone: 'Europe/Pau' })).toThrow('not a time zone');
  });
});
