/**
 * The series key of a line, `measurement,tag=value,tag=value`: read only when its bytes were not seen before.
 *
 * Telegraf's grammar treats a backslash differently in the two parts: in a measurement it takes the next byte with it,
 * whatever that is; in tags it takes the next byte unless that is another backslash.
 */
import { decodeText } from '../../metric/text.ts';
import { BACKSLASH, COMMA, EQUALS, KEY_BYTES, NAME_BYTES, NEWLINE, RETURN, SPACE, isBlank } from './bytes.ts';

export interface Key {
  readonly measurement: string;
  readonly tags: [string, string][];
}

export interface KeyError {
  /** Where the byte stands that does not fit. */
  readonly at: number;
  readonly reason: string;
}

/** Where the key that starts at `at` ends when it has backslashes: at the first blank or line end that none of them escapes. */
export function escapedKeyEnd(source: Buffer, at: number): number {
  let inTags = false;
  for (;;) {
    const byte = source[at];
    if (byte === BACKSLASH) {
      at += escapeLength(source, at, inTags);
      continue;
    }
    if (KEY_BYTES[byte] !== 1) return at;
    if (byte === COMMA) inTags = true;
    at++;
  }
}

/** How many bytes a backslash and what it escapes take; 1 before a line end, which nothing escapes. */
function escapeLength(source: Buffer, at: number, inTags: boolean): 1 | 2 {
  const next = source[at + 1];
  return endsLine(next) || (inTags && next === BACKSLASH) ? 1 : 2;
}

/** Whether no backslash can escape this byte: a line end, or a blank other than the plain one. */
function endsLine(byte: number): boolean {
  return byte === NEWLINE || byte === RETURN || (isBlank(byte) && byte !== SPACE);
}

/** Reads `source[from, to)` as a key. */
export function parseKey(source: Buffer, from: number, to: number): Key | KeyError {
  let at = from;
  while (at < to && source[at] !== COMMA) {
    if (source[at] === BACKSLASH && at + 1 === to) return { at: to, reason: 'expected measurement name' };
    at += source[at] === BACKSLASH ? escapeLength(source, at, false) : 1;
  }
  if (at === from) return { at, reason: 'expected measurement name' };
  const measurement = unescapeMeasurement(decodeText(source, from, at));
  const tags: [string, string][] = [];
  while (at < to) {
    const key = nameEnd(source, at + 1, to);
    if (key === at + 1 || source[key] !== EQUALS || key >= to) return { at: key, reason: 'expected tag' };
    const value = nameEnd(source, key + 1, to);
    if (value === key + 1 || (value < to && source[value] !== COMMA)) return { at: value, reason: 'expected tag' };
    tags.push([unescapeName(decodeText(source, at + 1, key)), unescapeName(decodeText(source, key + 1, value))]);
    at = value;
  }
  return { measurement, tags };
}

/** Where the tag key, tag value or field name that starts at `at` ends. A backslash that has nothing to escape is no part of it. */
export function nameEnd(source: Buffer, at: number, to: number): number {
  while (at < to) {
    if (source[at] === BACKSLASH) {
      if (at + 1 === to || endsLine(source[at + 1])) break;
      at += escapeLength(source, at, true);
    } else if (NAME_BYTES[source[at]] === 1) {
      at++;
    } else {
      break;
    }
  }
  return Math.min(at, to);
}

/** In a measurement only the comma and the blank are escaped; other backslashes stand for themselves. */
function unescapeMeasurement(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\([, ])/g, '$1') : text;
}

/** In tags and field names also `=` and `"`, but, as in Telegraf, only if the name has a comma, a blank or an equals sign at all. */
export function unescapeName(text: string): string {
  return text.includes('\\') && /[ ,=]/.test(text) ? text.replaceAll(/\\([," =])/g, '$1') : text;
}
