/** Which times can be true: clocks are wrong now and then, and one absurd time must not spoil what comes after it. */

/** Samples ahead of this are from a wrong clock, not from one that is a little fast. */
const CREDIBLE_AHEAD_MS = 3_600_000;
/** Nobody is silent for longer and then goes on: a clock that was not set began at 1970. */
const LONGEST_SILENCE_MS = 366 * 86_400_000;

/** Whether a time, in milliseconds, is so far ahead of the present that it can't be true. */
export function isFromTheFuture(ms: number, nowMs: number): boolean {
  return ms > nowMs + CREDIBLE_AHEAD_MS;
}

/** Whether two times of one series, in milliseconds, are so far apart that they are no interval: the first can't be true, or is long over. */
export function isNoInterval(sinceMs: number, ms: number): boolean {
  return ms - sinceMs > LONGEST_SILENCE_MS;
}
