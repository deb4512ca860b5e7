/** What `JsonWriter` wrote, as line protocol: for people who look at it. */
import { z } from 'zod';
import { Interner } from '../../metric/interner.ts';
import { Kind } from '../../metric/kind.ts';
import { Point } from '../../metric/point.ts';
import { LineWriter } from '../line-protocol/write.ts';

const Written = z.object({
  fields: z.record(z.string(), z.unknown()),
  name: z.string(),
  tags: z.record(z.string(), z.string()),
  timestamp: z.union([z.number(), z.string()]),
});

/** Digits of a timestamp of this century in seconds, which tell its unit. */
const DIGITS_OF_SECONDS = 10;
const DIGITS_OF_NANOSECONDS = 19;

/** Lines of JSON as lines of line protocol. JSON has one kind of number, so numbers are floats. Throws for what is no such JSON. */
export function jsonToLines(body: Buffer): Buffer {
  const interner = new Interner();
  const writer = new LineWriter(interner);
  for (const line of body.toString('utf8').split('\n')) {
    if (line !== '') writer.append(pointOf(interner, Written.parse(JSON.parse(line))));
  }
  return writer.take();
}

function pointOf(interner: Interner, { fields, name, tags, timestamp }: z.output<typeof Written>): Point {
  const shape = interner.shape(
    interner.series(name, Object.entries(tags)),
    Object.entries(fields).map(([field, value]) => ({ name: field, kind: kindOf(value) })),
  );
  const values = shape.fields.map(({ key }) => {
    const value = fields[key.name];
    return typeof value === 'object' ? JSON.stringify(value) : (value as number | string | boolean);
  });
  const [ms, ns] = timeOf(timestamp);
  return Point.fromValues(shape, ms, ns, values);
}

function kindOf(value: unknown): Kind {
  if (typeof value === 'number') return Kind.Float;
  return typeof value === 'boolean' ? Kind.Bool : Kind.String;
}

/** Seconds, or a finer unit where there are more digits; of a text the time that it tells, or else none. */
function timeOf(timestamp: number | string): [ms: number, ns: number] {
  if (typeof timestamp === 'string') return [Date.parse(timestamp) || 0, 0];
  const digits = String(Math.abs(timestamp)).length;
  const decimals = Math.min(Math.max(0, digits - DIGITS_OF_SECONDS), DIGITS_OF_NANOSECONDS - DIGITS_OF_SECONDS);
  const unit = 3 * Math.round(decimals / 3);
  const ms = timestamp * 10 ** (3 - unit);
  return [Math.floor(ms), 0];
}
