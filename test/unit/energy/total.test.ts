import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ENERGY, toJoules } from '../../../src/energy/amount.ts';
import { Total, type Frame, type TotalMember } from '../../../src/energy/total.ts';
import type { EnergySample } from '../../../src/energy/integrate.ts';

const T0 = 1_760_000_000_000;

const cpu0: TotalMember = { key: 'cpu0', source: 'rapl', rank: 1 };
const cpu1: TotalMember = { key: 'cpu1', source: 'rapl', rank: 1 };
const plug: TotalMember = { key: 'plug', source: 'plug', rank: 3 };
const otherTool: TotalMember = { key: 'scaphandre', source: 'scaphandre', rank: 1 };

/** Energy at constant power over `(since, time]`, both in seconds after T0. */
function sample(since: number, time: number, watts: number): EnergySample {
  return {
    ms: T0 + time * 1000,
    ns: 0,
    sinceMs: T0 + since * 1000,
    sinceNs: 0,
    watts,
    micros: Math.round((time - since) * watts * 1e6),
    total: NO_ENERGY,
    gapSeconds: 0,
    maxGapSeconds: 30,
  };
}

type Report = readonly [member: TotalMember, since: number, time: number, watts: number];

function frames(reports: readonly Report[], host = Total.start([['host', 'a']])): Frame[] {
  const out: Frame[] = [];
  for (const [member, since, time, watts] of reports) host.report(member, sample(since, time, watts), out, () => T0 + 3_600_000);
  return out;
}

/** A frame as [seconds, joules, watts, source]. */
const brief = (made: readonly Frame[]) => made.map(({ ms, micros, watts, source }) => [(ms - T0) / 1000, micros / 1e6, watts, source]);

describe('a host total', () => {
  it('has no power where that of a sensor is not known, and a program just begun has none yet', () => {
    const unknown: Report = [cpu1, 0, 10, Number.NaN];
    const reports: Report[] = [[cpu0, 0, 0, 50], [cpu1, 0, 0, 30], [cpu0, 0, 10, 60], unknown];
    const wattsOf = (rank: number) => {
      const out: Frame[] = [];
      const total = Total.start([]);
      for (const [member, since, time, watts] of reports) {
        const known = { ...sample(since, time, watts), ...(Number.isNaN(watts) ? { watts: undefined, micros: 0 } : {}) };
        total.report({ ...member, rank }, known, out, () => T0 + 3_600_000);
      }
      return out.map(({ watts }) => watts);
    };
    expect(wattsOf(1)).toEqual([80, undefined]);
    expect(wattsOf(0)).toEqual([80, 60]);
  });

  it('waits for all its members, and is their sum', () => {
    const made = frames([
      [cpu0, 0, 0, 50],
      [cpu1, 0, 0, 30],
      [cpu0, 0, 10, 60],
      [cpu1, 0, 10, 40],
      [cpu0, 10, 20, 60],
      [cpu1, 10, 20, 20],
    ]);
    expect(brief(made)).toEqual([
      [0, 0, 80, 'rapl'],
      [10, 1000, 100, 'rapl'],
      [20, 800, 80, 'rapl'],
    ]);
    expect(toJoules(made[2].total)).toBe(1800);
  });

  it('goes on after a sample from a clock a day ahead, and loses no energy', () => {
    const day = 86_400;
    const made = frames([
      [cpu0, 0, 0, 50],
      [cpu1, 0, 0, 30],
      [cpu0, 0, 10, 50],
      [cpu1, 0, 10, 30],
      [cpu0, day, day, 50],
      [cpu1, 10, 20, 30],
      [cpu0, 20, 20, 50],
      [cpu1, 20, 30, 30],
      [cpu0, 20, 30, 50],
    ]);
    expect(brief(made)).toEqual([
      [0, 0, 80, 'rapl'],
      [10, 800, 80, 'rapl'],
      [day, 0, 50, 'rapl'],
      [20, 300, 80, 'rapl'],
      [30, 800, 80, 'rapl'],
    ]);
  });

  it('of one member comes with its second report, then at once', () => {
    expect(brief(frames([[plug, 0, 0, 50]]))).toEqual([]);
    expect(
      brief(
        frames([
          [plug, 0, 0, 50],
          [plug, 0, 10, 60],
          [plug, 10, 20, 70],
        ]),
      ),
    ).toEqual([
      [0, 0, 50, 'plug'],
      [10, 600, 60, 'plug'],
      [20, 700, 70, 'plug'],
    ]);
  });

  it("puts a latecomer's energy into the next frame", () => {
    const made = frames([
      [cpu0, 0, 0, 10],
      [cpu1, 0, 0, 10],
      [cpu0, 0, 10, 10],
      [cpu0, 10, 20, 10],
      [cpu1, 0, 10, 10],
      [cpu1, 10, 20, 10],
    ]);
    // At 10 cpu1 is missing; its 100 J come with the frame at 20.
    expect(brief(made)).toEqual([
      [0, 0, 20, 'rapl'],
      [10, 100, 20, 'rapl'],
      [20, 300, 20, 'rapl'],
    ]);
  });

  it('does not wait for a member that has gone', () => {
    const alone = [20, 30, 40, 50].map((time): Report => [cpu0, time - 10, time, 10]);
    const made = frames([[cpu0, 0, 0, 10], [cpu1, 0, 0, 10], [cpu0, 0, 10, 10], [cpu1, 0, 10, 10], ...alone]);
    expect(brief(made).slice(2)).toEqual([
      [20, 100, 20, 'rapl'],
      [30, 100, 20, 'rapl'],
      [40, 100, 20, 'rapl'],
      [50, 100, 10, 'rapl'],
    ]);
  });

  it('takes times less than half an interval apart for one', () => {
    const made = frames([
      [cpu0, 0, 0, 10],
      [cpu1, 0, 1, 10],
      [cpu0, 0, 10, 10],
      [cpu1, 1, 11, 10],
      [cpu0, 10, 20, 10],
      [cpu1, 11, 21, 10],
    ]);
    expect(made.map(({ ms }) => (ms - T0) / 1000)).toEqual([1, 11, 21]);
  });

  it('is told early on request, without the missing', () => {
    const host = Total.start([['host', 'a']]);
    frames(
      [
        [cpu0, 0, 0, 10],
        [cpu1, 0, 0, 10],
        [cpu0, 0, 10, 10],
      ],
      host,
    );
    const out: Frame[] = [];
    host.copy().close(out);
    expect(brief(out)).toEqual([[10, 100, 20, 'rapl']]);
    expect(brief(frames([[cpu1, 0, 10, 10]], host))).toEqual([[10, 200, 20, 'rapl']]);
  });
});

describe('several sensors of one host', () => {
  it('of another tool and the same rank are not added', () => {
    const made = frames([
      [cpu0, 0, 0, 10],
      [otherTool, 0, 0, 99],
      [cpu0, 0, 10, 10],
      [otherTool, 0, 10, 99],
      [cpu0, 10, 20, 10],
    ]);
    expect(brief(made)).toEqual([
      [0, 0, 10, 'rapl'],
      [10, 100, 10, 'rapl'],
      [20, 100, 10, 'rapl'],
    ]);
  });

  it('a better one takes over without a gap and without counting a second twice', () => {
    const made = frames([
      [cpu0, 0, 0, 10],
      [cpu0, 0, 10, 10],
      [plug, 5, 5, 100],
      [cpu0, 10, 20, 10],
      [plug, 5, 25, 100],
      [cpu0, 20, 30, 10],
      [plug, 25, 45, 100],
      [plug, 45, 65, 100],
    ]);
    // Up to 20 the packages; the plug's 2,000 J over (5, 25] count for the 5 s after that.
    expect(brief(made)).toEqual([
      [0, 0, 10, 'rapl'],
      [10, 100, 10, 'rapl'],
      [20, 100, 10, 'rapl'],
      [25, 500, 100, 'plug'],
      [45, 2000, 100, 'plug'],
      [65, 2000, 100, 'plug'],
    ]);
    expect(made.every(({ gapSeconds }) => gapSeconds === 0)).toBe(true);
  });

  it('the lesser takes over when the better one has been silent, and says for how long nobody counted', () => {
    const cpu = [10, 20, 30, 40, 50, 60].map((time): Report => [cpu0, time - 10, time, 10]);
    const made = frames([[plug, 0, 0, 100], [plug, 0, 10, 100], ...cpu]);
    expect(brief(made)).toEqual([
      [0, 0, 100, 'plug'],
      [10, 1000, 100, 'plug'],
      [50, 100, 10, 'rapl'],
      [60, 100, 10, 'rapl'],
    ]);
    expect(made[2].gapSeconds).toBe(30);
  });
});

describe('whatever the order in which members report', () => {
  const members = [cpu0, cpu1, { key: 'dram0', source: 'rapl', rank: 1 }];
  /** Each member's reports at 10 s, some missing, with a random delay of arrival. */
  const schedule = fc.array(
    fc.record({ member: fc.nat(2), delay: fc.integer({ min: 0, max: 25 }), watts: fc.integer({ min: 0, max: 300 }) }),
    { maxLength: 90 },
  );

  function toReports(made: readonly { member: number; delay: number; watts: number }[]): Report[] {
    const last = [0, 0, 0];
    const reports = made.map(({ member, delay, watts }, index) => {
      const time = 10 + Math.floor(index / 3) * 10;
      return { member, time, watts, arrival: time + delay };
    });
    // One member's samples always come in order: the series see to it.
    return reports
      .toSorted((a, b) => a.arrival - b.arrival)
      .flatMap(({ member, time, watts }) => {
        const since = last[member];
        if (time <= since) return [];
        last[member] = time;
        return [[members[member], since, time, watts] as const];
      });
  }

  it('the total is the sum of the members, to the last microjoule, and times only rise', () => {
    fc.assert(
      fc.property(schedule, (made) => {
        const reports = toReports(made);
        const host = Total.start([]);
        const out = frames(reports, host);
        host.close(out);
        const told = out.reduce((sum, { micros }) => sum + micros, 0);
        const given = reports.reduce((sum, [, since, time, watts]) => sum + (time - since) * watts * 1e6, 0);
        // What came for a frame already told, with no frame after it, still waits.
        const waiting = (JSON.parse(host.encode()) as [0, 0, 0, [number]])[3][0];
        expect(told + waiting).toBe(given);
        expect(out.map(({ ms }) => ms)).toEqual([...new Set(out.map(({ ms }) => ms))].toSorted((a, b) => a - b));
      }),
    );
  });

  it('a restart at any report changes nothing', () => {
    fc.assert(
      fc.property(schedule, fc.nat(90), (made, cut) => {
        const reports = toReports(made);
        const host = Total.start([['host', 'a']]);
        const before = frames(reports.slice(0, cut), host);
        const restored = Total.decode(host.encode());
        if (restored === undefined) throw new Error('the state could not be read back');
        expect([...before, ...frames(reports.slice(cut), restored)]).toEqual(frames(reports));
      }),
    );
  });
});

it('reads no state that is none', () => {
  expect(Total.decode('{"tags":[]}')).toBeUndefined();
});
