/** `format.format(…)` */
import { EvalError } from '../errors.ts';
import { repr, str } from '../values/repr.ts';
import { made } from '../values/text.ts';
import type { Named, Value } from '../values/value.ts';

/** What counts positions: fields without a number, or the numbers in the fields, but not both. */
interface Positions {
  kind: 'none' | 'automatic' | 'manual';
  next: number;
}

/** The text of a format with the arguments in its fields `{}`, `{0}`, `{name}`, `{!r}`; nothing may stand behind a colon. */
export function formatText(format: string, args: readonly Value[], named: readonly Named[]): string {
  const positions: Positions = { kind: 'none', next: 0 };
  const text = format.replaceAll(/\{\{|\}\}|\{([^}]*)(\}?)|\}/g, (found: string, field?: string, closed?: string) => {
    if (found === '{{') return '{';
    if (found === '}}') return '}';
    if (field === undefined) throw new EvalError("format: single '}' in format");
    if (closed === '') throw new EvalError("format: unmatched '{' in format");
    return fieldText(field, positions, args, named);
  });
  return made(text);
}

function fieldText(field: string, positions: Positions, args: readonly Value[], named: readonly Named[]): string {
  const [, name, , conversion = 's', , spec = ''] = /^([^!:]*)(!([^:]*))?(:([^]*))?$/.exec(field) ?? ['', field];
  const value = fieldValue(name, positions, args, named);
  if (spec !== '') throw new EvalError(`format spec features not supported in replacement fields: ${spec}`);
  if (conversion === 's') return str(value);
  if (conversion === 'r') return repr(value);
  throw new EvalError(`format: unknown conversion "${conversion}"`);
}

function fieldValue(name: string, positions: Positions, args: readonly Value[], named: readonly Named[]): Value {
  if (name === '') return positional(positions.next++, 'automatic', positions, args);
  if (/^\d+$/.test(name)) return positional(Number(name), 'manual', positions, args);
  const given = named.find((argument) => argument.name === name);
  if (given !== undefined) return given.value;
  if (name.includes('.')) throw new EvalError(`format: attribute syntax x.y is not supported in replacement fields: ${name}`);
  if (name.includes('[')) throw new EvalError(`format: element syntax a[i] is not supported in replacement fields: ${name}`);
  if (name.includes('{')) throw new EvalError('format: nested replacement fields not supported');
  throw new EvalError(`format: keyword ${name} not found`);
}

function positional(index: number, kind: 'automatic' | 'manual', positions: Positions, args: readonly Value[]): Value {
  if (positions.kind !== 'none' && positions.kind !== kind) {
    const words = { automatic: 'automatic field numbering', manual: 'manual field specification' };
    throw new EvalError(`format: cannot switch from ${words[positions.kind]} to ${words[kind]}`);
  }
  positions.kind = kind;
  if (index >= args.length) throw new EvalError('format: tuple index out of range');
  return args[index];
}
