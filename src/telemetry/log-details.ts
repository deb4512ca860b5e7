import { inspect } from 'node:util';
import { cut, hideUrlPasswords } from './printable.ts';

/** Long enough for a server's error body, short enough for a line. */
const MAX_VALUE = 500;
const MAX_KEYS = 20;
const MAX_STACK_LINES = 12;
const MAX_CAUSES = 5;

export type PlainDetails = Record<string, string | number | boolean | null>;

/** The details as flat, bounded values, safe for JSON. Secrets print themselves as `***`; passwords in URLs are hidden. */
export function plainDetails(details: object): PlainDetails {
  const plain: PlainDetails = {};
  const entries = Object.entries(details instanceof Error ? { error: details } : details);
  for (const [key, value] of entries.slice(0, MAX_KEYS)) {
    const detail = plainValue(value);
    if (detail !== undefined) plain[key] = detail;
  }
  return plain;
}

/**
 * The stack of the first error among the details that is a bug, line by line; none for what the system or a server did.
 * Those errors carry a `code` (`ECONNREFUSED`, `UND_ERR_SOCKET`, `ERR_…`), and where in the program they came up helps nobody.
 */
export function bugStack(details: object): readonly string[] {
  const errors = details instanceof Error ? [details] : Object.values(details);
  const bug = errors.find((value) => value instanceof Error && !chainOf(value).some((error) => 'code' in error));
  if (!(bug instanceof Error)) return [];
  return (bug.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, MAX_STACK_LINES);
}

function plainValue(value: unknown): string | number | boolean | null | undefined {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return cut(hideUrlPasswords(textOf(value)), MAX_VALUE);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return errorText(value);
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  return inspect(value, { depth: 3, maxArrayLength: 20, maxStringLength: MAX_VALUE, breakLength: Infinity });
}

/** The message with those of its causes, which is where Node's `fetch failed` says why. */
function errorText(error: Error): string {
  return chainOf(error)
    .map((at) => at.message || ('code' in at ? String(at.code) : at.name))
    .join(': ');
}

function chainOf(error: Error): Error[] {
  const chain: Error[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < MAX_CAUSES; at = at.cause) chain.push(at);
  return chain;
}
