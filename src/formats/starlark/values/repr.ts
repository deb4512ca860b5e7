import { quote } from './text.ts';
import type { Thing, Value } from './value.ts';

/** A value as `repr` writes it; `path` are the containers around it. */
export function repr(value: Value, path: readonly Thing[] = []): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
    case 'bigint':
      return String(value);
    default:
      return value === null ? 'None' : value.repr(path);
  }
}

/** A value as `str` writes it: a string is itself. */
export function str(value: Value): string {
  return typeof value === 'string' ? value : repr(value);
}
