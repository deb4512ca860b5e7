/** Sprig's functions on texts. The text comes last, so that it may come out of a pipeline. Lengths are in bytes, as in Go. */
import { toLower, toUpper } from '../../go-text/letter-case.ts';
import { isBlank } from '../../go-text/space.ts';
import { compareText } from '../../../metric/text.ts';
import { CallError } from '../errors.ts';
import { quoteText } from '../format/quote.ts';
import { boundedJoin, boundedText } from '../limits.ts';
import { fn, variadic, type GoFunction } from '../values/function.ts';
import { Dict, List, texts, type Value } from '../values/value.ts';
import { byteLength, sliceBytes } from './bytes.ts';
import { toText } from './convert.ts';
import { swapCase, toTitle, uncapitalize } from './letter-case.ts';

const ANY = 'interface {}';

/** `part` and a text: whether it has it, without it. */
const test = (isSo: (text: string, part: string) => boolean): GoFunction => fn(['string', 'string'], (part, text) => isSo(text, part));
const change = (work: (text: string) => string): GoFunction => fn(['string'], work);

const trimAll = fn(['string', 'string'], (cutset, text) => trimmed(text, (character) => cutset.includes(character)));

export const strings: Readonly<Record<string, GoFunction>> = {
  abbrev: fn(['int', 'string'], (width, text) => (width < 4 ? text : abbreviated(text, 0, width))),
  abbrevboth: fn(['int', 'int', 'string'], (left, right, text) =>
    right < 4 || (left > 0 && right < 7) ? text : abbreviated(text, left, right),
  ),
  cat: variadic([], ANY, (...values) => trimSpace(present(values).map(toText).join(' '))),
  contains: test((text, part) => text.includes(part)),
  hasPrefix: test((text, part) => text.startsWith(part)),
  hasSuffix: test((text, part) => text.endsWith(part)),
  indent: fn(['int', 'string'], indented),
  initials: change((text) =>
    words(text)
      .map((word) => [...word][0])
      .join(''),
  ),
  join: fn(['string', ANY], (separator, value) => boundedJoin(toTexts(value), separator)),
  lower: change(toLower),
  nindent: fn(['int', 'string'], (spaces, text) => `\n${indented(spaces, text)}`),
  nospace: change((text) => [...text].filter((character) => !isBlank(character)).join('')),
  plural: fn(['string', 'string', 'int'], (one, many, count) => (count === 1 ? one : many)),
  quote: variadic([], ANY, (...values) =>
    present(values)
      .map((value) => quoteText(toText(value)))
      .join(' '),
  ),
  repeat: fn(['int', 'string'], repeated),
  replace: fn(['string', 'string', 'string'], replaced),
  sortAlpha: fn([ANY], (value) => texts([...toTexts(value)].sort(compareText))),
  split: fn(['string', 'string'], (separator, text) => numbered(splitText(text, separator))),
  splitList: fn(['string', 'string'], (separator, text) => texts(splitText(text, separator))),
  splitn: fn(['string', 'int', 'string'], (separator, most, text) => numbered(splitAtMost(text, separator, most))),
  squote: variadic([], ANY, (...values) =>
    present(values)
      .map((value) => `'${toText(value)}'`)
      .join(' '),
  ),
  substr: fn(['int', 'int', 'string'], substring),
  swapcase: change(swapCase),
  title: change(toTitle),
  toString: fn([ANY], toText),
  toStrings: fn([ANY], (value) => texts(toTexts(value))),
  trim: change(trimSpace),
  trimAll,
  trimPrefix: fn(['string', 'string'], (prefix, text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  trimSuffix: fn(['string', 'string'], (suffix, text) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text)),
  trimall: trimAll,
  trunc: fn(['int', 'string'], truncated),
  untitle: change(uncapitalize),
  upper: change(toUpper),
};

/** Sprig's `strslice`: the items of a list that are not nil, or the value alone. */
function toTexts(value: Value): string[] {
  if (value === null) return [];
  return value instanceof List ? present(value.items).map(toText) : [toText(value)];
}

function present(values: readonly Value[]): Value[] {
  return values.filter((value) => value !== null);
}

function trimSpace(text: string): string {
  return trimmed(text, isBlank);
}

function trimmed(text: string, isTaken: (character: string) => boolean): string {
  const characters = [...text];
  let from = 0;
  let to = characters.length;
  while (from < to && isTaken(characters[from])) from++;
  while (to > from && isTaken(characters[to - 1])) to--;
  return characters.slice(from, to).join('');
}

function words(text: string): string[] {
  return text.split(/[\t-\r\u0085\p{Z}]+/u).filter((word) => word !== '');
}

function repeated(count: number, text: string): string {
  if (count < 0) throw new CallError('strings: negative Repeat count');
  return boundedText(count * text.length, () => text.repeat(count));
}

function indented(spaces: number, text: string): string {
  const pad = repeated(spaces, ' ');
  return boundedText(text.length + text.split('\n').length * spaces, () => pad + text.replaceAll('\n', `\n${pad}`));
}

/** An empty text stands before every character, and at the end. */
function replaced(old: string, by: string, text: string): string {
  const parts = old === '' ? ['', ...text, ''] : text.split(old);
  return boundedJoin(parts, by);
}

function splitText(text: string, separator: string): string[] {
  return separator === '' ? [...text] : text.split(separator);
}

/** As `strings.SplitN`: what is left over stays in the last part; 0 is no part, and below there is no bound. */
function splitAtMost(text: string, separator: string, most: number): string[] {
  const parts = splitText(text, separator);
  if (most === 0) return [];
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

/** `_0`, `_1` and so on, so that templates may write `._0`. */
function numbered(parts: readonly string[]): Dict {
  return new Dict(new Map(parts.map((part, index) => [`_${index}`, part])), 'string');
}

function truncated(length: number, text: string): string {
  const bytes = byteLength(text);
  if (length < 0 && bytes + length > 0) return sliceBytes(text, bytes + length, bytes);
  return length >= 0 && bytes > length ? sliceBytes(text, 0, length) : text;
}

/** From the beginning where `start` is negative, to the end where `end` is negative or beyond it. */
function substring(start: number, end: number, text: string): string {
  const bytes = byteLength(text);
  const from = Math.max(start, 0);
  const to = start >= 0 && (end < 0 || end > bytes) ? bytes : end;
  if (to < 0 || to > bytes || from > to) {
    throw new CallError(`runtime error: slice bounds out of range [${from}:${to}] with length ${bytes}`);
  }
  return sliceBytes(text, from, to);
}

/** Of at most `width` bytes, points included, from `offset` on if that is more than four. */
function abbreviated(text: string, offset: number, width: number): string {
  const bytes = byteLength(text);
  if (bytes <= width) return text;
  const from = Math.min(offset, bytes - (width - 3));
  if (from <= 4) return `${sliceBytes(text, 0, width - 3)}...`;
  if (from + width - 3 < bytes) return `...${abbreviated(sliceBytes(text, from, bytes), 0, width - 3)}`;
  return `...${sliceBytes(text, bytes - (width - 3), bytes)}`;
}
