import { encodeText } from '../../../metric/text.ts';
import { toLower, toUpper } from '../../go-text/letter-case.ts';
import { isSpace } from '../../go-text/space.ts';
import { EvalError } from '../errors.ts';
import { span } from '../values/places.ts';
import { Parts } from '../values/bytes.ts';
import { methods, type Methods } from '../values/callable.ts';
import { List, Tuple } from '../values/sequence.ts';
import { byteLength, checkLength, eachByte, healed, made, sliceBytes } from '../values/text.ts';
import { typeOf, type Value, type Named } from '../values/value.ts';
import { Arguments, nothingGiven } from './arguments.ts';
import { formatText } from './format.ts';
import { split, splitLines, strip } from './split.ts';
import { capitalize, isTitle, title, isLower, isUpper, every } from './words.ts';

/** The methods of strings. */
export const stringMethods: Methods<string> = methods<string>({
  capitalize: simple(capitalize),
  codepoint_ords: parts((self) => Array.from(self, (letter) => codeOf(letter))),
  codepoints: parts((self) => Array.from(self, (letter) => (letter.isWellFormed() ? letter : '\ufffd'))),
  count(self, args, named, name) {
    const { sub, part } = search(self, args, named, name);
    return sub === '' ? Array.from(part).length + 1 : part.split(sub).length - 1;
  },
  elem_ords: parts((self) => [...encodeText(self)]),
  elems: parts(eachByte),
  endswith: (self, args, named, name) => hasEnd(self, args, named, name, (part, end) => part.endsWith(end)),
  find: (self, args, named, name) => find(self, args, named, name, 'first') ?? -1,
  format: (self, args, named) => formatText(self, args, named),
  index: (self, args, named, name) => found(find(self, args, named, name, 'first'), name),
  isalnum: simple((self) => every(self, /^[\p{L}\p{Nd}]+$/u)),
  isalpha: simple((self) => every(self, /^\p{L}+$/u)),
  isdigit: simple((self) => every(self, /^\p{Nd}+$/u)),
  islower: simple(isLower),
  isspace: simple((self) => self !== '' && Array.from(self).every(isSpace)),
  istitle: simple(isTitle),
  isupper: simple(isUpper),
  join(self, args, named, name) {
    const elements = Arguments.positional(name, args, named, 1).elements(0) ?? [];
    const texts = elements.map((element) => {
      if (typeof element === 'string') return element;
      throw new EvalError(`join: in list, want string, got ${typeOf(element)}`);
    });
    return healed(made(texts.join(self)));
  },
  lower: simple(toLower),
  lstrip: (self, args, named, name) => strip(self, Arguments.positional(name, args, named, 0, 1).text(0, ''), true, false),
  partition(self, args, named, name) {
    const separator = separatorOf(args, named, name);
    const at = self.indexOf(separator);
    return at === -1 ? new Tuple([self, '', '']) : around(self, at, separator);
  },
  removeprefix(self, args, named, name) {
    const prefix = Arguments.positional(name, args, named, 1).text(0);
    return self.startsWith(prefix) ? self.slice(prefix.length) : self;
  },
  removesuffix(self, args, named, name) {
    const suffix = Arguments.positional(name, args, named, 1).text(0);
    return suffix !== '' && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
  },
  replace(self, args, named, name) {
    const given = Arguments.positional(name, args, named, 2, 3);
    return replace(self, given.text(0), given.text(1), given.count(2, -1));
  },
  rfind: (self, args, named, name) => find(self, args, named, name, 'last') ?? -1,
  rindex: (self, args, named, name) => found(find(self, args, named, name, 'last'), name),
  rpartition(self, args, named, name) {
    const separator = separatorOf(args, named, name);
    const at = self.lastIndexOf(separator);
    return at === -1 ? new Tuple(['', '', self]) : around(self, at, separator);
  },
  rsplit: (self, args, named, name) => splitBy(self, args, named, name, 'end'),
  rstrip: (self, args, named, name) => strip(self, Arguments.positional(name, args, named, 0, 1).text(0, ''), false, true),
  split: (self, args, named, name) => splitBy(self, args, named, name, 'start'),
  splitlines: (self, args, named, name) => new List(splitLines(self, Arguments.positional(name, args, named, 0, 1).boolean(0, false))),
  startswith: (self, args, named, name) => hasEnd(self, args, named, name, (part, start) => part.startsWith(start)),
  strip: (self, args, named, name) => strip(self, Arguments.positional(name, args, named, 0, 1).text(0, ''), true, true),
  title: simple(title),
  upper: simple(toUpper),
});

type StringMethod = (self: string, args: readonly Value[], named: readonly Named[], name: string) => Value;

/** A method without arguments. */
function simple(run: (self: string) => Value): StringMethod {
  return (self, args, named, name) => {
    nothingGiven(name, args, named);
    return run(made(self));
  };
}

function parts(run: (self: string) => Value[]): StringMethod {
  return (self, args, named, name) => {
    nothingGiven(name, args, named);
    return new Parts(self, name, run(made(self)));
  };
}

/** The code point of a letter; a byte that is none counts as U+FFFD. */
export function codeOf(letter: string): number {
  return letter.isWellFormed() ? (letter.codePointAt(0) ?? 0) : 0xfffd;
}

/** What is looked for, in which part of the text, and where that begins in bytes. */
function search(
  self: string,
  args: readonly Value[],
  named: readonly Named[],
  name: string,
): { readonly sub: string; readonly part: string; readonly start: number } {
  const given = Arguments.positional(name, args, named, 1, 3);
  const sub = given.text(0);
  if (args.length === 1) return { sub, part: made(self), start: 0 };
  const [start, end] = span(given.value(1) ?? null, given.value(2) ?? null, byteLength(self));
  return { sub, part: made(start < end ? sliceBytes(self, start, end) : ''), start };
}

/** The place in bytes; undefined where it is not there. */
function find(self: string, args: readonly Value[], named: readonly Named[], name: string, which: 'first' | 'last'): number | undefined {
  const { sub, part, start } = search(self, args, named, name);
  const at = which === 'first' ? part.indexOf(sub) : part.lastIndexOf(sub);
  return at === -1 ? undefined : start + byteLength(part.slice(0, at));
}

function found(place: number | undefined, name: string): number {
  if (place === undefined) throw new EvalError(`${name}: substring not found`);
  return place;
}

/** Whether the text, or a part of it, begins or ends with a text or one of several. */
function hasEnd(
  self: string,
  args: readonly Value[],
  named: readonly Named[],
  name: string,
  test: (part: string, end: string) => boolean,
): boolean {
  const given = Arguments.positional(name, args, named, 1, 3);
  const [start, end] = span(given.value(1) ?? null, given.value(2) ?? null, byteLength(self));
  const part = args.length === 1 ? self : sliceBytes(self, start, Math.max(start, end));
  const wanted = given.value(0) ?? null;
  if (typeof wanted === 'string') return test(part, wanted);
  if (!(wanted instanceof Tuple)) throw new EvalError(`${name}: got ${typeOf(wanted)}, want string or tuple of string`);
  return wanted.elements.some((element, index) => {
    if (typeof element !== 'string') throw new EvalError(`${name}: want string, got ${typeOf(element)}, for element ${index}`);
    return test(part, element);
  });
}

function separatorOf(args: readonly Value[], named: readonly Named[], name: string): string {
  const separator = Arguments.positional(name, args, named, 1).text(0);
  if (separator === '') throw new EvalError(`${name}: empty separator`);
  return separator;
}

function around(text: string, at: number, separator: string): Tuple {
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

function splitBy(self: string, args: readonly Value[], named: readonly Named[], name: string, from: 'start' | 'end'): List {
  const given = Arguments.positional(name, args, named, 0, 2);
  const separator = given.value(0) ?? null;
  if (separator === '') throw new EvalError('split: empty separator');
  if (separator === null || typeof separator === 'string') return new List(split(self, separator, given.count(1, -1), from));
  throw new EvalError(`split: got ${typeOf(separator)} for separator, want string`);
}

/** The first `count` of them; a negative count: all. Between all letters stands an empty text. */
function replace(text: string, old: string, fresh: string, count: number): string {
  const pieces = old === '' ? ['', ...Array.from(text), ''] : text.split(old);
  const times = count < 0 ? pieces.length - 1 : Math.min(count, pieces.length - 1);
  checkLength(text.length + times * fresh.length);
  const joined = pieces.slice(0, times + 1).join(fresh);
  const rest = pieces.slice(times + 1);
  return healed(made(rest.length === 0 ? joined : joined + (old === '' ? rest.join('') : old + rest.join(old))));
}
