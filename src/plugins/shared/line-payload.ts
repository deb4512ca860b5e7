import type { Point } from '../../metric/point.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import type { Payload } from '../../queue/payload.ts';

/** What writes a point on a line of its own, in whatever format. */
export interface PointWriter {
  /** False when nothing of it can be written. */
  append(point: Point): boolean;
  /** What was written since the last `take`. */
  take(): Buffer;
}

/** The lines of these points as one payload; undefined when none of them can be written. Those that can't are counted as dropped. */
export function linePayload(
  writer: PointWriter,
  destination: string,
  points: readonly Point[],
  context: PluginContext,
): Payload | undefined {
  let written = 0;
  let unwritten = 0;
  let firstMs = Infinity;
  let lastMs = -Infinity;
  for (const point of points) {
    if (!writer.append(point)) {
      // No format of these has a word for a staleness marker: nothing is lost.
      if (!point.stale) unwritten++;
      continue;
    }
    written++;
    if (point.ms < firstMs) firstMs = point.ms;
    if (point.ms > lastMs) lastMs = point.ms;
  }
  if (unwritten > 0) context.drop('not_writable', unwritten);
  return written === 0 ? undefined : { destination, body: writer.take(), points: written, firstMs, lastMs };
}
