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

/** Points to payloads in which each is a line. */
export class LineEncoder {
  readonly #writer: PointWriter;
  readonly #context: Pick<PluginContext, 'drop'>;

  constructor(writer: PointWriter, context: Pick<PluginContext, 'drop'>) {
    this.#writer = writer;
    this.#context = context;
  }

  /** The payloads of these points, in order, none with more than `maxPoints`. Points that can't be written are counted as dropped. */
  encode(destination: string, points: readonly Point[], maxPoints: number): Payload[] {
    const payloads: Payload[] = [];
    for (let at = 0; at < points.length; at += maxPoints) {
      const payload = this.#payload(destination, points.slice(at, at + maxPoints));
      if (payload !== undefined) payloads.push(payload);
    }
    return payloads;
  }

  /** Undefined when none of the points can be written. */
  #payload(destination: string, points: readonly Point[]): Payload | undefined {
    const writer = this.#writer;
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
    if (unwritten > 0) this.#context.drop('not_writable', unwritten);
    return written === 0 ? undefined : { destination, body: writer.take(), points: written, firstMs, lastMs };
  }
}

/** A payload in two, whose body was cut in the middle between two lines. */
export function halvesOf(payload: Payload, [first, second]: readonly [Buffer, Buffer]): readonly [Payload, Payload] {
  const points = payload.points >> 1;
  return [
    { ...payload, body: first, points },
    { ...payload, body: second, points: payload.points - points },
  ];
}
