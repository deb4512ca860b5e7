/** The inside of an action: pipelines, commands and operands. */
import { placeOf, TemplateError } from '../errors.ts';
import { int } from '../values/value.ts';
import { lex } from './lex.ts';
import { readNumber, unquote, unquoteCharacter, type NumberConstant } from './literal.ts';
import { nodeText, type CommandNode, type Operand, type PipeNode } from './nodes.ts';
import type { ParseOptions } from './parse.ts';
import { shownToken, type Token, type TokenKind } from './token.ts';

const OPERANDS = new Set<TokenKind>(['bool', 'character', 'dot', 'field', 'identifier', 'number', 'string', 'variable', 'paren']);

/** Deeper than this nobody nests, and the stack bears it. An `else if` counts as one more. */
const MAX_DEPTH = 500;

export class PipeParser {
  readonly #options: ParseOptions;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  /** Those that are there, `$` first. */
  #variables: string[] = ['$'];

  /** Throws `TemplateError` for what can't be cut into tokens. */
  constructor(options: ParseOptions) {
    this.#options = options;
    this.#tokens = lex(options.name, options.text);
  }

  peek(): Token {
    return this.#tokens[this.#next];
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  peekBehindSpace(): Token {
    if (this.peek().kind === 'space') this.#next++;
    return this.peek();
  }

  nextBehindSpace(): Token {
    this.peekBehindSpace();
    return this.next();
  }

  /** The place it has come to, for `reset`. */
  mark(): number {
    return this.#next;
  }

  reset(mark: number): void {
    this.#next = mark;
  }

  /** Takes this keyword, or any but `nil`, if it comes next. */
  takeKeyword(keyword?: string): Token | undefined {
    const token = this.peekBehindSpace();
    const isWanted = token.kind === 'keyword' && (keyword === undefined ? token.text !== 'nil' : token.text === keyword);
    return isWanted ? this.next() : undefined;
  }

  expect(kind: TokenKind, context: string): Token {
    const token = this.nextBehindSpace();
    if (token.kind !== kind) throw this.#unexpected(token, context);
    return token;
  }

  /** Forgets the variables that were declared meanwhile. */
  scoped<T>(parse: () => T): T {
    return this.withVariables([...this.#variables], parse);
  }

  withVariables<T>(variables: string[], parse: () => T): T {
    const outer = this.#variables;
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw this.error('nested too deeply');
    this.#variables = variables;
    const result = parse();
    this.#variables = outer;
    this.#depth--;
    return result;
  }

  /** A pipeline with the token that ends it. */
  pipe(context: string, end: 'close' | 'endParen'): PipeNode {
    const { at } = this.peekBehindSpace();
    const { variables, isAssignment } = this.#declaration(context);
    const commands: CommandNode[] = [];
    for (let token = this.peekBehindSpace(); token.kind !== end; token = this.peekBehindSpace()) {
      if (!OPERANDS.has(token.kind) && token.text !== 'nil') throw this.#unexpected(this.next(), context);
      commands.push(this.#command());
    }
    this.next();
    if (commands.length === 0) throw this.error(`missing value for ${context}`);
    const stage = commands.findIndex(({ operands: [first] }, index) => index > 0 && ['constant', 'dot', 'nil'].includes(first.kind));
    if (stage !== -1) throw this.error(`non executable command in pipeline stage ${stage + 1}`);
    return { kind: 'pipe', variables, isAssignment, commands, at };
  }

  /** `$x :=`, `$x =`, or, of a range, `$x, $y :=`. */
  #declaration(context: string): { variables: readonly string[]; isAssignment: boolean } {
    const mark = this.mark();
    const variables: string[] = [];
    while (this.peekBehindSpace().kind === 'variable') {
      variables.push(this.next().text);
      const operator = this.nextBehindSpace();
      if (operator.kind === 'declare' || operator.kind === 'assign') {
        const isAssignment = operator.kind === 'assign';
        if (isAssignment) for (const name of variables) this.#use(name);
        else this.#variables.push(...variables);
        return { variables, isAssignment };
      }
      if (operator.kind !== 'comma') break;
      if (context !== 'range' || variables.length > 1) throw this.error(`too many declarations in ${context}`, operator.at);
      if (this.peekBehindSpace().kind !== 'variable') throw this.error('range can only initialize variables', operator.at);
    }
    this.reset(mark);
    return { variables: [], isAssignment: false };
  }

  #command(): CommandNode {
    const { at } = this.peekBehindSpace();
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.peek();
      if (token.kind === 'space') {
        this.next();
        continue;
      }
      if (token.kind === 'pipe') this.next();
      else if (token.kind !== 'close' && token.kind !== 'endParen') throw this.#unexpected(token, 'operand');
      break;
    }
    if (operands.length === 0) throw this.error('empty command');
    return { kind: 'command', operands, at };
  }

  /** A term with the names of fields behind it. */
  #operand(): Operand | undefined {
    const term = this.#term();
    const { at, kind } = this.peek();
    if (term === undefined || kind !== 'field') return term;
    const names: string[] = [];
    while (this.peek().kind === 'field') names.push(this.next().text.slice(1));
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { ...term, names: [...term.names, ...names], at };
      case 'constant':
      case 'nil':
      case 'dot':
        throw this.error(`unexpected . after term ${JSON.stringify(nodeText(term))}`, at);
      default:
        return { kind: 'chain', operand: term, names, at };
    }
  }

  #term(): Operand | undefined {
    const token = this.peekBehindSpace();
    const { kind, text, at } = token;
    if (!OPERANDS.has(kind) && text !== 'nil') return undefined;
    this.next();
    switch (kind) {
      case 'identifier':
        return this.#function(token);
      case 'dot':
        return { kind: 'dot', at };
      case 'field':
        return { kind: 'field', names: [text.slice(1)], at };
      case 'variable':
        this.#use(text);
        return { kind: 'variable', name: text, names: [], at };
      case 'paren':
        return this.scoped(() => this.pipe('parenthesized pipeline', 'endParen'));
      case 'bool':
        return { kind: 'constant', value: text === 'true', number: undefined, text, at };
      case 'string':
        return this.#string(token);
      case 'number':
      case 'character':
        return this.#number(token);
      default:
        return { kind: 'nil', at };
    }
  }

  #function({ text: name, at }: Token): Operand {
    const missing = this.#options.missingFunction(name);
    if (missing !== undefined) throw this.error(missing, at);
    return { kind: 'identifier', name, at };
  }

  #string({ text, at }: Token): Operand {
    const value = unquote(text);
    if (value === undefined) throw this.error('invalid syntax', at);
    return { kind: 'constant', value, number: undefined, text, at };
  }

  #number({ kind, text, at }: Token): Operand {
    const number = kind === 'character' ? characterNumber(text) : readNumber(text);
    if (number === undefined) throw this.error(badNumber(kind, text), at);
    const { integer, float, isFloat } = number;
    if (isFloat || integer === undefined) return { kind: 'constant', value: float, number, text, at };
    if (integer > 2n ** 63n - 1n) throw this.error(`${text} overflows int`, at);
    return { kind: 'constant', value: int(integer), number, text, at };
  }

  #use(variable: string): void {
    if (!this.#variables.includes(variable)) throw this.error(`undefined variable ${JSON.stringify(variable)}`);
  }

  #unexpected(token: Token, context: string): TemplateError {
    return this.error(`unexpected ${shownToken(token)} in ${context}`, token.at);
  }

  /** At a character, or at the token before the next. */
  error(message: string, at: number = this.#tokens[Math.max(0, this.#next - 1)].at): TemplateError {
    const place = placeOf(this.#options.text, at);
    return new TemplateError(`template: ${this.#options.name}:${place.line}: ${message}`, place);
  }
}

function badNumber(kind: TokenKind, text: string): string {
  if (kind === 'character') return `malformed character constant: ${text}`;
  return `${/^[+-]?[\d_]+$/.test(text) ? 'integer overflow' : 'illegal number syntax'}: ${JSON.stringify(text)}`;
}

function characterNumber(text: string): NumberConstant | undefined {
  const code = unquoteCharacter(text);
  return code === undefined ? undefined : { integer: BigInt(code), float: code, isFloat: false };
}
