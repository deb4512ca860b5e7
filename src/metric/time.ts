/**
 * A time is two numbers: whole milliseconds since the Unix epoch, and the nanoseconds (0 to 999,999) after them.
 * Together they hold every nanosecond of InfluxDB's int64 range exactly, at half the cost of a bigint.
 */
export const NS_PER_MS = 1_000_000;

/** The largest and smallest whole millisecond of an int64 count of nanoseconds. */
const MAX_MS = 9_223_372_036_854;
const MAX_NS_AT_MAX_MS = 775_807;
const MIN_MS = -9_223_372_036_855;
const MIN_NS_AT_MIN_MS = 224_192;

/** Whether (`ms`, `ns`) fits an int64 count of nanoseconds, the range of InfluxDB and Telegraf. */
export function isInRange(ms: number, ns: number): boolean {
  if (ms < MAX_MS && ms > MIN_MS) return true;
  return (ms === MAX_MS && ns <= MAX_NS_AT_MAX_MS) || (ms === MIN_MS && ns >= MIN_NS_AT_MIN_MS);
}

/** The time as an int64 count of nanoseconds. */
export function toNanoseconds(ms: number, ns: number): bigint {
  return BigInt(ms) * 1_000_000n + BigInt(ns);
}

/** Splits an int64 count of nanoseconds into [ms, ns]. */
export function fromNanoseconds(nanoseconds: bigint): [ms: number, ns: number] {
  const ns = Number(((nanoseconds % 1_000_000n) + 1_000_000n) % 1_000_000n);
  return [Number((nanoseconds - BigInt(ns)) / 1_000_000n), ns];
}

/** Seconds from one time to another, fractions included. */
export function secondsBetween(fromMs: number, fromNs: number, toMs: number, toNs: number): number {
  return (toMs - fromMs) / 1e3 + (toNs - fromNs) / 1e9;
}

/** Negative, zero or positive as the first time is before, at or after the second. */
export function compareTime(aMs: number, aNs: number, bMs: number, bNs: number): number {
  return aMs - bMs || aNs - bNs;
}
