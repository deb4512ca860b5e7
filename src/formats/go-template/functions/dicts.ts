/** Sprig's functions on maps, which change them in place. */
import { expectItems } from '../limits.ts';
import { fn, variadic, type GoFunction } from '../values/function.ts';
import { Dict, List, type Value } from '../values/value.ts';
import { toText } from './convert.ts';
import { dig } from './lists.ts';

const ANY = 'interface {}';
const MAP = 'map[string]interface {}';

export const dicts: Readonly<Record<string, GoFunction>> = {
  dict: variadic([], ANY, dictOf),
  dig: variadic([], ANY, dig),
  get: fn([MAP, 'string'], ({ entries }, key) => (entries.has(key) ? (entries.get(key) ?? null) : '')),
  hasKey: fn([MAP, 'string'], ({ entries }, key) => entries.has(key)),
  omit: variadic([MAP], 'string', ({ entries }, ...keys) => new Dict(new Map([...entries].filter(([key]) => !keys.includes(key))))),
  pick: variadic([MAP], 'string', ({ entries }, ...keys) => new Dict(new Map([...entries].filter(([key]) => keys.includes(key))))),
  pluck: variadic(
    ['string'],
    MAP,
    (key, ...ofAll) => new List(ofAll.filter(({ entries }) => entries.has(key)).map(({ entries }) => entries.get(key) ?? null)),
  ),
  set: fn([MAP, 'string', ANY], set),
  unset: fn([MAP, 'string'], (dict, key) => {
    dict.entries.delete(key);
    return dict;
  }),
};

/** Keys and values in turn; the last key without one has the empty text. */
function dictOf(...values: readonly Value[]): Dict {
  const entries = new Map<string, Value>();
  for (let at = 0; at < values.length; at += 2) entries.set(toText(values[at]), at + 1 < values.length ? values[at + 1] : '');
  return new Dict(entries);
}

function set(dict: Dict, key: string, value: Value): Dict {
  expectItems(dict.entries.size + 1);
  dict.entries.set(key, value);
  return dict;
}
