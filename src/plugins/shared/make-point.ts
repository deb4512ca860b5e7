import type { Interner } from '../../metric/interner.ts';
import type { FieldValue, Kind } from '../../metric/kind.ts';
import { Point } from '../../metric/point.ts';
import type { TagPairs } from './tag-setter.ts';

export interface NewField {
  readonly name: string;
  readonly kind: Kind;
  readonly value: FieldValue;
}

export interface PointParts {
  readonly measurement: string;
  /** In any order; those without a key or a value are left out. */
  readonly tags: TagPairs;
  /** One at least; of a name given twice the last counts. */
  readonly fields: readonly NewField[];
  readonly time: { readonly ms: number; readonly ns: number };
}

/** A point of parts that were read one by one, for inputs that make few of them: every name is looked up. */
export function makePoint(interner: Interner, { measurement, tags, fields, time }: PointParts): Point {
  const shape = interner.shape(interner.series(measurement, tags), fields);
  const byName = new Map(fields.map((field) => [field.name, field]));
  // The shape has the names of `fields` and no others.
  const values = shape.fields.map(({ key }) => (byName.get(key.name) as NewField).value);
  return Point.fromValues(shape, time.ms, time.ns, values);
}
