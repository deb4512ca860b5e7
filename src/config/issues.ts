/** What zod found, in words for someone who wrote a configuration file. */
import type { z } from 'zod';
import { plainValue, find, type ConfigNode, type MapNode, type NodePath } from './node.ts';
import { isSensitiveName, quotedName, shownValue } from './masking.ts';
import { isSecretSchema, keysAt, schemasAt } from './schema-walk.ts';
import { nearestFormat } from './nearest-things.ts';
import { nearest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** One thing wrong; `at` leads to the key or value to underline. */
export interface Finding {
  readonly at: NodePath;
  readonly underline: 'key' | 'value';
  readonly message: string;
  readonly hint?: string | undefined;
  /** That something is absent, which may be only the effect of a syntax error nearby. */
  readonly absent?: boolean;
}

/** What an issue means; several findings when it is about several keys. */
export function findingsOf(issue: Issue, schema: z.core.$ZodType, root: MapNode, prefix: NodePath = []): Finding[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, schema));
  if (issue.code === 'invalid_union') return unionFindings(issue, schema, root, path);
  const node = find(root, path).node;
  if (node === undefined && issue.code !== 'custom') {
    return [{ at: path, underline: 'key', message: `option "${pathText(path)}" is missing`, absent: true }];
  }
  return [{ at: path, underline: 'value', ...withoutSecret(describe(issue, path, node), node, isSecretAt(path, node, schema)) }];
}

/** `replace[0].dest` */
function pathText(path: NodePath): string {
  return path
    .map((segment, index) => (typeof segment === 'number' ? `[${segment}]` : `${index === 0 ? '' : '.'}${String(segment)}`))
    .join('');
}

function unknownKey(key: string, path: NodePath, schema: z.core.$ZodType): Finding {
  const keys = keysAt(schema, path);
  const meant = nearest(key, keys);
  const where = path.length === 0 ? '' : ` in ${pathText(path)}`;
  const hint = meant === undefined ? undefined : `did you mean "${meant}"?`;
  return { at: [...path, key], underline: 'key', message: `unknown option ${quotedName(key)}${where}`, hint };
}

/** Of a union the branch that came furthest; when none fits at all, what all of them want. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, schema: z.core.$ZodType, root: MapNode, path: NodePath): Finding[] {
  const tried = issue.errors.filter((errors) => errors.length > 0);
  const close = tried.find((errors) => !errors.some((error) => error.code === 'invalid_type' && error.path.length === 0));
  if (close !== undefined) return close.flatMap((error) => findingsOf(error, schema, root, path));
  const wanted = tried.flatMap((errors) => errors.flatMap((error) => (error.code === 'invalid_type' ? [typeName(error.expected)] : [])));
  const node = find(root, path).node;
  if (node === undefined) return [{ at: path, underline: 'key', message: `option "${pathText(path)}" is missing`, absent: true }];
  if (isNull(node)) return [{ at: path, underline: 'value', ...noValue(pathText(path)) }];
  const message = `"${pathText(path)}" must be ${[...new Set(wanted)].join(' or ')}, not ${kindName(node)}`;
  return [{ at: path, underline: 'value', message }];
}

interface Words {
  readonly message: string;
  readonly hint?: string | undefined;
}

function describe(issue: Issue, path: NodePath, node: ConfigNode | undefined): Words {
  const name = pathText(path);
  const must = (text: string): Words => ({ message: `"${name}" must be ${text}` });
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, name, node);
    case 'invalid_value':
      // A schema's own words say more than a list of what there is; zod's begin so.
      if (!issue.message.startsWith('Invalid ')) {
        return { message: aboutOption(name, issue.message), hint: formatHint(path, issue.values, node) };
      }
      return wrongChoice(issue.values.map(String), name, node);
    case 'too_small':
      return must(`${bound(issue.inclusive, 'at least', 'more than')} ${issue.minimum}${unit(issue.origin)}`);
    case 'too_big':
      return must(`${bound(issue.inclusive, 'at most', 'less than')} ${issue.maximum}${unit(issue.origin)}`);
    case 'invalid_key':
      return { message: `"${name}" is no good name: ${issue.issues.map((inner) => inner.message).join(', ')}` };
    default:
      return { message: aboutOption(name, issue.message) };
  }
}

/** A schema's own words, behind the option's name where they don't begin with it. */
function aboutOption(name: string, words: string): string {
  return name === '' || words.startsWith(`${name} `) ? words : `${name}: ${words}`;
}

/** What to do about a data format that there is not. */
function formatHint(path: NodePath, values: readonly unknown[], node: ConfigNode | undefined): string | undefined {
  if (path.at(-1) !== 'data_format' || node?.kind !== 'scalar') return undefined;
  const written = String(node.value);
  const meant = nearest(written, values.map(String));
  return nearestFormat(written) ?? (meant && `did you mean "${meant}"?`);
}

function wrongType(expected: string, name: string, node: ConfigNode | undefined): Words {
  if (node === undefined) return { message: `option "${name}" is missing` };
  if (isNull(node)) return noValue(name);
  return { message: `"${name}" must be ${typeName(expected)}, not ${kindName(node)}`, hint: typeHint(expected, node) };
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function noValue(name: string): Words {
  return { message: `"${name}" has no value`, hint: 'write one, or leave the option out' };
}

/** Why a variable in quotes is no number in TOML, and what to do. */
const VARIABLE_HINT = 'a variable in quotes is a text: write it without quotes, and start with --non-strict-env-handling';

function typeHint(expected: string, node: ConfigNode): string | undefined {
  if (node.kind !== 'scalar') return undefined;
  const text = String(node.value);
  if (expected === 'array') return `put it in brackets: [${JSON.stringify(plainValue(node))}]`;
  if (expected === 'string') return `put it in quotes: "${text}"`;
  const isNumber =
    ['number', 'int'].includes(expected) && typeof node.value === 'string' && text.trim() !== '' && Number.isFinite(Number(text));
  const isBoolean = expected === 'boolean' && (text === 'true' || text === 'false');
  if ((isNumber || isBoolean) && node.variable === 'text') return VARIABLE_HINT;
  return isNumber || isBoolean ? `write it without quotes: ${text}` : undefined;
}

function wrongChoice(values: readonly string[], name: string, node: ConfigNode | undefined): Words {
  const message = `"${name}" must be ${values.length > 1 ? 'one of ' : ''}${values.map((value) => `"${value}"`).join(', ')}`;
  const meant = node?.kind === 'scalar' ? nearest(String(node.value), values) : undefined;
  return { message, hint: meant && `did you mean "${meant}"?` };
}

function isSecretAt(path: NodePath, node: ConfigNode | undefined, schema: z.core.$ZodType): boolean {
  if (node?.kind === 'scalar' && node.secret === true) return true;
  const name = path.findLast((segment) => typeof segment === 'string') ?? '';
  return isSensitiveName(name) || schemasAt(schema, path).some(isSecretSchema);
}

/** Messages may quote the value: of a secret they must not, and of any other only what can be shown. */
function withoutSecret(words: Words, node: ConfigNode | undefined, isSecret: boolean): Words {
  const value = node?.kind === 'scalar' ? String(node.value ?? '') : '';
  const shown = isSecret ? '***' : shownValue(value);
  const clean = (text: string) =>
    value === '' || value === shown ? text : text.replaceAll(JSON.stringify(value), JSON.stringify(shown)).replaceAll(value, shown);
  return { message: clean(words.message), hint: words.hint && clean(words.hint) };
}

function bound(inclusive: boolean | undefined, including: string, excluding: string): string {
  return inclusive === false ? excluding : including;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' || origin === 'set' ? ' items long' : '';
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function typeName(expected: string): string {
  return TYPE_NAMES[expected] ?? expected;
}

function kindName(node: ConfigNode): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a map';
  if (typeof node.value === 'bigint') return 'one beyond 2^53';
  return typeof node.value === 'string' || typeof node.value === 'number' || typeof node.value === 'boolean'
    ? TYPE_NAMES[typeof node.value]
    : 'empty';
}
