import { trimCharacters } from '../../metric/text.ts';

/** What JSON.parse gives. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonScalar = boolean | number | string;

/**
 * Every value inside of a value by one flat name, as Telegraf names it: keys and places in arrays joined by `_`, with no `_` at
 * either end. Nulls are left out. Depth is bounded by what JSON.parse takes.
 */
export function flattenJson(value: JsonValue, name = '', into = new Map<string, JsonScalar>()): ReadonlyMap<string, JsonScalar> {
  const prefix = trimCharacters(name, '_');
  if (value === null) return into;
  if (typeof value !== 'object') return into.set(prefix, value);
  for (const [key, inner] of Object.entries(value)) flattenJson(inner, `${prefix}_${key}_`, into);
  return into;
}
