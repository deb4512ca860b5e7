/** Values as Go's `%v` prints them. */
import { goFloatText } from '../../../metric/go-float.ts';
import { compareText } from '../../../metric/text.ts';
import { boundedJoin, expectWalkable } from '../limits.ts';
import { Dict, Int, List, type Value } from '../values/value.ts';

/** Throws `CallError` for what is too much to print. */
export function valueText(value: Value): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return goFloatText(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Int) return value.text ?? String(value.value);
  if (!(value instanceof List || value instanceof Dict)) return value.toText();
  expectWalkable(value);
  return collectionText(value, valueText);
}

/** A list or a map, with what `show` makes of its items, keys included. */
export function collectionText(value: List | Dict, show: (item: Value) => string): string {
  if (value instanceof List) return `[${boundedJoin(value.items.map(show), ' ')}]`;
  const entries = sortedEntries(value).map(([key, item]) => `${show(key)}:${show(item)}`);
  return `map[${boundedJoin(entries, ' ')}]`;
}

/** A map's entries in the order in which Go prints and walks them. */
export function sortedEntries({ entries }: Dict): (readonly [key: string, value: Value])[] {
  return [...entries].sort(([a], [b]) => compareText(a, b));
}

/** What an action prints: there is no nil, only what is not there. */
export function printedText(value: Value): string {
  return value === null ? '<no value>' : valueText(value);
}

/** Go's `fmt.Sprint`: a blank between two of which neither is a text. */
export function sprint(values: readonly Value[]): string {
  const isSetApart = (index: number) => index > 0 && typeof values[index - 1] !== 'string' && typeof values[index] !== 'string';
  return values.map((value, index) => (isSetApart(index) ? ` ${valueText(value)}` : valueText(value))).join('');
}
