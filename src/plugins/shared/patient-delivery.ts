import type { Point } from '../../metric/point.ts';
import type { Sink } from '../../pipeline/plugin.ts';
import { waitFor } from '../../pipeline/wait-for.ts';

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
