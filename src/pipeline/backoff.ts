/** How long to wait before a try is repeated: exponential, with full jitter, so that many bridges don't come back at once. */
const FIRST_BACKOFF_MS = 500;
/** As in Vector and the OpenTelemetry Collector: whoever waits for a server to be back sees it within half a minute. */
const MAX_BACKOFF_MS = 30_000;

/** A server that asks for more patience than this is asked again all the same: Telegraf's bound. */
const MAX_RETRY_AFTER_MS = 600_000;

/**
 * Milliseconds before try number `failures + 1`: random between nothing and the doubled bound ("full jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), but at least what the server asked for.
 */
export function backoffMs(failures: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const bound = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS), random() * bound);
}
