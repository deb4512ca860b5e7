/** Where windows begin: at multiples of a length, or with the days and months of a time zone. */

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

/** Whether this is the name of a time zone, such as `Europe/Paris`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

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

const DAY_MS = 86_400_000;

/** The local time of a time zone. */
class Zone {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    const numeric = 'numeric';
    this.#format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
  }

  /** The date on the calendar; months begin at 0. */
  dateAt(ms: number): { readonly year: number; readonly month: number; readonly day: number } {
    const local = new Date(ms + this.#offsetAt(ms));
    return { year: local.getUTCFullYear(), month: local.getUTCMonth(), day: local.getUTCDate() };
  }

  /**
   * When a date begins, which may be a 32nd of some month. At a midnight that comes twice it is the first; one that is skipped is
   * replaced by the moment of the change, which is where the offset from before it leads.
   */
  startOfDay(year: number, month: number, day: number): number {
    const midnight = Date.UTC(year, month, day);
    const before = midnight - this.#offsetAt(midnight - DAY_MS);
    const after = midnight - this.#offsetAt(midnight + DAY_MS);
    const candidates = [before, after].filter((ms) => ms + this.#offsetAt(ms) === midnight);
    return candidates.length === 0 ? before : Math.min(...candidates);
  }

  /** Local time minus UTC, in milliseconds. */
  #offsetAt(ms: number): number {
    const seconds = Math.floor(ms / 1000) * 1000;
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(seconds)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
  }
}
