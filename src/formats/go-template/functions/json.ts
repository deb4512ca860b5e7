/** Sprig's functions for JSON, as Go's `encoding/json` reads and writes it. */
import { compareText } from '../../../metric/text.ts';
import { CallError } from '../errors.ts';
import { boundedJoin, expectWalkable } from '../limits.ts';
import { fn, type GoFunction } from '../values/function.ts';
import { GoTime, rfc3339 } from '../values/time.ts';
import { Dict, Int, List, type Value } from '../values/value.ts';

const ANY = 'interface {}';

/** What the functions without `must` give where the others fail. */
function orEmpty<T extends Value>(work: () => T, empty: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CallError) return empty;
    throw error;
  }
}

export const json: Readonly<Record<string, GoFunction>> = {
  fromJson: fn(['string'], (text) => orEmpty(() => read(text), null)),
  mustFromJson: fn(['string'], read),
  mustToJson: fn([ANY], (value) => escapeHtml(write(value, ''))),
  mustToPrettyJson: fn([ANY], (value) => escapeHtml(write(value, '\n'))),
  mustToRawJson: fn([ANY], (value) => write(value, '')),
  toJson: fn([ANY], (value) => orEmpty(() => escapeHtml(write(value, '')), '')),
  toPrettyJson: fn([ANY], (value) => orEmpty(() => escapeHtml(write(value, '\n')), '')),
  toRawJson: fn([ANY], (value) => orEmpty(() => write(value, ''), '')),
};

function read(text: string): Value {
  try {
    return fromPlain(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new CallError(error.message);
    throw error;
  }
}

/** Numbers become floats. */
function fromPlain(plain: unknown): Value {
  if (Array.isArray(plain)) return new List(plain.map(fromPlain));
  if (typeof plain === 'object' && plain !== null) {
    return new Dict(new Map(Object.entries(plain).map(([key, value]) => [key, fromPlain(value)])));
  }
  return plain as null | boolean | string | number;
}

/** `lineEnd` with the blanks of its depth behind it, or empty for all in one line. */
function write(value: Value, lineEnd: string): string {
  expectWalkable(value);
  if (value instanceof List) {
    return enclosed(
      '[',
      value.items.map((item) => write(item, deeper(lineEnd))),
      ']',
      lineEnd,
    );
  }
  if (value instanceof Dict) {
    const sorted = [...value.entries].sort(([a], [b]) => compareText(a, b));
    const colon = lineEnd === '' ? ':' : ': ';
    return enclosed(
      '{',
      sorted.map(([key, item]) => `${quoted(key)}${colon}${write(item, deeper(lineEnd))}`),
      '}',
      lineEnd,
    );
  }
  if (value instanceof Int) return String(value.value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new CallError(`json: unsupported value: ${value}`);
  if (value instanceof GoTime) return quoted(rfc3339(value));
  return typeof value === 'object' && value !== null ? '{}' : JSON.stringify(value);
}

function deeper(lineEnd: string): string {
  return lineEnd === '' ? '' : `${lineEnd}  `;
}

function enclosed(open: string, parts: readonly string[], close: string, lineEnd: string): string {
  if (parts.length === 0) return open + close;
  const inner = deeper(lineEnd);
  return `${open}${inner}${boundedJoin(parts, `,${inner}`)}${lineEnd}${close}`;
}

function quoted(value: string): string {
  return JSON.stringify(value.toWellFormed()).replaceAll(/[\u2028\u2029]/g, escaped);
}

/** So that it may stand in a page. */
function escapeHtml(written: string): string {
  return written.replaceAll(/[<>&]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
