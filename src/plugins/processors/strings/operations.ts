/** What `strings` can do with a text, each operation made of its options. Texts are Go's: bytes count where Go counts bytes. */
import { isUtf8 } from 'node:buffer';
import { isSpace } from '../../../formats/go-text/space.ts';
import { decodeText, encodeText } from '../../../metric/text.ts';
import { toLower, toTitle, toUpper } from '../../../formats/go-text/letter-case.ts';

export type Operation = (text: string) => string;

export interface OperationOptions {
  readonly cutset: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly old: string;
  readonly new: string;
  readonly width: number;
  readonly replacement: string;
}

/** In the order in which they are done, whatever the order in the file. */
export const OPERATIONS = {
  lowercase: () => toLower,
  uppercase: () => toUpper,
  titlecase: () => toTitle,
  trim: ({ cutset }) => trimmer(cutset, true, true),
  trim_left: ({ cutset }) => trimmer(cutset, true, false),
  trim_right: ({ cutset }) => trimmer(cutset, false, true),
  trim_prefix:
    ({ prefix }) =>
    (text) =>
      text.startsWith(prefix) ? text.slice(prefix.length) : text,
  trim_suffix:
    ({ suffix }) =>
    (text) =>
      text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text,
  replace:
    ({ old, new: replacement }) =>
    (text) =>
      replaceAll(text, old, replacement) || text,
  left:
    ({ width }) =>
    (text) =>
      left(text, width),
  base64decode: () => decodeBase64,
  valid_utf8:
    ({ replacement }) =>
    (text) =>
      text.replace(INVALID_BYTES, () => replacement),
} satisfies Record<string, (options: OperationOptions) => Operation>;

export type OperationName = keyof typeof OPERATIONS;

/** Bytes that are no UTF-8, as texts have them (see metric/text.ts). */
const INVALID_BYTES = /[\uDC80-\uDCFF]+/gu;

/** White space, where no set of characters is given. */
function trimmer(cutset: string, atStart: boolean, atEnd: boolean): Operation {
  const characters = new Set(cutset);
  const isCut = cutset === '' ? isSpace : (character: string) => characters.has(character);
  return (text) => {
    const from = atStart ? startOf(text, isCut) : 0;
    return text.slice(from, atEnd ? endOf(text, from, isCut) : undefined);
  };
}

function startOf(text: string, isCut: (character: string) => boolean): number {
  let from = 0;
  for (const character of text) {
    if (!isCut(character)) break;
    from += character.length;
  }
  return from;
}

function endOf(text: string, from: number, isCut: (character: string) => boolean): number {
  let to = text.length;
  while (to > from) {
    const character = lastCharacter(text, from, to);
    if (!isCut(character)) break;
    to -= character.length;
  }
  return to;
}

/** The character before `to`: two units where they are a pair. */
function lastCharacter(text: string, from: number, to: number): string {
  const pair = to - from >= 2 ? text.slice(to - 2, to) : '';
  return (pair.codePointAt(0) ?? 0) > 0xffff ? pair : text[to - 1];
}

/** An empty `old` stands before every character and at the end, as in Go. */
function replaceAll(text: string, old: string, replacement: string): string {
  if (old !== '') return text.replaceAll(old, () => replacement);
  let replaced = replacement;
  for (const character of text) replaced += character + replacement;
  return replaced;
}

/** The first bytes of a text, as Telegraf cuts it: also in the middle of a character, which `valid_utf8`, done later, can mend. */
function left(text: string, width: number): string {
  if (text.length * 3 <= width) return text;
  const bytes = encodeText(text);
  return bytes.length <= width ? text : decodeText(bytes, 0, width);
}

/** The text whose base64 it is (standard alphabet, with padding, line ends ignored); the same text where it is none, or not of UTF-8. */
function decodeBase64(text: string): string {
  const encoded = text.replace(/[\r\n]/g, '');
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return text;
  const bytes = Buffer.from(encoded, 'base64');
  return isUtf8(bytes) ? bytes.toString() : text;
}
