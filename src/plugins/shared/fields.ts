/** Fields of points that are made one by one. */
import { Kind } from '../../metric/kind.ts';
import { safeInteger } from '../../metric/number-text.ts';
import type { NewField } from './make-point.ts';

export function floatField(name: string, value: number): NewField {
  return { name, kind: Kind.Float, value };
}

export function intField(name: string, value: number | bigint): NewField {
  return { name, kind: Kind.Int, value: integer(value) };
}

export function uintField(name: string, value: number | bigint): NewField {
  return { name, kind: Kind.Uint, value: integer(value) };
}

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
