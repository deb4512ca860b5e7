import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarGrid, evenGrid, type CalendarUnit, type WindowGrid } from '../../../src/energy/grid.ts';
import { isTimeZone } from '../../../src/energy/zone.ts';
import { split } from '../../../src/energy/split.ts';

const HOUR = 3_600_000;

const utc = (text: string) => Date.parse(`${text}Z`);

function lengthInHours(grid: WindowGrid, text: string): number {
  const startMs = grid.startOf(utc(text));
  return (grid.next(startMs) - startMs) / HOUR;
}

describe('windows of one length', () => {
  it('begin at its multiples, also before the epoch', () => {
    const grid = evenGrid(HOUR);
    expect([grid.startOf(HOUR), grid.startOf(HOUR - 1), grid.startOf(-1), grid.next(HOUR)]).toEqual([HOUR, 0, -HOUR, 2 * HOUR]);
  });
});

describe('windows of the calendar', () => {
  it('are days of 23 and 25 hours where the clocks change', () => {
    const paris = calendarGrid('day', 'Europe/Paris');
    expect(paris.startOf(utc('2026-03-29T12:00:00'))).toBe(utc('2026-03-28T23:00:00'));
    expect(lengthInHours(paris, '2026-03-29T12:00:00')).toBe(23);
    expect(lengthInHours(paris, '2026-10-25T12:00:00')).toBe(25);
    expect(lengthInHours(paris, '2026-07-14T12:00:00')).toBe(24);
  });

  it('are months, with the hour that March lacks', () => {
    const paris = calendarGrid('month', 'Europe/Paris');
    expect(paris.startOf(utc('2026-03-31T22:30:00'))).toBe(utc('2026-03-31T22:00:00'));
    expect(lengthInHours(paris, '2026-03-15T00:00:00')).toBe(31 * 24 - 1);
    expect(lengthInHours(paris, '2026-10-15T00:00:00')).toBe(31 * 24 + 1);
    expect(lengthInHours(paris, '2026-02-15T00:00:00')).toBe(28 * 24);
    expect(lengthInHours(calendarGrid('month', 'UTC'), '2026-12-31T23:59:59')).toBe(31 * 24);
  });

  it('begin at the change of the clocks where that skips midnight, and at the first of two midnights', () => {
    // Cairo: 00:00 became 01:00 on 25 April 2025. Havana: 01:00 became 00:00 on 2 November 2025.
    expect(calendarGrid('day', 'Africa/Cairo').startOf(utc('2025-04-25T12:00:00'))).toBe(utc('2025-04-24T22:00:00'));
    expect(calendarGrid('day', 'America/Havana').startOf(utc('2025-11-02T12:00:00'))).toBe(utc('2025-11-02T04:00:00'));
    expect(lengthInHours(calendarGrid('day', 'America/Havana'), '2025-11-02T12:00:00')).toBe(25);
  });

  it('pass over a day that a zone skipped', () => {
    const samoa = calendarGrid('day', 'Pacific/Apia');
    const before = samoa.startOf(utc('2011-12-30T05:00:00'));
    expect(samoa.next(before)).toBe(utc('2011-12-30T10:00:00'));
    expect(samoa.next(samoa.next(before))).toBe(utc('2011-12-31T10:00:00'));
  });

  it('follow each other without a hole, and hold the dates that the zone says', () => {
    const zones = ['Europe/Paris', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Chatham', 'UTC'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom<CalendarUnit>('day', 'month'),
        fc.integer({ min: 0, max: 2_500_000_000 }),
        (zone, unit, seconds) => {
          const grid = calendarGrid(unit, zone);
          const ms = seconds * 1000;
          const startMs = grid.startOf(ms);
          const endMs = grid.next(startMs);
          expect(startMs <= ms && ms < endMs).toBe(true);
          expect(grid.startOf(endMs)).toBe(endMs);
          expect(grid.startOf(startMs - 1)).toBeLessThan(startMs);
          const dateOf = (time: number) => new Intl.DateTimeFormat('sv', { timeZone: zone }).format(time).slice(0, unit === 'day' ? 10 : 7);
          expect([dateOf(startMs), dateOf(endMs - 1)]).toEqual([dateOf(ms), dateOf(ms)]);
          expect(dateOf(startMs - 1)).not.toBe(dateOf(ms));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('split energy so that its parts sum to it exactly', () => {
    const interval = {
      sinceMs: utc('2026-01-15T00:00:00'),
      sinceNs: 5,
      ms: utc('2026-11-15T00:00:00'),
      ns: 7,
      micros: 1_000_003,
      gapNs: 0,
    };
    for (const unit of ['day', 'month'] as const) {
      const parts = split(interval, calendarGrid(unit, 'Europe/Paris'));
      expect(parts.reduce((sum, { micros }) => sum + micros, 0)).toBe(1_000_003);
    }
    expect(split(interval, calendarGrid('month', 'Europe/Paris'))).toHaveLength(11);
  });
});

describe('the name of a time zone', () => {
  it.each([
    ['Europe/Paris', true],
    ['UTC', true],
    ['Paris', false],
    ['', false],
  ])('%s: %s', (name, known) => expect(isTimeZone(name)).toBe(known));
});
