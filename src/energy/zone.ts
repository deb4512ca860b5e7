/** The local time of a time zone, by the tables that come with Node. */

/** Whether this is the name of a time zone, such as `Europe/Paris`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

/** The local time of a time zone. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** Clocks change at quarters of an hour, and asking takes long. */
  #quarter = { ms: Number.NaN, offset: 0 };

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

  /** The minute of the day, from 0. */
  minuteAt(ms: number): number {
    return Math.floor((ms + this.#offsetAt(ms)) / 60_000) % 1440;
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
    const quarterMs = Math.floor(ms / QUARTER_MS) * QUARTER_MS;
    if (quarterMs !== this.#quarter.ms) this.#quarter = { ms: quarterMs, offset: this.#offsetOf(quarterMs) };
    return this.#quarter.offset;
  }

  #offsetOf(ms: number): number {
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(ms)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - ms;
  }
}
