import type { Position } from '../errors.ts';
import type { BinaryOperator } from '../values/value.ts';
import { parseExpressions, parseLoopVariables, parseName, parseParameters, parseTest } from './parse-expression.ts';
import { problem } from './scanner.ts';
import { describeToken, type TokenType } from './token.ts';
import { TokenStream } from './token-stream.ts';
import type { Load, Name, Statement } from './tree.ts';

const AUGMENTED = new Set<TokenType>(['+=', '-=', '*=', '/=', '//=', '%=', '&=', '|=', '^=', '<<=', '>>=']);

/** The statements of a script. Throws `ScriptError` for the first that is wrong. */
export function parseScript(source: string): Statement[] {
  try {
    const tokens = new TokenStream(source);
    const statements: Statement[] = [];
    while (!tokens.is('end of file')) {
      if (tokens.takeIf('newline') === undefined) parseStatement(tokens, statements);
    }
    return statements;
  } catch (error) {
    if (error instanceof RangeError) throw problem({ line: 1, column: 1 }, 'excessive nesting');
    throw error;
  }
}

function parseStatement(tokens: TokenStream, out: Statement[]): void {
  switch (tokens.current.type) {
    case 'def':
      out.push(parseDef(tokens));
      break;
    case 'if':
      out.push(parseIf(tokens));
      break;
    case 'for':
      out.push(parseFor(tokens));
      break;
    case 'while':
      out.push(parseWhile(tokens));
      break;
    default:
      parseLine(tokens, out);
  }
}

function parseDef(tokens: TokenStream): Statement {
  const { at } = tokens.take();
  const name = parseName(tokens);
  tokens.expect('(');
  const parameters = parseParameters(tokens);
  tokens.expect(')');
  tokens.expect(':');
  return { kind: 'def', name, code: { name: name.name, at, parameters, body: parseSuite(tokens) } };
}

function parseIf(tokens: TokenStream): Statement {
  const { at } = tokens.take();
  const condition = parseTest(tokens);
  tokens.expect(':');
  const yes = parseSuite(tokens);
  if (tokens.is('elif')) return { kind: 'if', condition, yes, no: [tokens.nested(() => parseIf(tokens))], at };
  if (tokens.takeIf('else') === undefined) return { kind: 'if', condition, yes, no: [], at };
  tokens.expect(':');
  return { kind: 'if', condition, yes, no: parseSuite(tokens), at };
}

function parseFor(tokens: TokenStream): Statement {
  const { at } = tokens.take();
  const target = parseLoopVariables(tokens);
  tokens.expect('in');
  const iterable = parseExpressions(tokens);
  tokens.expect(':');
  return { kind: 'for', target, iterable, body: parseSuite(tokens), at };
}

/** Read so that the resolver can say that there is none. */
function parseWhile(tokens: TokenStream): Statement {
  const { at } = tokens.take();
  parseTest(tokens);
  tokens.expect(':');
  parseSuite(tokens);
  return { kind: 'while', at };
}

/** What stands behind a colon: an indented block, or statements on the same line. */
function parseSuite(tokens: TokenStream): Statement[] {
  return tokens.nested(() => {
    const statements: Statement[] = [];
    if (tokens.takeIf('newline') === undefined) {
      parseLine(tokens, statements);
      return statements;
    }
    tokens.expect('indent');
    while (!tokens.is('outdent', 'end of file')) parseStatement(tokens, statements);
    tokens.expect('outdent');
    return statements;
  });
}

/** Small statements with semicolons between them. */
function parseLine(tokens: TokenStream, out: Statement[]): void {
  do {
    out.push(parseSmall(tokens));
  } while (tokens.takeIf(';') !== undefined && !tokens.is('newline', 'end of file'));
  if (!tokens.is('end of file')) tokens.expect('newline');
}

function parseSmall(tokens: TokenStream): Statement {
  const { type, at } = tokens.current;
  switch (type) {
    case 'return':
      tokens.take();
      return { kind: 'return', value: tokens.is('end of file', 'newline', ';') ? undefined : parseExpressions(tokens), at };
    case 'break':
    case 'continue':
    case 'pass':
      tokens.take();
      return { kind: type, at };
    case 'load':
      return parseLoad(tokens);
    default:
      return parseAssignment(tokens);
  }
}

function parseAssignment(tokens: TokenStream): Statement {
  const target = parseExpressions(tokens);
  const { type, at } = tokens.current;
  if (type !== '=' && !AUGMENTED.has(type)) return { kind: 'expression', value: target };
  tokens.take();
  const value = parseExpressions(tokens);
  if (type === '=') return { kind: 'assign', target, value, at };
  return { kind: 'augment', op: type.slice(0, -1) as BinaryOperator, target, value, at };
}

function parseLoad(tokens: TokenStream): Load {
  const { at } = tokens.take();
  const open = tokens.expect('(');
  const { text: module } = parseText(tokens, 'first operand of load statement must be a string literal');
  const names: Load['names'][number][] = [];
  while (!tokens.is(')', 'end of file')) {
    tokens.expect(',');
    if (tokens.is(')')) break;
    names.push(parseLoadName(tokens));
  }
  tokens.expect(')');
  if (names.length === 0) throw problem(open.at, 'load statement must import at least 1 symbol');
  return { kind: 'load', module, names, at };
}

function parseLoadName(tokens: TokenStream): Load['names'][number] {
  const named: Name | undefined = tokens.is('identifier') ? parseName(tokens) : undefined;
  if (named !== undefined && tokens.takeIf('=') === undefined) {
    throw tokens.problem(`load operand must be "${named.name}" or ${named.name}="originalname" (want '=' after ${named.name})`);
  }
  const { text: from, at } = parseText(
    tokens,
    named === undefined
      ? `load operand must be "name" or localname="name" (got ${describeToken(tokens.current)})`
      : `original name of loaded symbol must be quoted: ${named.name}="originalname"`,
  );
  const fromAt = { line: at.line, column: at.column + 1 };
  return { from, fromAt, to: named ?? { kind: 'name', name: from, at: fromAt, start: fromAt } };
}

/** The text of a string literal. Throws with the message where there is none. */
function parseText(tokens: TokenStream, message: string): { readonly text: string; readonly at: Position } {
  const { at } = tokens.current;
  const literal = tokens.is('literal') ? parseTest(tokens) : undefined;
  if (literal?.kind !== 'literal' || typeof literal.value !== 'string') throw problem(at, message);
  return { text: literal.value, at };
}
