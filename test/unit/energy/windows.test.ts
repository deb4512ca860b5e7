import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenGrid } from '../../../src/energy/grid.ts';
import { split } from '../../../src/energy/split.ts';
import { addSample, decodeWindows, foldHeld, startWindows, type WindowSample, type WindowSeries } from '../../../src/energy/windows.ts';

const HOUR = 3_600_000;
/** 2025-10-09T08:00:00Z */
const T0 = 1_759_996_800_000;

function sample(seconds: number, watts: number, micros: number, joulesTotal: number, gapSeconds = 0): WindowSample {
  const ns = Math.round(seconds * 1e9);
  return { ms: T0 + Math.floor(ns / 1e6), ns: ns % 1e6, watts, micros, joulesTotal, gapSeconds };
}

/** Samples at rising times with their totals. */
function samplesOf(steps: readonly { seconds: number; micros: number }[]): WindowSample[] {
  let seconds = 0;
  let total = 0;
  return steps.map((step) => {
    seconds += step.seconds;
    total += step.micros;
    return sample(seconds, step.micros / 1e6 / step.seconds, step.micros, total / 1e6);
  });
}

function windowsOf(samples: readonly WindowSample[], periodMs = HOUR, latenessMs = 0): WindowSeries {
  let series = startWindows('energy', [['host', 'a']]);
  for (const one of samples) series = addSample(series, one, { grid: evenGrid(periodMs), latenessMs }) ?? series;
  return foldHeld(series, { grid: evenGrid(periodMs), latenessMs });
}

const begin = sample(0, 100, 0, 0);

describe('windows', () => {
  it('split energy at their edges, in proportion to time', () => {
    const { windows } = windowsOf([begin, sample(3590, 100, 359_000_000_000, 359_000), sample(3610, 50, 1_000_000_000, 360_000)]);
    expect(windows).toMatchObject([
      { startMs: T0, micros: 359_500_000_000, joulesTotal: 359_500, wattsMin: 50, wattsMax: 100, coveredNs: 3600e9, gapNs: 0 },
      { startMs: T0 + HOUR, micros: 500_000_000, joulesTotal: 360_000, wattsMin: 50, wattsMax: 50, coveredNs: 10e9, gapNs: 0 },
    ]);
  });

  it('put a sample on an edge into the window that ends there', () => {
    const { windows } = windowsOf([begin, sample(3600, 100, 360_000_000_000, 360_000)]);
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ startMs: T0, micros: 360_000_000_000, coveredNs: 3600e9 });
  });

  it('report gaps, shared out between them, and no power for them', () => {
    const { windows } = windowsOf([begin, sample(7200, 70, 0, 0, 7200)]);
    expect(windows).toMatchObject([
      { coveredNs: 0, gapNs: 3600e9, micros: 0 },
      { coveredNs: 0, gapNs: 3600e9, micros: 0 },
    ]);
    expect(windows.map(({ wattsMin }) => wattsMin)).toEqual([undefined, undefined]);
  });

  it('are not half a century of gaps after a clock that was not set', () => {
    const { windows } = windowsOf([{ ...begin, ms: 12_000 }, begin, sample(10, 100, 1_000_000_000, 1000)], 30 * 86_400_000);
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ coveredNs: 10e9, gapNs: 0, micros: 1_000_000_000 });
  });

  it('begin in the middle of a series with what the first sample says of itself', () => {
    const { windows } = windowsOf([sample(3605, 100, 1_000_000_000, 5000)]);
    expect(windows).toMatchObject([
      { startMs: T0, micros: 500_000_000, joulesTotal: 4500, coveredNs: 5e9 },
      { startMs: T0 + HOUR, micros: 500_000_000, joulesTotal: 5000, coveredNs: 5e9 },
    ]);
  });

  it('are not a flood when a time is absurd', () => {
    const { windows } = windowsOf([begin, sample(3e9, 1, 5, 1, 3e9)], 1000);
    expect(windows).toMatchObject([{ micros: 5 }]);
  });

  const steps = fc.array(fc.record({ seconds: fc.integer({ min: 1, max: 20_000 }), micros: fc.integer({ min: 0, max: 1e12 }) }), {
    minLength: 1,
    maxLength: 50,
  });
  const periods = fc.constantFrom(60_000, 900_000, HOUR, 86_400_000);

  it('sum to the total to the last microjoule, whatever the split', () => {
    fc.assert(
      fc.property(steps, periods, (made, periodMs) => {
        const samples = samplesOf(made);
        const { windows } = windowsOf([begin, ...samples], periodMs);
        expect(windows.reduce((sum, { micros }) => sum + micros, 0)).toBe(made.reduce((sum, { micros }) => sum + micros, 0));
        expect(windows.reduce((sum, { coveredNs }) => sum + coveredNs, 0)).toBe(made.reduce((sum, { seconds }) => sum + seconds, 0) * 1e9);
        expect(windows.every(({ micros, coveredNs }) => micros >= 0 && coveredNs >= 0 && coveredNs <= periodMs * 1e6)).toBe(true);
        expect(windows.at(-1)?.joulesTotal).toBe(samples.at(-1)?.joulesTotal);
      }),
    );
  });

  it('of different lengths agree with one another', () => {
    fc.assert(
      fc.property(steps, (made) => {
        const samples = [begin, ...samplesOf(made)];
        const days = windowsOf(samples, 86_400_000).windows;
        const all = windowsOf(samples, HOUR).windows;
        for (const day of days) {
          const hours = all.filter(({ startMs }) => startMs >= day.startMs && startMs < day.startMs + 86_400_000);
          const sum = hours.reduce((total, { micros }) => total + micros, 0);
          // Both cut the one interval across midnight at the same microjoule.
          expect(sum).toBe(day.micros);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are the same after a restart at any sample', () => {
    fc.assert(
      fc.property(steps, fc.nat(50), fc.constantFrom(0, 600_000), (made, cut, latenessMs) => {
        const options = { grid: evenGrid(HOUR), latenessMs };
        let whole = startWindows('energy', [['host', 'a']]);
        let cutUp = whole;
        for (const [index, one] of samplesOf(made).entries()) {
          whole = addSample(whole, one, options) ?? whole;
          cutUp = addSample(cutUp, one, options) ?? cutUp;
          if (index === cut) cutUp = decodeWindows(JSON.stringify(cutUp)) ?? startWindows('energy', []);
        }
        expect(cutUp).toEqual(whole);
      }),
    );
  });
});

describe('a sample that comes late', () => {
  const inOrder = [begin, sample(10, 100, 1e9, 1000), sample(20, 50, 5e8, 1500), sample(30, 80, 8e8, 2300)];

  it('within the lateness takes its place', () => {
    const shuffled = [inOrder[0], inOrder[2], inOrder[1], inOrder[3]];
    expect(windowsOf(shuffled, HOUR, 30_000).windows).toEqual(windowsOf(inOrder).windows);
  });

  it('within the lateness replaces the one of its time', () => {
    const corrected = [...inOrder.slice(0, 2), sample(20, 99, 9.9e8, 1990), ...inOrder.slice(2)];
    expect(windowsOf(corrected, HOUR, 30_000).windows).toEqual(windowsOf(inOrder).windows);
  });

  it('beyond it is refused', () => {
    const series = windowsOf(inOrder);
    expect(addSample(series, inOrder[1], { grid: evenGrid(HOUR), latenessMs: 0 })).toBeUndefined();
  });
});

describe('split', () => {
  it('gives each edge its share rounded down, and the last part the rest', () => {
    const parts = split({ sinceMs: 500, sinceNs: 0, ms: 3500, ns: 0, micros: 10, gapNs: 0 }, evenGrid(1000));
    expect(parts.map(({ startMs, micros }) => [startMs, micros])).toEqual([
      [0, 1],
      [1000, 4],
      [2000, 3],
      [3000, 2],
    ]);
    expect(parts.map(({ microsAfter }) => microsAfter)).toEqual([9, 5, 2, 0]);
  });

  it('is exact to the nanosecond, before 1970 too', () => {
    const parts = split({ sinceMs: -1001, sinceNs: 999_999, ms: 0, ns: 1, micros: 7, gapNs: 0 }, evenGrid(1000));
    expect(parts.map(({ startMs, coveredNs }) => [startMs, coveredNs])).toEqual([
      [-2000, 1],
      [-1000, 1e9],
      [0, 1],
    ]);
  });
});

it('reads no state that is none', () => {
  expect(decodeWindows('{"held":[]}')).toBeUndefined();
});
