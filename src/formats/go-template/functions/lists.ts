/** Sprig's functions on lists. Each has a twin with `must` before its name, which is the same here: a failure is a failure. */
import { compareText } from '../../../metric/text.ts';
import { CallError } from '../errors.ts';
import { expectItems } from '../limits.ts';
import { fn, variadic, type GoFunction } from '../values/function.ts';
import { Dict, kindOf, List, texts, type Value } from '../values/value.ts';
import { isEqual } from './reflection.ts';
import { isEmpty } from './defaults.ts';
import { toInt64 } from './convert.ts';

const ANY = 'interface {}';

function itemsOf(value: Value, what: string): readonly Value[] {
  if (value instanceof List) return value.items;
  throw new CallError(`Cannot ${what} on type ${value === null ? 'nil' : kindOf(value)}`);
}

function listOf(items: readonly Value[]): List {
  expectItems(items.length);
  return new List(items);
}

const list = variadic([], ANY, (...values) => listOf(values));
const push = fn([ANY, ANY], (value, item) => listOf([...itemsOf(value, 'push'), item]));

/** What has a `must` twin. */
const twins: Readonly<Record<string, GoFunction>> = {
  append: push,
  chunk: fn(['int', ANY], (size, value) => chunked(itemsOf(value, 'chunk'), size)),
  compact: fn([ANY], (value) => listOf(itemsOf(value, 'compact').filter((item) => !isEmpty(item)))),
  first: fn([ANY], (value) => itemsOf(value, 'find first').at(0) ?? null),
  has: fn([ANY, ANY], (needle, value) => value !== null && itemsOf(value, 'find has').some((item) => isEqual(needle, item))),
  initial: fn([ANY], (value) => listOf(itemsOf(value, 'find initial').slice(0, -1))),
  last: fn([ANY], (value) => itemsOf(value, 'find last').at(-1) ?? null),
  prepend: fn([ANY, ANY], (value, item) => listOf([item, ...itemsOf(value, 'prepend')])),
  push,
  rest: fn([ANY], (value) => listOf(itemsOf(value, 'find rest').slice(1))),
  reverse: fn([ANY], (value) => listOf(itemsOf(value, 'find reverse').toReversed())),
  slice: variadic([ANY], ANY, sliced),
  uniq: fn([ANY], (value) => listOf(unique(itemsOf(value, 'find uniq')))),
  without: variadic([ANY], ANY, (value, ...omitted) =>
    listOf(itemsOf(value, 'find without').filter((item) => !omitted.some((one) => isEqual(one, item)))),
  ),
};

export const lists: Readonly<Record<string, GoFunction>> = {
  ...twins,
  ...Object.fromEntries(Object.entries(twins).map(([name, twin]) => [`must${name[0].toUpperCase()}${name.slice(1)}`, twin])),
  concat: variadic([], ANY, (...values) => listOf(values.flatMap((value) => itemsOf(value, 'concat')))),
  keys: variadic([], 'map[string]interface {}', (...dicts) => texts(dicts.flatMap(({ entries }) => [...entries.keys()].sort(compareText)))),
  list,
  tuple: list,
  values: fn(['map[string]interface {}'], ({ entries }) =>
    listOf([...entries].sort(([a], [b]) => compareText(a, b)).map(([, value]) => value)),
  ),
};

function sliced(value: Value, ...indices: readonly Value[]): Value {
  if (!(value instanceof List)) throw new CallError(`list should be type of slice or array but ${kindOf(value)}`);
  const { length } = value.items;
  if (length === 0) return null;
  const [from = 0, to = length] = indices.map((index) => Number(toInt64(index)));
  if (from < 0 || to > length || from > to) throw new CallError('reflect.Value.Slice: slice index out of bounds');
  return new List(value.items.slice(from, to), value.itemType);
}

function unique(items: readonly Value[]): Value[] {
  const kept: Value[] = [];
  for (const item of items) if (!kept.some((one) => isEqual(one, item))) kept.push(item);
  return kept;
}

function chunked(items: readonly Value[], size: number): List {
  if (size < 1) throw new CallError('runtime error: integer divide by zero');
  const count = Math.ceil(items.length / size);
  return new List(
    Array.from({ length: count }, (_, index) => new List(items.slice(index * size, (index + 1) * size))),
    '[]interface {}',
  );
}

/** Of `dig "a" "b" default dict`: what a map within a map holds, or the default. */
export function dig(...values: readonly Value[]): Value {
  if (values.length < 3) throw new CallError('dig needs at least three arguments');
  const [fallback] = values.slice(-2);
  let value = values.at(-1) ?? null;
  for (const key of values.slice(0, -2)) {
    if (!(value instanceof Dict) || typeof key !== 'string' || !value.entries.has(key)) return fallback;
    value = value.entries.get(key) ?? null;
  }
  return value;
}
