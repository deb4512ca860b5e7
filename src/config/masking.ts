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

const SENSITIVE = String.raw`[\w.-]*(?:pas+w|passphrase|pwd|token|secret|credential|authorization|cookie|api_?key|private_?key)[\w.-]*`;
const SENSITIVE_NAME = new RegExp(`^${SENSITIVE}$`, 'i');

/** `name: value` and `name = value` with a name that sounds like a secret; a value in quotes may lack the closing one. */
const SENSITIVE_ASSIGNMENT = new RegExp(
  String.raw`["']?${SENSITIVE}["']?\s*[:=]\s*("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'\[{#][^,}#]*)`,
  'dgi',
);

/** The password in `scheme://user:password@host`. */
const URL_PASSWORD = /:\/\/[^\s:/@"']*:([^\s/@"']+)@/dg;

/** Where a secret comes from is no secret. */
const REFERENCE = /^["']?(?:@\{\w+:[^}]*\}|\$\{\w+\}|\$\w+)["']?$/;

/** Whether an option of this name is to be treated as a secret although no schema says so. */
export function isSensitiveName(name: string): boolean {
  return SENSITIVE_NAME.test(name);
}

/** The ranges of a line to mask, in order and apart from each other; `secrets` are places on it that are known to be secret. */
export function maskedRanges(line: string, secrets: readonly Location[]): MaskedRange[] {
  const known = secrets.map(({ column, length }) => ({ start: column - 1, end: column - 1 + length }));
  const guessed = [SENSITIVE_ASSIGNMENT, URL_PASSWORD].flatMap((pattern) =>
    [...line.matchAll(pattern)].map((match) => {
      const [start, end] = match.indices?.[1] ?? [0, 0];
      return { start, end };
    }),
  );
  const ranges = [...known, ...guessed].map(({ start, end }) => ({ start, end: Math.min(end, line.length) }));
  return merged(ranges.filter(({ start, end }) => !REFERENCE.test(line.slice(start, end).trim())));
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

/** A message without the passwords of URLs it quotes. */
export function maskUrls(text: string): string {
  return text.replaceAll(/(:\/\/[^\s:/@"']*:)[^\s/@"']+@/g, '$1***@');
}
