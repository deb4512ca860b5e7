import type { BinaryOperator, Comparison, UnaryOperator } from '../values/value.ts';
import { literalValue } from './literal.ts';
import { problem } from './scanner.ts';
import { describeToken, type Token, type TokenType } from './token.ts';
import type { TokenStream } from './token-stream.ts';
import type { Argument, CallExpression, Clause, DictEntry, Expression, FunctionNode, Name, Parameter } from './tree.ts';

/** Binary operators from the loosest to the tightest. */
const LEVELS: readonly (readonly TokenType[])[] = [
  ['or'],
  ['and'],
  ['not'],
  ['==', '!=', '<', '>', '<=', '>=', 'in', 'not in'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['-', '+'],
  ['*', '%', '/', '//'],
];
const LEVEL_OF = new Map(LEVELS.flatMap((types, level) => types.map((type) => [type, level] as const)));
const NOT_LEVEL = 2;
const COMPARISON_LEVEL = 3;

/** Operators and suffixes in one row; more would fill the stack when they run. */
const MAX_CHAIN = 500;

const ENDS_LIST = new Set<TokenType>(['end of file', 'newline', '=', '}', ']', ')', ';']);

/** One expression, or a tuple of some without brackets. */
export function parseExpressions(tokens: TokenStream, inBrackets = false): Expression {
  const first = parseTest(tokens);
  if (!tokens.is(',')) return first;
  const items = parseRest(tokens, first, inBrackets);
  return { kind: 'tuple', items, at: first.start, start: first.start };
}

/** What follows the first of several expressions, and that one. */
function parseRest(tokens: TokenStream, first: Expression, allowsTrailingComma: boolean): Expression[] {
  const items = [first];
  while (tokens.is(',')) {
    const comma = tokens.take();
    if (ENDS_LIST.has(tokens.current.type)) {
      if (!allowsTrailingComma) throw problem(comma.at, 'unparenthesized tuple with trailing comma');
      break;
    }
    items.push(parseTest(tokens));
  }
  return items;
}

/** One expression: `x if c else y`, `lambda`, or what binds tighter. */
export function parseTest(tokens: TokenStream): Expression {
  return tokens.nested(() => {
    if (tokens.is('lambda')) return parseLambda(tokens, parseTest);
    const yes = parseOperators(tokens, 0);
    const at = tokens.takeIf('if')?.at;
    if (at === undefined) return yes;
    const condition = parseOperators(tokens, 0);
    if (tokens.takeIf('else') === undefined) throw problem(at, 'conditional expression without else clause');
    return { kind: 'conditional', condition, yes, no: parseTest(tokens), at, start: yes.start };
  });
}

/** The condition of a comprehension, where an `if` would begin the next clause. */
function parseTestWithoutIf(tokens: TokenStream): Expression {
  return tokens.is('lambda') ? tokens.nested(() => parseLambda(tokens, parseTestWithoutIf)) : parseOperators(tokens, 0);
}

function parseLambda(tokens: TokenStream, parseBody: (tokens: TokenStream) => Expression): Expression {
  const { at } = tokens.take();
  const parameters = tokens.is(':') ? [] : parseParameters(tokens);
  tokens.expect(':');
  const value = parseBody(tokens);
  const code: FunctionNode = { name: 'lambda', at, parameters, body: [{ kind: 'return', value, at: value.start }] };
  return { kind: 'lambda', code, at, start: at };
}

function parseOperators(tokens: TokenStream, level: number): Expression {
  if (level <= NOT_LEVEL && tokens.is('not')) {
    const { at } = tokens.take();
    const operand = tokens.nested(() => parseOperators(tokens, NOT_LEVEL));
    return parseOperatorsAfter(tokens, { kind: 'not', operand, at, start: at }, level, NOT_LEVEL);
  }
  return parseOperatorsAfter(tokens, parsePrimaryWithSuffix(tokens), level, LEVELS.length);
}

/** The operators from `level` on that follow an expression whose own operators are of `reached` or looser. */
function parseOperatorsAfter(tokens: TokenStream, first: Expression, level: number, reached: number): Expression {
  let left = first;
  for (let links = 0; ; links++) {
    const operator = operatorType(tokens);
    const own = operator === undefined ? -1 : (LEVEL_OF.get(operator) ?? -1);
    if (operator === undefined || own < level || own >= reached) return left;
    if (own === COMPARISON_LEVEL && left.kind === 'comparing' && left !== first) {
      throw tokens.problem(`${left.op} does not associate with ${operator} (use parens)`);
    }
    if (links > MAX_CHAIN) throw tokens.problem('excessive nesting');
    const { at } = takeOperator(tokens, operator);
    const right = tokens.nested(() => parseOperators(tokens, own + 1));
    left = binary(operator, left, right, at);
  }
}

/** The operator that comes next, if one does; `not` here can only be that of `not in`. */
function operatorType(tokens: TokenStream): TokenType | undefined {
  if (tokens.is('not')) return 'not in';
  return LEVEL_OF.has(tokens.current.type) ? tokens.current.type : undefined;
}

function takeOperator(tokens: TokenStream, operator: TokenType): Token {
  const token = tokens.take();
  return operator === 'not in' ? tokens.expect('in') : token;
}

function binary(operator: TokenType, left: Expression, right: Expression, at: Token['at']): Expression {
  const node = { left, right, at, start: left.start };
  const level = LEVEL_OF.get(operator) ?? 0;
  if (level < NOT_LEVEL) return { kind: 'logical', op: operator as 'and' | 'or', ...node };
  if (level === COMPARISON_LEVEL) return { kind: 'comparing', op: operator as Comparison | 'in' | 'not in', ...node };
  return { kind: 'binary', op: operator as BinaryOperator, ...node };
}

/** A name, a literal or something in brackets, with the calls, indexes and attributes behind it. */
function parsePrimaryWithSuffix(tokens: TokenStream): Expression {
  let expression = tokens.nested(() => parsePrimary(tokens));
  for (let links = 0; ; links++) {
    if (links > MAX_CHAIN) throw tokens.problem('excessive nesting');
    if (tokens.is('.')) expression = parseDot(tokens, expression);
    else if (tokens.is('[')) expression = parseIndex(tokens, expression);
    else if (tokens.is('(')) expression = parseCall(tokens, expression);
    else return expression;
  }
}

function parseDot(tokens: TokenStream, object: Expression): Expression {
  const { at } = tokens.take();
  return { kind: 'dot', object, name: tokens.expectName().text, at, start: object.start };
}

function parseIndex(tokens: TokenStream, object: Expression): Expression {
  const { at } = tokens.take();
  const node = { object, at, start: object.start };
  const low = tokens.is(':') ? undefined : parseExpressions(tokens);
  if (low !== undefined && tokens.takeIf(']') !== undefined) return { kind: 'index', index: low, ...node };
  tokens.expect(':');
  const high = tokens.is(':', ']') ? undefined : parseTest(tokens);
  const step = tokens.takeIf(':') === undefined || tokens.is(']') ? undefined : parseTest(tokens);
  tokens.expect(']');
  return { kind: 'slice', low, high, step, ...node };
}

function parseCall(tokens: TokenStream, callee: Expression): CallExpression {
  const { at } = tokens.take();
  const args: Argument[] = [];
  while (!tokens.is(')', 'end of file')) {
    if (args.length > 0) tokens.expect(',');
    if (tokens.is(')')) break;
    args.push(parseArgument(tokens));
  }
  tokens.expect(')');
  return { kind: 'call', callee, args, at, start: callee.start };
}

function parseArgument(tokens: TokenStream): Argument {
  const { type, at } = tokens.current;
  if (type === '*' || type === '**') {
    tokens.take();
    return { kind: type, name: '', value: parseTest(tokens), at };
  }
  const value = parseTest(tokens);
  if (!tokens.is('=')) return { kind: 'positional', name: '', value, at };
  if (value.kind !== 'name') throw tokens.problem('keyword argument must have form name=expr');
  tokens.take();
  return { kind: 'named', name: value.name, value: parseTest(tokens), at };
}

/** The parameters of a `def` or a `lambda`. */
export function parseParameters(tokens: TokenStream): Parameter[] {
  const parameters: Parameter[] = [];
  while (!tokens.is(')', ':', 'end of file')) {
    if (parameters.length > 0) tokens.expect(',');
    if (tokens.is(')')) break;
    parameters.push(parseParameter(tokens));
  }
  return parameters;
}

function parseParameter(tokens: TokenStream): Parameter {
  const { type, at } = tokens.current;
  if (type === '*' || type === '**') {
    tokens.take();
    const name = type === '**' || tokens.is('identifier') ? parseName(tokens) : undefined;
    return { kind: type, name, fallback: undefined, at };
  }
  const name = parseName(tokens);
  if (tokens.takeIf('=') === undefined) return { kind: 'required', name, fallback: undefined, at };
  return { kind: 'optional', name, fallback: parseTest(tokens), at };
}

export function parseName(tokens: TokenStream): Name {
  const { at, text } = tokens.expectName();
  return { kind: 'name', name: text, at, start: at };
}

function parsePrimary(tokens: TokenStream): Expression {
  const { type, at } = tokens.current;
  const node = { at, start: at };
  switch (type) {
    case 'identifier':
      return parseName(tokens);
    case 'literal':
      return { kind: 'literal', value: literalValue(tokens.take()), ...node };
    case '[':
      return parseList(tokens);
    case '{':
      return parseDict(tokens);
    case '(':
      return parseBrackets(tokens);
    case '-':
    case '+':
    case '~':
      return { kind: 'unary', op: tokens.take().type as UnaryOperator, operand: parsePrimaryWithSuffix(tokens), ...node };
    default:
      throw tokens.problem(`got ${describeToken(tokens.current)}, want an expression`);
  }
}

function parseBrackets(tokens: TokenStream): Expression {
  const { at } = tokens.take();
  if (tokens.takeIf(')') !== undefined) return { kind: 'tuple', items: [], at, start: at };
  const inner = parseExpressions(tokens, true);
  tokens.expect(')');
  return { ...inner, start: at };
}

function parseList(tokens: TokenStream): Expression {
  const { at } = tokens.take();
  if (tokens.takeIf(']') !== undefined) return { kind: 'list', items: [], at, start: at };
  const first = parseTest(tokens);
  if (tokens.is('for')) return { kind: 'comprehension', body: first, clauses: parseClauses(tokens, ']'), at, start: at };
  const items = parseRest(tokens, first, true);
  tokens.expect(']');
  return { kind: 'list', items, at, start: at };
}

function parseDict(tokens: TokenStream): Expression {
  const { at } = tokens.take();
  if (tokens.takeIf('}') !== undefined) return { kind: 'dict', entries: [], at, start: at };
  const entries = [parseEntry(tokens)];
  if (tokens.is('for')) return { kind: 'comprehension', body: entries[0], clauses: parseClauses(tokens, '}'), at, start: at };
  while (tokens.takeIf(',') !== undefined && !tokens.is('}')) entries.push(parseEntry(tokens));
  tokens.expect('}');
  return { kind: 'dict', entries, at, start: at };
}

function parseEntry(tokens: TokenStream): DictEntry {
  const key = parseTest(tokens);
  const { at } = tokens.expect(':');
  return { key, value: parseTest(tokens), at };
}

function parseClauses(tokens: TokenStream, end: ']' | '}'): Clause[] {
  const clauses: Clause[] = [];
  while (tokens.takeIf(end) === undefined) {
    const { type, at } = tokens.current;
    if (type === 'for') {
      tokens.take();
      const target = parseLoopVariables(tokens);
      tokens.expect('in');
      clauses.push({ kind: 'for', target, iterable: parseOperators(tokens, 0), at });
    } else if (type === 'if') {
      tokens.take();
      clauses.push({ kind: 'if', condition: parseTestWithoutIf(tokens) });
    } else {
      throw tokens.problem(`got ${describeToken(tokens.current)}, want '${end}', for, or if`);
    }
  }
  return clauses;
}

/** What a loop assigns to: `x`, or `x, y`. */
export function parseLoopVariables(tokens: TokenStream): Expression {
  const first = parsePrimaryWithSuffix(tokens);
  if (!tokens.is(',')) return first;
  const items = [first];
  while (tokens.takeIf(',') !== undefined && !ENDS_LIST.has(tokens.current.type)) items.push(parsePrimaryWithSuffix(tokens));
  return { kind: 'tuple', items, at: first.start, start: first.start };
}
