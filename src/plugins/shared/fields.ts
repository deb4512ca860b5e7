/** Fields of points that are made one by one. */
import { Kind } from '../../metric/kind.ts';
import { safeInteger } from '../../metric/number-text.ts';
import type { NewField } from './make-point.ts';

/** A float. */
export function floatField(name: string, value: number): NewField {
  return { name, kind: Kind.Float, value };
}

/** A signed integer, as int64. A bigint within the safe integers becomes a number. */
export function intField(name: string, value: number | bigint): NewField {
  return { name, kind: Kind.Int, value: integer(value) };
}

/** An unsigned integer, as uint64; likewise. */
export function uintField(name: string, value: number | bigint): NewField {
  return { name, kind: Kind.Uint, value: integer(value) };
}

/** A string. */
export function textField(name: string, value: string): NewField {
  return { name, kind: Kind.String, value };
}

/** Fields of one kind, named by the keys. */
export function fieldsOf<Value>(make: (name: string, value: Value) => NewField, values: Readonly<Record<string, Value>>): NewField[] {
  return Object.entries(values).map(([name, value]) => make(name, value));
}

function integer(value: number | bigint): number | bigint {
  return typeof value === 'bigint' ? safeInteger(value) : value;
}
