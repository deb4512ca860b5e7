/** Payloads are lines in either format: each is one metric, so they can be joined, cut in two and told apart. */
import { halveLines, lineEnds } from '../../../formats/line-protocol/split.ts';
import type { Payload } from '../../../queue/payload.ts';
import { halvesOf } from '../../shared/line-payload.ts';

const NEWLINE = 0x0a;

/** The format in which payloads wait in the queue: `prometheus` is made of line protocol when it is sent. */
export type Format = 'influx' | 'json';

/** Where each metric's line ends, just after its line end. Text in JSON has no line ends. */
function metricEnds(body: Buffer, format: Format): number[] {
  if (format === 'influx') return lineEnds(body);
  const ends: number[] = [];
  for (let at = body.indexOf(NEWLINE); at !== -1; at = body.indexOf(NEWLINE, at + 1)) ends.push(at + 1);
  return ends;
}

/** Each metric by itself. */
export function metricsOf(payload: Payload, format: Format): Payload[] {
  let from = 0;
  return metricEnds(payload.body, format).map((end) => ({ ...payload, body: payload.body.subarray(from, (from = end)), points: 1 }));
}

/** The first half of the metrics and the rest; undefined for a single one. */
export function halveMetrics(payload: Payload, format: Format): readonly [Payload, Payload] | undefined {
  const bodies = format === 'influx' ? halveLines(payload.body) : halveJson(payload.body);
  return bodies && halvesOf(payload, bodies);
}

function halveJson(body: Buffer): [Buffer, Buffer] | undefined {
  const ends = metricEnds(body, 'json');
  if (ends.length < 2) return undefined;
  const middle = ends[(ends.length >> 1) - 1];
  return [body.subarray(0, middle), body.subarray(middle)];
}
