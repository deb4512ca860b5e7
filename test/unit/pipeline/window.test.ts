import { describe, expect, it } from 'vitest';
import { alignUp, firstWindow, isOver, nextWindow, reachOf, truncate } from '../../../src/pipeline/window.ts';

const DAY = 86_400_000;

describe('windows of arrival', () => {
  it('end at multiples of the period, counted from the year 1 as Go does', () => {
    // 7 days do not divide the time from year 1 to 1970: a week starts on a Monday.
    expect(new Date(truncate(Date.UTC(2026, 10, 22, 12), 7 * DAY)).toISOString()).toBe('2026-11-16T00:00:00.000Z');
    expect(alignUp(Date.UTC(2026, 0, 1, 0, 0, 1), 10_000)).toBe(Date.UTC(2026, 0, 1, 0, 0, 10));
    expect(alignUp(Date.UTC(2026, 0, 1), 10_000)).toBe(Date.UTC(2026, 0, 1));
  });

  it('begin with the one that the start falls in, or one period long from now', () => {
    expect(firstWindow(25_000, 10_000, true)).toEqual({ sinceMs: 20_000, untilMs: 30_000 });
    expect(firstWindow(30_000, 10_000, true)).toEqual({ sinceMs: 30_000, untilMs: 40_000 });
    expect(firstWindow(25_000, 10_000, false)).toEqual({ sinceMs: 25_000, untilMs: 35_000 });
  });

  it('follow one another, and skip to now after the machine slept', () => {
    const ended = { sinceMs: 20_000, untilMs: 30_000 };
    expect(nextWindow(ended, 30_001, 10_000)).toEqual({ sinceMs: 30_000, untilMs: 40_000 });
    expect(nextWindow(ended, 99_000, 10_000)).toEqual({ sinceMs: 90_000, untilMs: 100_000 });
  });

  it('are over at their end, and also when the clock was set back before their start', () => {
    const window = { sinceMs: 20_000, untilMs: 30_000 };
    expect([19_999, 20_000, 29_999, 30_000].map((nowMs) => isOver(window, nowMs))).toEqual([true, false, false, true]);
    expect(nextWindow(window, 5_000, 10_000)).toEqual({ sinceMs: 0, untilMs: 10_000 });
  });

  it('reach as far as grace and delay say, to the nanosecond', () => {
    const window = { sinceMs: 20_000, untilMs: 30_000 };
    expect(reachOf(window, { grace: 1000, delay: 100 })).toEqual({ fromMs: 19_000, fromNs: 0, toMs: 30_100, toNs: 0 });
    expect(reachOf(window, { grace: 0.25, delay: 0.5 })).toEqual({ fromMs: 19_999, fromNs: 750_000, toMs: 30_000, toNs: 500_000 });
  });
});
