/** Strings as bytes, and as they are quoted. Most are ASCII, where letters and bytes are the same. */
import { decodeText, encodeText } from '../../../metric/text.ts';
import { EvalError } from '../errors.ts';
import { spendLetters } from '../meter.ts';

/** Longer texts are refused: a script of two lines could fill the memory. */
const MAX_LETTERS = 1 << 24;

const NOT_ASCII = /[^\0-\x7f]/;

function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/** The length in bytes. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : encodeText(text).length;
}

/** Bytes `from` to `to` of a text. */
export function sliceBytes(text: string, from: number, to: number): string {
  if (isAscii(text)) return text.slice(from, to);
  return decodeText(encodeText(text), from, to);
}

/** The bytes of a text, each as a text. */
export function eachByte(text: string): string[] {
  if (isAscii(text)) return Array.from(text);
  const bytes = encodeText(text);
  return Array.from(bytes, (_, index) => decodeText(bytes, index, index + 1));
}

/** Every `step`th byte from `start` on, before `end`. */
export function strideBytes(text: string, start: number, end: number, step: number): string {
  const bytes = encodeText(text);
  const picked: number[] = [];
  for (let at = start; step > 0 ? at < end : at > end; at += step) picked.push(bytes[at]);
  return decodeText(Buffer.from(picked), 0, picked.length);
}

/** Checks the length of a text that was made, and counts the work. */
export function made(text: string): string {
  checkLength(text.length);
  spendLetters(text.length);
  return text;
}

/** Throws for a length that no text may have: where it can be told before the text is made. */
export function checkLength(letters: number): void {
  if (letters > MAX_LETTERS) throw new EvalError(`string of more than ${MAX_LETTERS} letters`);
}

/** Two texts in one. Halves of a letter that come together are that letter again. */
export function concat(x: string, y: string): string {
  const joined = made(x + y);
  return isEscaped(y, 0) && isEscaped(x, x.length - 1) ? healed(joined) : joined;
}

/** A text that was put together of bytes, as it would be decoded. */
export function healed(text: string): string {
  if (text.isWellFormed()) return text;
  const bytes = encodeText(text);
  return decodeText(bytes, 0, bytes.length);
}

function isEscaped(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc80 && code <= 0xdcff;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Letters that a quoted text shows as they are: with Go, letters, marks, numbers, punctuation, symbols and the blank. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** A text as a literal of Starlark. */
export function quote(text: string): string {
  spendLetters(text.length);
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  return `"${Array.from(text, quoteLetter).join('')}"`;
}

function quoteLetter(letter: string): string {
  if (Object.hasOwn(ESCAPES, letter)) return ESCAPES[letter];
  if (PRINTABLE.test(letter)) return letter;
  const code = letter.codePointAt(0) ?? 0;
  if (isEscaped(letter, 0) && letter.length === 1) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
