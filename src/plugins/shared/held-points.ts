/** Points that a plugin holds longer than a batch, and over a restart: what they say, without the body that they came in. */
import { z } from 'zod';
import type { Interner } from '../../metric/interner.ts';
import { Kind, type FieldValue } from '../../metric/kind.ts';
import { readInteger } from '../../metric/number-text.ts';
import { Point } from '../../metric/point.ts';
import { readJson } from '../../energy/series-state.ts';
import { makePoint, type NewField } from './make-point.ts';

/** The same point in its decoded form, which keeps no body alive. */
export function withoutBody(point: Point): Point {
  return point.source === null ? point : Point.fromValues(point.shape, point.ms, point.ns, point.values);
}

/** The fields of a point, in the order of its shape. */
export function fieldsOf({ shape, values }: Point): NewField[] {
  return shape.fields.map(({ key, kind }, place) => ({ name: key.name, kind, value: values[place] }));
}

/** What is kept of a point in the store. Values are texts, since JSON has no NaN, no -0 and no integer beyond 2^53. */
const KeptPoint = z.object({
  measurement: z.string(),
  tags: z.array(z.tuple([z.string(), z.string()]).readonly()),
  fields: z.array(z.tuple([z.string(), z.enum(Kind), z.string()]).readonly()).min(1),
  ms: z.number(),
  ns: z.number(),
});

/** A point as a text for the store. */
export function encodePoint(point: Point): string {
  const { measurement, tags } = point.series;
  const fields = fieldsOf(point).map(({ name, kind, value }) => [name, kind, Object.is(value, -0) ? '-0' : String(value)] as const);
  return JSON.stringify({ measurement, tags, fields, ms: point.ms, ns: point.ns });
}

/** The point that `encodePoint` made a text of; undefined for any other text. */
export function decodePoint(text: string, interner: Interner): Point | undefined {
  const { success, data } = KeptPoint.safeParse(readJson(text));
  if (!success) return undefined;
  const { measurement, tags, ms, ns } = data;
  const fields = data.fields.map(([name, kind, value]) => ({ name, kind, value: readValue(kind, value) }));
  return makePoint(interner, { measurement, tags, fields, time: { ms, ns } });
}

function readValue(kind: Kind, text: string): FieldValue {
  switch (kind) {
    case Kind.Float:
      return Number(text);
    case Kind.Int:
    case Kind.Uint:
      return readInteger(Buffer.from(text), 0, text.length);
    case Kind.Bool:
      return text === 'true';
    case Kind.String:
      return text;
  }
}
