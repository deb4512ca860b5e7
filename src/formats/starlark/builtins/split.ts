/** Texts that are cut into pieces, and white space at their ends. */
import { spendElements } from '../values/sequence.ts';
import { isSpace } from '../../go-text/space.ts';

/** White space as Go knows it: see `go-text/space.ts`. */
const BLANKS = /[\t-\r\u0085\p{Z}]+/u;

/** The pieces between separators, or between white space (null); `most` cuts at the most, counted from the start or from the end. */
export function split(text: string, separator: string | null, most: number, from: 'start' | 'end'): string[] {
  const pieces = separator === null ? fields(text, most, from) : cut(text, separator, most, from);
  spendElements(pieces.length);
  return pieces;
}

function cut(text: string, separator: string, most: number, from: 'start' | 'end'): string[] {
  const pieces = text.split(separator);
  const excess = pieces.length - 1 - most;
  if (most < 0 || excess <= 0) return pieces;
  if (from === 'end') return [pieces.slice(0, excess + 1).join(separator), ...pieces.slice(excess + 1)];
  return [...pieces.slice(0, most), pieces.slice(most).join(separator)];
}

/** What stands between white space; what is not cut any more keeps the white space at its far end. */
function fields(text: string, most: number, from: 'start' | 'end'): string[] {
  if (most < 0) return text.split(BLANKS).filter((field) => field !== '');
  return from === 'start' ? fieldsFromStart(text, most) : fieldsFromEnd(text, most);
}

function fieldsFromStart(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = strip(text, '', true, false);
  while (rest !== '' && pieces.length < most) {
    const blank = BLANKS.exec(rest);
    if (blank === null) break;
    pieces.push(rest.slice(0, blank.index));
    rest = rest.slice(blank.index + blank[0].length);
  }
  return rest === '' ? pieces : [...pieces, rest];
}

function fieldsFromEnd(text: string, most: number): string[] {
  return fieldsFromStart(backwards(text), most).map(backwards).toReversed();
}

function backwards(text: string): string {
  return Array.from(text).toReversed().join('');
}

/** Without these letters (empty: white space) at its start, its end or both. */
export function strip(text: string, letters: string, atStart: boolean, atEnd: boolean): string {
  const all = Array.from(text);
  const wanted = new Set(letters);
  const goes = letters === '' ? isSpace : (letter: string): boolean => wanted.has(letter);
  let from = 0;
  let to = all.length;
  while (atStart && from < to && goes(all[from])) from++;
  while (atEnd && to > from && goes(all[to - 1])) to--;
  return all.slice(from, to).join('');
}

/** Lines, without or with their ends. */
export function splitLines(text: string, keepEnds: boolean): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const whole = keepEnds ? lines.map((line) => `${line}\n`) : lines;
  spendElements(whole.length);
  return last === '' ? whole : [...whole, last];
}
