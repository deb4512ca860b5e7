import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../src/metric/point.ts';
import { energy } from '../../../../src/plugins/processors/energy/plugin.ts';
import { memoryStore } from '../../../support/store.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoints, process } from '../../../support/points.ts';

const fields = [
  { measurement: 'power', field: 'w', where: { of: 'host' }, unit: 'W', kind: 'mean', scope: 'platform', identity: ['of'], omit: ['of'] },
  {
    measurement: 'power',
    field: 'w',
    where: { of: 'pid' },
    unit: 'W',
    kind: 'mean',
    scope: 'process',
    identity: ['of', 'pid', 'exe', 'vmname'],
    omit: ['of'],
  },
];

/** What comes out for lines whose times are seconds, in as many runs as there are parts. */
function run(parts: readonly (readonly string[])[], options: object): Point[] {
  const store = memoryStore();
  return parts.flatMap((lines) => {
    const context = testContext({ store });
    const processor = energy.create(energy.schema.parse({ fields, ...options }), context);
    return process(processor, parsePoints(context.interner, lines.map((line) => `${line}000000000`).join('\n')));
  });
}

const value = (point: Point, field: string) => Number(point.values[point.shape.indexOf(field)]);
const of = (points: readonly Point[], scope: string) =>
  points.filter(({ series }) => series.measurement === 'energy' && series.tag('scope') === scope);
const joules = (points: readonly Point[]) => points.reduce((sum, point) => sum + value(point, 'joules_delta'), 0);
/** Joules by the values of a tag. */
function by(points: readonly Point[], tag: string): Record<string, number> {
  const groups = Object.groupBy(points, ({ series }) => series.tag(tag) ?? '');
  return Object.fromEntries(Object.entries(groups).map(([key, group = []]) => [key, joules(group)]));
}

const host = (seconds: number, watts: number) => `power,host=a,of=host w=${watts} ${seconds}`;
const pid = (name: string, exe: string, seconds: number, watts: number) =>
  `power,host=a,of=pid,pid=${name},exe=${exe} w=${watts} ${seconds}`;

const rounds = (count: number, round: (seconds: number) => string[]) =>
  Array.from({ length: count }, (_, index) => round(index * 10)).flat();

describe('sums', () => {
  it('make a service of all its processes, whoever comes and goes', () => {
    const lines = rounds(6, (seconds) => [
      pid('1', 'web', seconds, 10),
      ...(seconds < 30 ? [pid('2', 'web', seconds, 5)] : []),
      ...(seconds > 10 ? [pid('3', 'db', seconds, 7)] : []),
      host(seconds, 100),
    ]);
    const out = run([lines], { sums: [{ scope: 'service', by: ['exe'] }] });
    const services = of(out, 'service');
    expect(services[0].series.tags).toEqual([
      ['exe', 'web'],
      ['host', 'a'],
      ['scope', 'service'],
      ['source', 'power'],
    ]);
    // The last frame of a service that lost a process comes with the next report: it may still be there.
    expect(by(services, 'exe')).toEqual({ web: 500, db: 210 });
    expect(by(of(out, 'process'), 'exe')).toEqual({ web: 600, db: 210 });
  });

  it('leave out what lacks a tag', () => {
    const out = run([[pid('1', 'web', 0, 1), pid('1', 'web', 10, 1), pid('1', 'web', 20, 1)]], { sums: [{ scope: 'vm', by: ['vmname'] }] });
    expect(of(out, 'vm')).toEqual([]);
  });
});

describe('what is unattributed', () => {
  const options = { unattributed: 'process' };

  it('is the host without its processes', () => {
    const lines = rounds(6, (seconds) => [pid('1', 'web', seconds, 30), pid('2', 'db', seconds, 20), host(seconds, 100)]);
    const out = run([lines], options);
    const left = of(out, 'unattributed');
    expect(left.map((point) => [point.ms / 1000, value(point, 'joules_delta')])).toEqual([
      [0, 0],
      [10, 500],
      [20, 500],
      [30, 500],
      [40, 500],
      [50, 500],
    ]);
    expect(left[1].series.tags).toEqual([
      ['host', 'a'],
      ['scope', 'unattributed'],
      ['source', 'power'],
    ]);
    expect(value(left[5], 'watts')).toBe(50);
    expect(value(left[5], 'joules_total')).toBe(2500);
  });

  it('is never less than nothing: what processes claim too much is taken from what is left later', () => {
    const lines = rounds(4, (seconds) => [pid('1', 'web', seconds, seconds === 10 ? 150 : 30), host(seconds, 100)]);
    const left = of(run([lines], options), 'unattributed');
    expect(left.map((point) => value(point, 'joules_delta'))).toEqual([0, 0, 200, 700]);
  });

  it('adds up with the processes to the host, to the last microjoule, with a restart anywhere', () => {
    const watts = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(watts, watts, fc.boolean()), { minLength: 3, maxLength: 20 }), fc.nat(60), (made, cut) => {
        const lines = made.flatMap(([a, b, there], index) => [
          pid('1', 'web', index * 10, a / 100),
          ...(there ? [pid('2', 'db', index * 10, b / 100)] : []),
          host(index * 10, 100.01),
        ]);
        const whole = run([lines], options);
        const halves = run([lines.slice(0, cut), lines.slice(cut)], options);
        const left = of(whole, 'unattributed');
        expect(halves.map((point) => [point.series.id, point.ms, ...point.values])).toEqual(
          whole.map((point) => [point.series.id, point.ms, ...point.values]),
        );
        const until = left.at(-1)?.ms ?? 0;
        const upTo = (points: readonly Point[]) => Math.round(joules(points.filter(({ ms }) => ms <= until)) * 1e6);
        expect(upTo(left) + upTo(of(whole, 'process'))).toBe(upTo(of(whole, 'host')));
      }),
      { numRuns: 50 },
    );
  });
});

describe('shares', () => {
  const use = (name: string, seconds: number, percent: number) => `procstat,host=a,process_name=${name} cpu=${percent} ${seconds}`;
  const share = { measurement: 'procstat', field: 'cpu', kind: 'mean', identity: ['process_name'] };

  it('give each its part of the host, and the rest to nobody', () => {
    const lines = rounds(5, (seconds) => [host(seconds, 100), use('web', seconds, 200), use('db', seconds, 100)]);
    const out = run([lines], { shares: [{ ...share, whole: 400 }], unattributed: 'process' });
    const users = of(out, 'process');
    expect(users[0].series.tags).toEqual([
      ['host', 'a'],
      ['process_name', 'web'],
      ['scope', 'process'],
      ['source', 'share'],
    ]);
    expect(by(users, 'process_name')).toEqual({ web: 1500, db: 750 });
    expect(value(users.at(-1) as Point, 'watts')).toBe(25);
  });

  it('without a whole give all of it to those who used anything', () => {
    const lines = rounds(5, (seconds) => [host(seconds, 100), use('web', seconds, 3), use('db', seconds, 1)]);
    expect(by(of(run([lines], { shares: [share] }), 'process'), 'process_name')).toEqual({ web: 2250, db: 750 });
  });

  it('go by CPU time that is counted', () => {
    const lines = rounds(5, (seconds) => [host(seconds, 100), use('web', seconds, seconds * 2), use('db', seconds, seconds)]);
    const out = run([lines], { shares: [{ ...share, kind: 'counter', whole: 4, scope: 'service' }] });
    expect(by(of(out, 'service'), 'process_name')).toEqual({ web: 1500, db: 750 });
  });

  it('never give more than there is, and go on after a restart', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 150 })), { minLength: 2, maxLength: 12 }),
        fc.nat(30),
        (made, cut) => {
          const lines = made.flatMap(([a, b], index) => [host(index * 10, 77.77), use('web', index * 10, a), use('db', index * 10, b)]);
          const out = run([lines.slice(0, cut), lines.slice(cut)], { shares: [{ ...share, whole: 100 }] });
          expect(joules(of(out, 'process'))).toBeLessThanOrEqual(joules(of(out, 'host')) + 1e-6);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the facility', () => {
  it('pays for the power supply and the room, and says by which numbers', () => {
    const out = run([rounds(3, (seconds) => [host(seconds, 92)])], { facility: { psu_efficiency: 0.92, pue: 1.5 } });
    const paid = of(out, 'facility');
    expect(paid.at(-1)?.series.tags).toEqual([
      ['host', 'a'],
      ['psu_efficiency', '0.92'],
      ['pue', '1.5'],
      ['scope', 'facility'],
      ['source', 'power'],
    ]);
    expect([joules(paid), joules(of(out, 'host'))]).toEqual([3000, 1840]);
  });

  it('takes no power supply off what is measured at the wall', () => {
    const wall = [{ measurement: 'plug', field: 'w', unit: 'W', kind: 'mean', scope: 'wall' }];
    const out = run([rounds(3, (seconds) => [`plug,host=a w=100 ${seconds}`])], {
      fields: wall,
      facility: { psu_efficiency: 0.5, pue: 1.2 },
    });
    expect(joules(of(out, 'facility'))).toBe(2400);
  });
});
