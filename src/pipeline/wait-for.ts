import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_TIMER_MS } from './clock.ts';

/** Resolves after so many milliseconds with true, or with false as soon as the signal aborts. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    let leftMs = ms;
    do {
      await sleep(Math.max(0, Math.min(leftMs, MAX_TIMER_MS)), undefined, { signal });
      leftMs -= MAX_TIMER_MS;
    } while (leftMs > 0);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
