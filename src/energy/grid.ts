/** Where windows begin: at multiples of a length, or with the days and months of a time zone. */
import { Zone } from './zone.ts';

export interface WindowGrid {
  /** The start of the window that holds what comes right after a time; all in milliseconds since the epoch. */
  startOf(ms: number): number;
  /** The start of the window after the one that starts there: its end. */
  next(startMs: number): number;
}

/** Windows of one length, at its multiples since the epoch, UTC. */
export function evenGrid(periodMs: number): WindowGrid {
  return {
    startOf: (ms) => Math.floor(ms / periodMs) * periodMs,
    next: (startMs) => startMs + periodMs,
  };
}

export const calendarUnits = ['day', 'month'] as const;
export type CalendarUnit = (typeof calendarUnits)[number];

/** The days or months of a time zone, with days of 23 and 25 hours where its clocks change. `timeZone` must be one (`isTimeZone`). */
export function calendarGrid(unit: CalendarUnit, timeZone: string): WindowGrid {
  const zone = new Zone(timeZone);
  const startIn = (year: number, month: number, day: number) => zone.startOfDay(year, month, unit === 'month' ? 1 : day);
  let window = { startMs: 0, endMs: 0 };
  /** The window of a time. Most times are in the one asked for last, and the calendar takes a thousand times as long. */
  const at = (ms: number): typeof window => {
    if (ms >= window.startMs && ms < window.endMs) return window;
    const { year, month, day } = zone.dateAt(ms);
    const startMs = startIn(year, month, day);
    let endMs = startMs;
    // A day that a zone skipped (Samoa, 30 December 2011) has no length.
    for (let steps = 1; endMs <= startMs; steps++) {
      endMs = unit === 'month' ? startIn(year, month + steps, 1) : startIn(year, month, day + steps);
    }
    return (window = { startMs, endMs });
  };
  return { startOf: (ms) => at(ms).startMs, next: (startMs) => at(startMs).endMs };
}
