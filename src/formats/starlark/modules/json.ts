import { compareText } from '../../../metric/text.ts';
import { Arguments } from '../builtins/arguments.ts';
import { EvalError } from '../errors.ts';
import { spend } from '../meter.ts';
import { Builtin } from '../values/callable.ts';
import { elementsOf } from '../values/elements.ts';
import { Float, floatText } from '../values/float.ts';
import { repr } from '../values/repr.ts';
import { made } from '../values/text.ts';
import { Thing, typeOf, type Named, type Value } from '../values/value.ts';
import { decodeJson } from './json-decode.ts';
import { indentJson } from './json-indent.ts';
import { Module } from './module.ts';

/** `json.star` */
export const jsonModule = new Module('json', {
  encode: new Builtin('json.encode', (args, named) => encoded('json.encode', args, named)),
  encode_indent: new Builtin('json.encode_indent', (args, named) =>
    indented('json.encode_indent', encoded('json.encode_indent', args, []), named),
  ),
  decode: new Builtin('json.decode', (args, named) => {
    const given = Arguments.named('json.decode', args, named, ['x', 'default?']);
    if (args.length === 0) throw new EvalError('json.decode: unexpected keyword argument x');
    return decodeJson(made(given.text(0)), given.value(1));
  }),
  indent: new Builtin('json.indent', (args, named) =>
    indented('json.indent', Arguments.positional('json.indent', args, [], 1).text(0), named),
  ),
});

function encoded(name: string, args: readonly Value[], named: readonly Named[]): string {
  const value = Arguments.positional(name, args, named, 1).value(0) ?? null;
  const result = encode(value, []);
  if (typeof result !== 'string') throw new EvalError(`${name}: ${result.problem}`);
  return made(result);
}

function indented(name: string, json: string, named: readonly Named[]): string {
  const given = Arguments.named(name, [], named, ['prefix?', 'indent?']);
  return made(indentJson(name, json, given.text(0, ''), given.text(1, '\t')));
}

/** Why a value can't be JSON. */
interface Problem {
  readonly problem: string;
}

/** `path` are the containers around the value. */
function encode(value: Value, path: readonly Thing[]): string | Problem {
  spend(1);
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  if (!(value instanceof Thing)) return String(value);
  if (value instanceof Float) {
    return Number.isFinite(value.value) ? floatText(value.value) : { problem: `cannot encode non-finite float ${repr(value)}` };
  }
  if (path.includes(value)) return { problem: 'cycle in JSON structure' };
  const inner = [...path, value];
  if (value.isMapping) return encodeMapping(value, inner);
  const elements = elementsOf(value)?.map((element, index) => ['', element, `at ${value.type} index ${index}`] as const);
  if (elements !== undefined) return encodeAll('[', elements, ']', inner);
  const names = value.attributeNames.toSorted();
  if (names.length === 0) return { problem: `cannot encode ${value.type} as JSON` };
  const members = names.map((name) => [`${quote(name)}:`, value.attribute(name) ?? null, `in field .${name}`] as const);
  return encodeAll('{', members, '}', inner);
}

/** Keys in the order of their bytes. */
function encodeMapping(value: Thing, path: readonly Thing[]): string | Problem {
  const items: (readonly [string, Value])[] = [];
  for (const [key, item] of value.items()) {
    if (typeof key !== 'string') return { problem: `${value.type} has ${typeOf(key)} key, want string` };
    items.push([key, item]);
  }
  items.sort((a, b) => compareText(a[0], b[0]));
  const members = items.map(([key, item]) => [`${quote(key)}:`, item, `in ${value.type} key ${repr(key)}`] as const);
  return encodeAll('{', members, '}', path);
}

function encodeAll(
  open: string,
  members: readonly (readonly [start: string, value: Value, where: string])[],
  close: string,
  path: readonly Thing[],
): string | Problem {
  const parts: string[] = [];
  for (const [start, value, where] of members) {
    const part = encode(value, path);
    if (typeof part !== 'string') return { problem: `${where}: ${part.problem}` };
    parts.push(start + part);
  }
  return open + parts.join(',') + close;
}

/** As Go's encoding/json, which takes care of HTML where a text is more than plain ASCII. */
function quote(text: string): string {
  const json = JSON.stringify(text.toWellFormed());
  if (/^[ -~]*$/.test(text)) return json;
  return json.replaceAll(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
