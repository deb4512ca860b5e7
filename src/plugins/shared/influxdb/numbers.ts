/** Floats written as integers and integers as floats, where nothing is lost. */
import type { Interner } from '../../../metric/interner.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';

export type NumberKind = typeof Kind.Float | typeof Kind.Int;

/** The number in another kind; undefined when it can't be told in it exactly. */
export function asNumber(value: FieldValue, kind: NumberKind): FieldValue | undefined {
  if (kind === Kind.Int) return Number.isSafeInteger(value) ? Number(value) + 0 : undefined;
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : undefined;
}

/** A point with some of its numbers in other kinds: `wanted` by their places. Those that would lose something stay as they are. */
export function withNumbers(interner: Interner, point: Point, wanted: ReadonlyMap<number, NumberKind>): Point {
  const { shape, values, ms, ns } = point;
  const changed = new Map([...wanted].map(([at, kind]) => [at, { kind, value: asNumber(values[at], kind) }]));
  if ([...changed.values()].every(({ value }) => value === undefined)) return point;
  const fields = shape.fields.map(({ key: { name }, kind }, at) => {
    const change = changed.get(at);
    return { name, kind: change?.value === undefined ? kind : change.kind };
  });
  const told = values.map((value, at) => changed.get(at)?.value ?? value);
  return Point.fromValues(interner.shape(point.series, fields), ms, ns, told);
}
