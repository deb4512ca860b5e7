/** What a kilowatt-hour costs at a time, in money or in grams of CO2: all that makes a cost of energy but the energy. */
import { Zone } from './zone.ts';

export interface Rate {
  /** The mean per kWh over `(sinceMs, ms]`, as if energy was used evenly in it; undefined where it is not known. */
  over(sinceMs: number, ms: number): number | undefined;
}

/** The same at all times. */
export function constantRate(perKwh: number): Rate {
  return { over: () => perKwh };
}

/** Hours of the day with a rate of their own, as minutes from midnight; across it when they end before they begin. */
export interface TariffHours {
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly perKwh: number;
}

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1440;
/** An interval longer than this has all hours of the day in it, and is charged by their mean. */
const LONGEST_MS = 31 * MINUTES_PER_DAY * MINUTE_MS;

/** A rate that goes by the hour of the day in a time zone; of hours that overlap the later ones count. */
export function tariffRate(perKwh: number, hours: readonly TariffHours[], timeZone: string): Rate {
  const zone = new Zone(timeZone);
  const byMinute = new Float64Array(MINUTES_PER_DAY).fill(perKwh);
  for (const { fromMinute, toMinute, perKwh: own } of hours) {
    const length = (toMinute - fromMinute + MINUTES_PER_DAY) % MINUTES_PER_DAY || MINUTES_PER_DAY;
    for (let at = 0; at < length; at++) byMinute[(fromMinute + at) % MINUTES_PER_DAY] = own;
  }
  const mean = byMinute.reduce((sum, rate) => sum + rate, 0) / MINUTES_PER_DAY;
  return {
    over(sinceMs, ms) {
      if (ms - sinceMs > LONGEST_MS) return mean;
      // The minute that ends at `ms` belongs to what comes before.
      if (ms <= sinceMs) return byMinute[zone.minuteAt(ms - 1)];
      return weighted(sinceMs, ms, (at) => ({
        perKwh: byMinute[zone.minuteAt(at)],
        untilMs: (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS,
      }));
    },
  };
}

/** One rate of a series, which holds until the next. */
export interface DatedRate {
  readonly ms: number;
  readonly perKwh: number;
}

/** Fifteen minutes each, these are more than ten days. */
const MAX_RATES = 1024;

/** The rates with one more, in order of time; of one time the last one told. The oldest go when there are too many. */
export function addRate(rates: readonly DatedRate[], rate: DatedRate): readonly DatedRate[] {
  const at = rates.findLastIndex(({ ms }) => ms < rate.ms) + 1;
  const next = rates.toSpliced(at, rates[at]?.ms === rate.ms ? 1 : 0, rate);
  return next.length > MAX_RATES ? next.slice(next.length - MAX_RATES) : next;
}

/** A series of rates as a rate: unknown before the first, and `maxAgeMs` after the last one told. */
export function seriesRate(rates: () => readonly DatedRate[], maxAgeMs: number): Rate {
  return {
    over(sinceMs, ms) {
      const known = rates();
      const last = known.findLastIndex((rate) => rate.ms <= ms);
      if (last === -1 || ms - known[last].ms > maxAgeMs) return undefined;
      if (sinceMs >= known[last].ms || ms <= sinceMs) return known[last].perKwh;
      if (sinceMs < known[0].ms) return undefined;
      let index = known.findLastIndex((rate) => rate.ms <= sinceMs);
      return weighted(sinceMs, ms, () => ({ perKwh: known[index].perKwh, untilMs: known[++index]?.ms ?? ms }));
    },
  };
}

/** The mean of what holds from `sinceMs` on, and after it from where each ends. */
function weighted(sinceMs: number, ms: number, holding: (at: number) => { readonly perKwh: number; readonly untilMs: number }): number {
  let sum = 0;
  for (let at = sinceMs; at < ms;) {
    const { perKwh, untilMs } = holding(at);
    const until = Math.min(untilMs, ms);
    sum += perKwh * (until - at);
    at = until;
  }
  return sum / (ms - sinceMs);
}
