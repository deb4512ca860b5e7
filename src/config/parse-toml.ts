/**
 * TOML into the tree of `node.ts`. The parser stops at the first error; to show all of them at once, the statement it stopped
 * at is blanked (so that everything else keeps its place) and the rest is read again.
 */
import { ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import type { Diagnostic, Location } from './diagnostics.ts';
import { emptyMap, type ConfigNode, type ListNode, type MapNode } from './node.ts';
import type { ParsedSource } from './parse-yaml.ts';
import type { Source } from './source.ts';

/** Syntax errors shown of one file. */
const MAX_ERRORS = 20;

/** How far back the start of a statement that went wrong is looked for. */
const MAX_STATEMENT_LINES = 200;

/** A line that begins a statement: `[table]` or `key =`. */
const STATEMENT = /^\s*(?:\[|["']?[\w.-]+["']?\s*=)/;

/** The tree of as much as could be read, and what could not. */
export function parseToml(source: Source): ParsedSource {
  const lines = source.text.split(/\r?\n/);
  const diagnostics: Diagnostic[] = [];
  while (diagnostics.length < MAX_ERRORS) {
    try {
      return { root: readProgram(parse(lines), source.file), diagnostics };
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      const statement = findStatement(error, lines);
      diagnostics.push(syntaxError(error, statement, lines, source.file));
      blank(lines, statement);
    }
  }
  return { root: emptyMap(wholeFile(source.file)), diagnostics };
}

function parse(lines: readonly string[]): AST.TOMLProgram {
  return parseTOML(lines.join('\n'), { tomlVersion: '1.1' });
}

/** The lines, counted from 0, of the statement that can't be read. */
interface BadStatement {
  readonly first: number;
  readonly last: number;
  /** It goes wrong only because it has no end, which the parser notices at the beginning of what follows. */
  readonly unfinished: boolean;
}

function findStatement(error: ParseError, lines: readonly string[]): BadStatement {
  const at = Math.min(error.lineNumber, lines.length) - 1;
  let first = at;
  while (first > 0 && at - first < MAX_STATEMENT_LINES && !parses(lines.slice(0, first))) first -= 1;
  const rest = lines[at].slice(error.column).trim();
  const atStart = lines[at].slice(0, error.column).trim() === '';
  if (first < at && atStart && (rest === '' || STATEMENT.test(rest))) return { first, last: at - 1, unfinished: true };
  let last = at;
  if (first < at) while (last + 1 < lines.length && !STATEMENT.test(lines[last + 1])) last += 1;
  return { first, last, unfinished: false };
}

function parses(lines: readonly string[]): boolean {
  try {
    parse(lines);
    return true;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

function syntaxError(error: ParseError, statement: BadStatement, lines: readonly string[], file: string): Diagnostic {
  const line = statement.unfinished ? statement.first : Math.min(error.lineNumber, lines.length) - 1;
  const text = lines[line].trimEnd();
  const opening = /=\s*(?=\S)/.exec(text);
  const valueStart = opening === null ? text.length : opening.index + opening[0].length;
  const column = statement.unfinished ? valueStart : Math.min(error.column, text.length);
  const token = /^(?:[\w.-]+|\$\{[^}]*\}?|.)/.exec(text.slice(column))?.[0] ?? ' ';
  const message = syntaxMessage(error, text, statement.unfinished && opening !== null);
  const hint = syntaxHint(text, text.slice(valueStart));
  const location = { file, line: line + 1, column: column + 1, length: token.length };
  return { location, subject: '', message: `TOML syntax: ${message}`, hint };
}

function syntaxMessage(error: ParseError, line: string, unfinishedValue: boolean): string {
  if (/=\s*$/.test(line)) return 'a value is missing';
  return unfinishedValue ? 'this value is not closed' : lowerFirst(error.message);
}

function syntaxHint(line: string, value: string): string | undefined {
  if (value.startsWith('$')) return 'put a variable in quotes, also for a number: "${NAME}"';
  if (/^[^\s"'[{]/.test(value)) return 'a text or a duration must be in quotes';
  return /^\s*[\w-]+\s*:/.test(line) ? 'a file of YAML must be named *.yaml' : undefined;
}

/** Takes the statement out, and of a header its whole table too, whose keys would fall to the table before. */
function blank(lines: string[], { first, last }: BadStatement): void {
  const header = isHeader(lines[first]);
  let end = last + 1;
  while (header && end < lines.length && !isHeader(lines[end])) end += 1;
  lines.fill('', first, end);
}

function isHeader(line: string): boolean {
  return /^\s*\[/.test(line);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function wholeFile(file: string): Location {
  return { file, line: 1, column: 1, length: 0 };
}

function readProgram(program: AST.TOMLProgram, file: string): MapNode {
  const root = emptyMap(wholeFile(file));
  for (const item of program.body[0].body) {
    const table = item.type === 'TOMLTable' ? openTable(root, item, file) : root;
    for (const pair of item.type === 'TOMLTable' ? item.body : [item]) assign(table, pair, file);
  }
  return root;
}

/** The map that a `[table]` or `[[table]]` header leads to; the parser has already refused headers that contradict each other. */
function openTable(root: MapNode, table: AST.TOMLTable, file: string): MapNode {
  const keys = table.key.keys;
  const parent = descend(root, keys.slice(0, -1), file);
  const last = keys[keys.length - 1];
  if (table.kind === 'standard') return descend(parent, [last], file);
  const location = locate(last, file);
  const list = parent.entries.get(keyText(last))?.value;
  const map = emptyMap(location);
  if (list?.kind === 'list') list.items.push(map);
  else parent.entries.set(keyText(last), { keyLocation: location, value: { kind: 'list', items: [map], location } satisfies ListNode });
  return map;
}

/** The map under these keys, made where missing; of a list, its last map. */
function descend(from: MapNode, keys: readonly Key[], file: string): MapNode {
  let map = from;
  for (const key of keys) {
    const location = locate(key, file);
    let next = map.entries.get(keyText(key))?.value;
    if (next?.kind === 'list') next = next.items.at(-1);
    if (next?.kind !== 'map') {
      next = emptyMap(location);
      map.entries.set(keyText(key), { keyLocation: location, value: next });
    }
    map = next;
  }
  return map;
}

function assign(map: MapNode, pair: AST.TOMLKeyValue, file: string): void {
  const keys = pair.key.keys;
  const last = keys[keys.length - 1];
  const target = descend(map, keys.slice(0, -1), file);
  target.entries.set(keyText(last), { keyLocation: locate(last, file), value: readValue(pair.value, file) });
}

function readValue(node: AST.TOMLContentNode, file: string): ConfigNode {
  const location = locate(node, file);
  if (node.type === 'TOMLArray') return { kind: 'list', items: node.elements.map((element) => readValue(element, file)), location };
  if (node.type === 'TOMLInlineTable') {
    const map = emptyMap(location);
    for (const pair of node.body) assign(map, pair, file);
    return map;
  }
  return { kind: 'scalar', value: scalarValue(node), location, ...(node.kind === 'float' ? { isFloat: true } : {}) };
}

function scalarValue(node: AST.TOMLValue): string | number | bigint | boolean {
  switch (node.kind) {
    case 'string':
    case 'boolean':
    case 'float':
      return node.value;
    case 'integer':
      return Number.isSafeInteger(node.value) ? node.value : node.bigint;
    default:
      return node.datetime;
  }
}

type Key = AST.TOMLBare | AST.TOMLQuoted;

function keyText(key: Key): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function locate(node: AST.TOMLNode, file: string): Location {
  const { start, end } = node.loc;
  // What goes over several lines is underlined where it begins.
  return { file, line: start.line, column: start.column + 1, length: start.line === end.line ? end.column - start.column : 3 };
}
