/**
 * Which parts of a configuration line must not be shown. The schema says which options are secrets, but a line is also shown
 * when the schema knows nothing of it: an unknown plugin, a misspelt option, a syntax error. So names and URLs are looked at too.
 */
import type { Location } from './diagnostics.ts';

/** From `start` up to, not including, `end`; counting from 0. */
export interface MaskedRange {
  readonly start: number;
  readonly end: number;
}

// Bounded, so that a line of a million letters does not take a million looks at each.
const SENSITIVE = String.raw`[\w.-]{0,40}(?:pas+w|passphrase|pwd|token|secret|credential|authorization|cookie|api_?key|private_?key)[\w.-]{0,40}`;
const SENSITIVE_NAME = new RegExp(`^${SENSITIVE}$`, 'i');

/** `name: value` and `name = value`; a value in quotes may lack the closing one. */
const SENSITIVE_ASSIGNMENT = new RegExp(
  String.raw`["']?${SENSITIVE}["']?\s*[:=]\s*("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'\[{#][^,}#]*)`,
  'dgi',
);

/** The password in `scheme://user:password@host`. */
const URL_PASSWORD = /:\/\/[^\s:/@"']*:([^\s/@"']+)@/dg;

const SENSITIVE_PLACES = [SENSITIVE_ASSIGNMENT, URL_PASSWORD];

const AFTER_SENSITIVE = new RegExp(String.raw`${SENSITIVE}["'\s:=]*(.+)`, 'dgi');
const NAME_AT_END = new RegExp(String.raw`${SENSITIVE}["'\s:=]*$`, 'i');

/** Where a secret comes from is no secret. */
const REFERENCE = /^["']?(?:@\{\w+:[^}]*\}|\$\{\w+\})["']?$/;

/** Whether an option of this name is to be treated as a secret although no schema says so. */
export function isSensitiveName(name: string): boolean {
  return SENSITIVE_NAME.test(name);
}

/** The ranges of a line to mask, in order and apart from each other; `secrets` are places on it that are known to be secret. */
export function maskedRanges(line: string, secrets: readonly Location[]): MaskedRange[] {
  const known = secrets.map(({ column, length }) => ({ start: column - 1, end: column - 1 + length }));
  const ranges = [...known, ...SENSITIVE_PLACES.flatMap((pattern) => groupRanges(line, pattern))];
  return merged(ranges.filter(({ start, end }) => !REFERENCE.test(line.slice(start, end).trim())));
}

/**
 * The same for a file with syntax errors, where neither quotes nor brackets can be trusted to end anything: all that follows a
 * name that sounds like a secret is masked, also on the next line when the name ends its own.
 */
export function distrustfulRanges(line: string, lineBefore: string, secrets: readonly Location[]): MaskedRange[] {
  const all = NAME_AT_END.test(lineBefore) ? [{ start: line.search(/\S|$/), end: line.length }] : [];
  return merged([...all, ...groupRanges(line, AFTER_SENSITIVE), ...maskedRanges(line, secrets)]);
}

function groupRanges(line: string, pattern: RegExp): MaskedRange[] {
  return [...line.matchAll(pattern)].map((match) => {
    const [start, end] = match.indices?.[1] ?? [0, 0];
    return { start, end };
  });
}

function merged(ranges: readonly MaskedRange[]): MaskedRange[] {
  const apart: MaskedRange[] = [];
  for (const range of ranges.filter(({ start, end }) => end > start).toSorted((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last !== undefined && range.start <= last.end) apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else apart.push(range);
  }
  return apart;
}

/** A value as a message may quote it: one line, not long, and without what looks like a secret within. */
export function shownValue(value: string): string {
  const [line] = value.split('\n', 1);
  let shown = '';
  let end = 0;
  for (const range of distrustfulRanges(line, '', [])) {
    shown += `${line.slice(end, range.start)}***`;
    end = range.end;
  }
  shown += line.slice(end);
  return shown.length > SHOWN_CHARACTERS || shown.length === 0 || line.length < value.length
    ? `${shown.slice(0, SHOWN_CHARACTERS)}…`
    : shown;
}

const SHOWN_CHARACTERS = 80;

/** A key or a plugin's name in quotes; what is none (half a file, when a quote is missing) is not shown. */
export function quotedName(name: string): string {
  return PLAIN_NAME.test(name) ? `"${name}"` : 'this name';
}

/** Whether a key must not be shown because a forgotten colon may have made a secret part of it. */
export function isSuspiciousName(name: string): boolean {
  return !PLAIN_NAME.test(name) && SENSITIVE_PART.test(name);
}

const PLAIN_NAME = /^[\w$@:./-]{1,60}$/;
const SENSITIVE_PART = new RegExp(SENSITIVE, 'i');
