import { waitFor } from './wait-for.ts';
import { alignUp } from './window.ts';

export interface TickerOptions {
  readonly intervalMs: number;
  /** Tick at multiples of the interval, else from now on. */
  readonly round: boolean;
  readonly offsetMs: number;
  /** Random delay of each tick, at the most; it never adds up. */
  readonly jitterMs: number;
  readonly nowMs: () => number;
}

/**
 * Calls `tick` once per interval until the signal aborts, as Telegraf does: a call that takes longer than the interval is never
 * overtaken by the next; the ticks it covered are skipped, and `onSkipped` is told how many.
 */
export async function runTicker(
  options: TickerOptions,
  signal: AbortSignal,
  tick: () => Promise<void>,
  onSkipped: (ticks: number) => void,
): Promise<void> {
  const { intervalMs, offsetMs, nowMs } = options;
  let dueMs = firstTick(options);
  while (!signal.aborted) {
    const waited = await waitFor(dueMs + offsetMs + Math.random() * options.jitterMs - nowMs(), signal);
    if (!waited) return;
    await tick();
    const missed = Math.max(0, Math.floor((nowMs() - offsetMs - dueMs) / intervalMs));
    if (missed > 0) onSkipped(missed);
    dueMs += (missed + 1) * intervalMs;
    // The clock was set back: without this, nothing would tick until it is where it was.
    if (dueMs - nowMs() > 2 * intervalMs) dueMs = firstTick(options);
  }
}

/** A start a hair before a multiple must not make for two ticks in a row, so it looks one hundredth of the interval ahead. */
function firstTick({ intervalMs, round, nowMs }: TickerOptions): number {
  return round ? alignUp(nowMs() + intervalMs / 100, intervalMs) : nowMs();
}
