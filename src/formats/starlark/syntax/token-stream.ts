import type { ScriptError } from '../errors.ts';
import { problem, Scanner } from './scanner.ts';
import { describeToken, describeType, type Token, type TokenType } from './token.ts';

/** Deeper nesting is refused before it fills the stack. */
const MAX_NESTING = 200;

/** The tokens of a script, one ahead. */
export class TokenStream {
  readonly #scanner: Scanner;
  #current: Token;
  #depth = 0;

  constructor(source: string) {
    this.#scanner = new Scanner(source);
    this.#current = this.#scanner.next();
  }

  get current(): Token {
    return this.#current;
  }

  /** Whether the current token is of one of these types. */
  is(...types: readonly TokenType[]): boolean {
    return types.includes(this.#current.type);
  }

  /** Takes the current token. */
  take(): Token {
    const token = this.#current;
    this.#current = this.#scanner.next();
    return token;
  }

  /** Takes the current token if it is of this type. */
  takeIf(type: TokenType): Token | undefined {
    return this.#current.type === type ? this.take() : undefined;
  }

  /** Takes the current token, which must be of this type. */
  expect(type: TokenType): Token {
    if (this.#current.type !== type) throw this.problem(`got ${describeToken(this.#current)}, want ${describeType(type)}`);
    return this.take();
  }

  /** Takes an identifier. */
  expectName(): Token {
    if (this.#current.type !== 'identifier') throw this.problem(`got ${describeToken(this.#current)}, want a name`);
    return this.take();
  }

  /** Parses something within something. */
  nested<Result>(parse: () => Result): Result {
    if (++this.#depth > MAX_NESTING) throw this.problem('excessive nesting');
    const result = parse();
    this.#depth--;
    return result;
  }

  /** The error of a script that is wrong at the current token. */
  problem(message: string): ScriptError {
    return problem(this.#current.at, message);
  }
}
