/**
 * Lines of TOML into the parser's tree. What Telegraf's parser takes and TOML does not is put right first (docs/decisions/0190).
 * The parser stops at the first error; to show all of them at once, the statement it stopped at is blanked (so that everything
 * else keeps its place) and the rest is read again.
 */
import { ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import type { Diagnostic } from './diagnostics.ts';
import { quotedName } from './masking.ts';
import { placeOn, type TomlLine } from './toml-text.ts';

/** Syntax errors shown of one file. */
const MAX_ERRORS = 20;

/** How far back the start of a statement that went wrong is looked for. */
const MAX_STATEMENT_LINES = 200;

/** Statements of one file that may share a line with others; each costs one more reading of the file. */
const MAX_MENDED = 200;

/** `key =` at the start of a text. */
const ASSIGNMENT = /^\s*(?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')(?:\s*\.\s*[\w-]+)*\s*=/;

/** A line that begins a statement: `[table]` or `key =`. */
function beginsStatement(line: string): boolean {
  return /^\s*\[/.test(line) || ASSIGNMENT.test(line);
}

export interface TomlSyntax {
  /** Undefined when there were too many errors to read anything. */
  readonly program: AST.TOMLProgram | undefined;
  /** The lines that the tree's places are about: line 1 of the tree is the first of these. */
  readonly lines: readonly TomlLine[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The tree of as much as could be read, and what could not. */
export function readTomlSyntax(text: readonly TomlLine[], file: string): TomlSyntax {
  const lines = [...text];
  const diagnostics: Diagnostic[] = [];
  let mended = 0;
  while (diagnostics.length < MAX_ERRORS) {
    const result = tryParse(lines);
    if (!(result instanceof ParseError)) return { program: result, lines, diagnostics };
    if (mended < MAX_MENDED && mend(result, lines)) {
      mended += 1;
      continue;
    }
    const statement = findStatement(result, lines);
    diagnostics.push(syntaxError(result, statement, lines, file));
    blank(lines, statement);
  }
  return { program: undefined, lines, diagnostics };
}

function tryParse(lines: readonly TomlLine[]): AST.TOMLProgram | ParseError {
  try {
    return parseTOML(textOf(lines), { tomlVersion: '1.1' });
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
}

/** What the parser reads; the offsets in its tree are into this. */
export function textOf(lines: readonly TomlLine[]): string {
  return lines.map(({ text }) => text).join('\n');
}

/** Puts right what only Telegraf's parser takes: several statements on a line, no commas in an inline table. Whether it did. */
function mend(error: ParseError, lines: TomlLine[]): boolean {
  const at = error.lineNumber - 1;
  if (at >= lines.length) return false;
  const { text } = lines[at];
  const before = text.slice(0, error.column);
  const rest = text.slice(error.column);
  if (before.trim() === '' || !ASSIGNMENT.test(rest)) return false;
  if (error.message === 'Must be a newline') {
    lines.splice(at, 1, { ...lines[at], text: before }, { ...lines[at], text: ' '.repeat(before.length) + rest });
    return true;
  }
  if (!error.message.startsWith('Expected comma') || !before.endsWith(' ')) return false;
  lines[at] = { ...lines[at], text: `${before.slice(0, -1)},${rest}` };
  return true;
}

/** The lines, counted from 0, of the statement that can't be read. */
interface BadStatement {
  readonly first: number;
  readonly last: number;
  /** It goes wrong only because it has no end, which the parser notices at the beginning of what follows. */
  readonly unfinished: boolean;
}

function findStatement(error: ParseError, lines: readonly TomlLine[]): BadStatement {
  const at = Math.min(error.lineNumber, lines.length) - 1;
  let first = at;
  while (first > 0 && at - first < MAX_STATEMENT_LINES && tryParse(lines.slice(0, first)) instanceof ParseError) first -= 1;
  const { text } = lines[at];
  const rest = text.slice(error.column).trim();
  const atStart = text.slice(0, error.column).trim() === '';
  if (first < at && atStart && (rest === '' || beginsStatement(rest))) return { first, last: at - 1, unfinished: true };
  let last = at;
  if (first < at) while (last + 1 < lines.length && !beginsStatement(lines[last + 1].text)) last += 1;
  return { first, last, unfinished: false };
}

function syntaxError(error: ParseError, statement: BadStatement, lines: readonly TomlLine[], file: string): Diagnostic {
  const line = lines[statement.unfinished ? statement.first : Math.min(error.lineNumber, lines.length) - 1];
  const text = line.text.trimEnd();
  const opening = /=\s*(?=\S)/.exec(text);
  const valueStart = opening === null ? text.length : opening.index + opening[0].length;
  const column = statement.unfinished ? valueStart : Math.min(error.column, text.length);
  const token = /^(?:[\w.-]+|\$\{[^}]*\}?|.)/.exec(text.slice(column))?.[0] ?? ' ';
  const message = conflict(error, statement, lines) ?? syntaxMessage(error, text, statement.unfinished && opening !== null);
  const hint = syntaxHint(text, text.slice(valueStart));
  return { location: placeOn(line, column, token.length, file), subject: '', message: `TOML syntax: ${message}`, hint };
}

function syntaxMessage(error: ParseError, line: string, unfinishedValue: boolean): string {
  if (/=\s*$/.test(line)) return 'a value is missing';
  return unfinishedValue ? 'this value is not closed' : lowerFirst(error.message);
}

function syntaxHint(line: string, value: string): string | undefined {
  if (value.startsWith('$')) {
    return 'put a variable in quotes, "${NAME}"; where it is no text but a number or a boolean, start with --non-strict-env-handling';
  }
  if (/^[^\s"'[{]/.test(value)) return 'a text or a duration must be in quotes';
  return /^\s*[\w-]+\s*:/.test(line) ? 'a file of YAML must be named *.yaml' : undefined;
}

/** That a key or a table is there twice, in Telegraf's words: with the line of the first. */
function conflict(error: ParseError, { first, last }: BadStatement, lines: readonly TomlLine[]): string | undefined {
  if (!error.message.includes('multiple times')) return undefined;
  const earlier = tryParse(lines.slice(0, first));
  const bad = tryParse(lines.slice(first, last + 1));
  if (earlier instanceof ParseError || bad instanceof ParseError) return undefined;
  const [statement] = bad.body[0].body;
  const isTable = statement.type === 'TOMLTable';
  const before = earlier.body[0].body;
  const lastTable = before.at(-1);
  const candidates = !isTable && lastTable?.type === 'TOMLTable' ? lastTable.body : before;
  const twin = candidates.findLast((other) => other.type === statement.type && keyPath(other.key) === keyPath(statement.key));
  const name = quotedName(keyPath(statement.key));
  if (twin === undefined) return `${isTable ? 'table' : 'key'} ${name} is there already`;
  const { number } = lines[twin.loc.start.line - 1];
  return isTable ? `table ${name} is in conflict with the table in line ${number}` : `key ${name} is in conflict with line ${number}`;
}

/** The dotted name that a key is. */
export function keyPath(key: AST.TOMLKey): string {
  return key.keys.map(keyText).join('.');
}

/** The name that a part of a key is. */
export function keyText(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

/** Takes the statement out, and of a header its whole table too, whose keys would fall to the table before. */
function blank(lines: TomlLine[], { first, last }: BadStatement): void {
  const header = isHeader(lines[first]);
  let end = last + 1;
  while (header && end < lines.length && !isHeader(lines[end])) end += 1;
  for (let at = first; at < end; at += 1) lines[at] = { ...lines[at], text: '' };
}

function isHeader({ text }: TomlLine): boolean {
  return /^\s*\[/.test(text);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
