import { LineWriter, type LineWriterOptions } from '../../../formats/line-protocol/write.ts';
import type { Point } from '../../../metric/point.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { LineEncoder } from '../line-payload.ts';
import type { NumberPromises } from './number-promises.ts';
import { Routes, type Destination, type RouteOptions } from './routes.ts';

/** Points to line protocol, by destination. */
export class InfluxdbEncoder {
  readonly #routes: Routes;
  readonly #lines: LineEncoder;
  readonly #promises: NumberPromises | undefined;

  /** Without promises, numbers are written as they come. */
  constructor(context: PluginContext, routes: RouteOptions, lines: LineWriterOptions, promises: NumberPromises | undefined) {
    this.#promises = promises;
    this.#routes = new Routes(routes, context.interner);
    this.#lines = new LineEncoder(new LineWriter(context.interner, lines), context);
  }

  /** The payloads of these points, none with more than `maxPoints`, those of one destination in the order of their points. */
  encode(points: readonly Point[], maxPoints: number): Payload[] {
    const used: Destination[] = [];
    for (const point of points) {
      const route = this.#routes.of(point.shape);
      const { destination } = route;
      if (destination.pending.length === 0) used.push(destination);
      const written = point.withShape(route.shape);
      destination.pending.push(this.#promises?.keep(written, route) ?? written);
    }
    const payloads = used.flatMap(({ path, pending }) => this.#lines.encode(path, pending, maxPoints));
    for (const destination of used) destination.pending = [];
    return payloads;
  }
}
