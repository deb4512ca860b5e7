import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { carbon } from '../../../../src/plugins/processors/carbon/plugin.ts';
import { cost } from '../../../../src/plugins/processors/cost/plugin.ts';
import { memoryStore } from '../../../support/store.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoints, process, toLines } from '../../../support/points.ts';

type Plugin = typeof carbon | typeof cost;

/** What comes out for lines whose times are seconds, without what went in. */
function run(plugin: Plugin, options: object, lines: readonly string[], context = testContext()) {
  const processor =
    plugin === carbon ? carbon.create(carbon.schema.parse(options), context) : cost.create(cost.schema.parse(options), context);
  const points = parsePoints(context.interner, lines.map((line) => `${line}000000000`).join('\n'));
  const out = toLines(context.interner, process(processor, points)).map((line) => line.replace(/000000000$/, ''));
  return { made: out.filter((line) => line.startsWith(`${plugin.id},`)), out, dropped: Object.fromEntries(context.dropped) };
}

const sample = (seconds: number, joules: number, scope = 'host') =>
  `energy,host=a,scope=${scope},source=s joules_delta=${joules},joules_total=${joules},watts=1 ${seconds}`;

describe('carbon', () => {
  it('is grams by the mean of a country, beside the energy, with the number that was used', () => {
    const { out } = run(carbon, { country: 'FR' }, [sample(100, 3_600_000)]);
    expect(out).toEqual([
      sample(100, 3_600_000),
      'carbon,factor=FR\\ 2023,host=a,scope=host,source=s grams_delta=56,grams_per_kwh=56,grams_total=56 100',
    ]);
  });

  it('follows a series, and falls back to the constant when that is old', () => {
    const options = { grams_per_kwh: 100, factor: 'contract 2025', series: { measurement: 'eco2mix', field: 'taux_co2', max_age: '1h' } };
    const { made } = run(carbon, options, [
      'eco2mix taux_co2=30i 0',
      sample(10, 360_000),
      'eco2mix taux_co2=60i 600',
      sample(610, 360_000),
      sample(9000, 360_000),
    ]);
    expect(
      made.map((line) => /factor=(.*),host.*grams_delta=([^,]+),grams_per_kwh=([^,]+),grams_total=([^ ]+)/.exec(line)?.slice(1)),
    ).toEqual([
      ['eco2mix\\ taux_co2\\,\\ else\\ contract\\ 2025', '3', '30', '3'],
      ['eco2mix\\ taux_co2\\,\\ else\\ contract\\ 2025', '3.05', '30.5', '6.05'],
      ['eco2mix\\ taux_co2\\,\\ else\\ contract\\ 2025', '10', '100', '16.05'],
    ]);
  });

  it('is not made up where no intensity is known', () => {
    const { made, dropped } = run(carbon, { series: { measurement: 'eco2mix', field: 'taux_co2' } }, [
      sample(10, 360_000),
      'eco2mix taux_co2=-5 11',
    ]);
    expect(made).toEqual([]);
    expect(dropped).toEqual({ no_rate: 1, implausible: 1 });
  });

  it('tells for how long it was not known, and for how long the energy was not', () => {
    const { made } = run(carbon, { series: { measurement: 'eco2mix', field: 'taux_co2' } }, [
      sample(10, 0),
      sample(20, 360_000),
      'eco2mix taux_co2=100 20',
      sample(30, 360_000),
      sample(40, 360_000).replace('host=a', 'host=b'),
      sample(90, 0).replace(' joules', ' gap_seconds=60,joules'),
    ]);
    expect(made.map((line) => line.replace(/.*source=s /, ''))).toEqual([
      'gap_seconds=10,grams_delta=10,grams_per_kwh=100,grams_total=10 30',
      'grams_delta=10,grams_per_kwh=100,grams_total=10 40',
      'gap_seconds=60,grams_delta=0,grams_per_kwh=100,grams_total=10 90',
    ]);
  });

  it('goes on when a clock that was far ahead is right again', () => {
    const { made, dropped } = run(carbon, { country: 'FR' }, [
      sample(100, 3_600_000),
      sample(9_000_000_000, 3_600_000),
      sample(110, 3_600_000),
      sample(120, 3_600_000),
      sample(120, 3_600_000),
    ]);
    expect(made.map((line) => /grams_total=(\d+)/.exec(line)?.[1])).toEqual(['56', '112', '168', '224']);
    expect(dropped).toEqual({ late: 1 });
  });

  it('does not drift: samples of a fraction of a microgram each are their sum', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => sample(index, 0.0432));
    const { made } = run(carbon, { grams_per_kwh: 1 }, lines);
    expect(made.at(-1)).toContain('grams_total=0.00012 ');
  });

  it.each([{}, { country: 'FR', grams_per_kwh: 5 }])('is not made with %j', (options) => {
    expect(() => carbon.create(carbon.schema.parse(options), testContext())).toThrow(ConfigError);
  });
});

describe('cost', () => {
  const options = { per_kwh: 0.2, hours: [{ from: '22:00', to: '06:00', per_kwh: 0.1 }], timezone: 'UTC', tariff: 'blue' };

  it('goes by the hours of the tariff, and splits what lies across their edge', () => {
    const lines = [
      sample(75_600, 0),
      sample(79_200, 3_600_000),
      sample(82_800, 3_600_000),
      sample(104_400, 3_600_000),
      sample(111_600, 3_600_000),
    ];
    const { made } = run(cost, options, lines);
    expect(made.map((line) => /cost_delta=([^,]+)/.exec(line)?.[1])).toEqual(['0', '0.2', '0.1', '0.1', '0.15']);
    expect(made[1]).toBe('cost,currency=EUR,host=a,scope=host,source=s,tariff=blue cost_delta=0.2,cost_per_kwh=0.2,cost_total=0.2 79200');
  });

  it('leaves out other scopes and windows, and charges nothing twice', () => {
    const window = 'energy,host=a,scope=host,source=s covered_seconds=60,gap_seconds=0,joules_delta=5,joules_total=5 40';
    const { made, dropped } = run(cost, options, [sample(10, 3_600_000), sample(10, 3_600_000), sample(10, 1, 'package'), window]);
    expect(made).toHaveLength(1);
    expect(dropped).toEqual({ late: 1 });
  });

  it('goes on after a restart', () => {
    const store = memoryStore();
    run(cost, options, [sample(79_000, 3_600_000)], testContext({ store }));
    expect(run(cost, options, [sample(79_100, 3_600_000)], testContext({ store })).made[0]).toContain('cost_total=0.4 ');
  });

  it.each([
    [{ per_kwh: 1, hours: [{ from: '25:00', to: '06:00', per_kwh: 1 }] }, 'time of the day'],
    [{ per_kwh: 1, hours: [{ from: '22:00', to: '24:30', per_kwh: 1 }] }, 'time of the day'],
    [{ per_kwh: 1, hours: [{ from: '22:00', to: '22:00', per_kwh: 1 }] }, 'is when they begin'],
    [{ per_kwh: 1, currency: 'euro' }, 'not a currency'],
    [{ per_kwh: 1, timezone: 'Pau' }, 'not a time zone'],
  ])('must make sense: %j', (wrong, message) => {
    expect(() => cost.schema.parse(wrong)).toThrow(message);
  });
});
