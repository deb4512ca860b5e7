/** Samples ahead of this are from a wrong clock, not from one that is a little fast. */
const CREDIBLE_AHEAD_MS = 3_600_000;

/** Whether a time, in milliseconds, is so far ahead of the present that it can't be true. */
export function isFromTheFuture(ms: number, nowMs: number): boolean {
  return ms > nowMs + CREDIBLE_AHEAD_MS;
}
