/** Points for tests, in both forms. */
import { LineParser } from '../../src/formats/line-protocol/parse.ts';
import { LineWriter } from '../../src/formats/line-protocol/write.ts';
import type { Interner } from '../../src/metric/interner.ts';
import { Point } from '../../src/metric/point.ts';
import type { Processor } from '../../src/pipeline/plugin.ts';

/** The points of some line protocol, in their bytes form where they have one. Throws for a line that is none. */
export function parsePoints(interner: Interner, text: string): Point[] {
  const { points, errors } = new LineParser(interner).parse(Buffer.from(text), { precision: 'ns', now: { ms: 0, ns: 0 } });
  if (errors.length > 0) throw new Error(`not line protocol: ${JSON.stringify(errors[0])}`);
  return points;
}

/** The one point of a line. */
export function parsePoint(interner: Interner, line: string): Point {
  const [point] = parsePoints(interner, line);
  return point;
}

/** The same point with decoded values only. */
export function decoded(point: Point): Point {
  return Point.fromValues(point.shape, point.ms, point.ns, point.values);
}

/** Points as line protocol, fields sorted, uints kept apart: what tests compare. */
export function toLines(interner: Interner, points: readonly Point[]): string[] {
  const writer = new LineWriter(interner, { uintSupport: true, sortFields: true });
  return points.map((point) => (writer.append(point) ? writer.take().toString().trimEnd() : ''));
}

/** What a processor makes of points, as the runner does it: bound per shape. */
export function process(processor: Processor, points: readonly Point[]): Point[] {
  const out: Point[] = [];
  for (const point of points) {
    const binding = processor.bind(point.shape);
    if (binding === 'pass') out.push(point);
    else if (binding !== 'drop') binding(point, out);
  }
  return out;
}
