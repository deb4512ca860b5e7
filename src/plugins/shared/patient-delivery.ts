import { setTimeout as sleep } from 'node:timers/promises';
import type { Point } from '../../metric/point.ts';
import type { Sink } from '../../pipeline/plugin.ts';

/** Points in one delivery: enough to make its fixed cost small, few enough that other inputs get their turn. */
const SLICE = 5000;

/**
 * Delivers all points, in order, for an input that can wait: while the pipeline is busy the same points are offered again when
 * it says. Returns false if the signal aborted first; some of the points may have been taken by then.
 */
export async function deliverPatiently(sink: Sink, points: readonly Point[], signal: AbortSignal): Promise<boolean> {
  for (let from = 0; from < points.length; from += SLICE) {
    const slice = points.length <= SLICE ? points : points.slice(from, from + SLICE);
    if (!(await deliverSlice(sink, slice, signal))) return false;
  }
  return true;
}

async function deliverSlice(sink: Sink, points: readonly Point[], signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const delivery = await sink.deliver(points);
    if (delivery.status === 'ok') return true;
    if (!(await waitFor(delivery.retryAfterSeconds * 1000, signal))) return false;
  }
}

/** Timers take no longer delays than this many milliseconds (2^31 - 1, some 25 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Resolves after so many milliseconds with true, or with false as soon as the signal aborts. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    for (let left = ms; left > 0 || left === ms; left -= LONGEST_TIMER_MS) {
      await sleep(Math.max(0, Math.min(left, LONGEST_TIMER_MS)), undefined, { signal });
    }
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
