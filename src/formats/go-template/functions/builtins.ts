/** The functions that Go's templates have by themselves. `and` and `or`, which look at no more than they need, are the evaluator's. */
import { encodeText } from '../../../metric/text.ts';
import { CallError } from '../errors.ts';
import { printedText, sprint, valueText } from '../format/value-text.ts';
import { sprintf } from '../format/printf.ts';
import { fn, variadic, type GoFunction } from '../values/function.ts';
import { Dict, int, Int, isTrue, List, typeName, type Value } from '../values/value.ts';
import { byteLength } from './bytes.ts';
import { comparisons } from './compare.ts';

const ANY = 'interface {}';

export const builtins: Readonly<Record<string, GoFunction>> = {
  ...comparisons,
  html: variadic([], ANY, (...values) => escapeHtml(joined(values))),
  index: variadic([ANY], ANY, (item, ...indices) => indices.reduce(indexed, item)),
  js: variadic([], ANY, (...values) => escapeJavaScript(joined(values))),
  len: fn([ANY], (value) => int(lengthOf(value))),
  not: fn([ANY], (value) => !isTrue(value)),
  print: variadic([], ANY, (...values) => sprint(values)),
  printf: variadic(['string'], ANY, (format, ...values) => sprintf(format, values)),
  println: variadic([], ANY, (...values) => `${values.map(valueText).join(' ')}\n`),
  urlquery: variadic([], ANY, (...values) => escapeQuery(joined(values))),
};

function joined(values: readonly Value[]): string {
  return sprint(values.map((value) => (value === null ? printedText(value) : value)));
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return byteLength(value);
  if (value instanceof List) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  throw new CallError(value === null ? 'reflect: call of reflect.Value.Type on zero Value' : `len of type ${typeName(value)}`);
}

/** A key that a map has not is the zero of its items. */
function indexed(item: Value, index: Value): Value {
  if (item instanceof Dict) {
    if (typeof index !== 'string' && index !== null) throw new CallError(`value has type ${typeName(index)}; should be string`);
    return item.entries.get(index ?? '') ?? (item.itemType === 'string' ? '' : null);
  }
  if (item instanceof List) return item.items[placeOf(index, item.items.length)];
  if (typeof item === 'string') return new Int('uint8', BigInt(Buffer.from(item)[placeOf(index, byteLength(item))]));
  throw new CallError(item === null ? 'index of untyped nil' : `can't index item of type ${typeName(item)}`);
}

function placeOf(index: Value, length: number): number {
  const place = wholeIndex(index);
  if (place < 0 || place >= length) throw new CallError(`index out of range: ${place}`);
  return place;
}

function wholeIndex(index: Value): number {
  if (index instanceof Int) return Number(index.value);
  throw new CallError(index === null ? 'cannot index slice/array with nil' : `cannot index slice/array with type ${typeName(index)}`);
}

const HTML: Readonly<Record<string, string>> = { '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;', '\0': '\ufffd' };

function escapeHtml(text: string): string {
  return text.replaceAll(/["'&<>\0]/g, (character) => HTML[character]);
}

const JAVA_SCRIPT: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

function escapeJavaScript(text: string): string {
  // oxlint-disable-next-line no-control-regex -- controls are what it looks for
  return text.replaceAll(/[\\'"<>&=\u0000-\u001f]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    return JAVA_SCRIPT[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

function escapeQuery(text: string): string {
  let escaped = '';
  for (const byte of encodeText(text)) {
    const character = String.fromCharCode(byte);
    if (/[\w.~-]/.test(character)) escaped += character;
    else escaped += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
