import { ScriptError, type Position } from '../errors.ts';
import { KEYWORDS, PUNCTUATION, RESERVED, type Token, type TokenType } from './token.ts';

const IDENTIFIER = /[\p{L}_][\p{L}_0-9]*/uy;
const STRING_START = /(?:rb|r|b)?("""|'''|"|')/y;
const NUMBER = /0[xX][0-9a-fA-F]*|0[oO][0-7]*|0[bB][01]*|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d*)?/y;
const BLANKS = /(?:[ \t]|\\\n)*(?:#[^\n]*)?/y;
const INDENTATION = /[ \t]*/y;
const TAB_WIDTH = 8;
const MAX_NESTING = 100;

const KEYWORD_TYPES = new Set<string>(KEYWORDS);

/** Cuts a script into tokens. Indentation becomes tokens too, except within brackets. */
export class Scanner {
  readonly #source: string;
  #index = 0;
  #line = 1;
  /** Where the line begins, and how many letters before `#index` take two places. */
  #lineStart = 0;
  #isLineStart = true;
  #brackets = 0;
  readonly #indents = [0];
  /** Indents (above 0) or outdents (below) that are still to be given. */
  #dents = 0;

  constructor(source: string) {
    this.#source = source.replaceAll(/\r\n?/g, '\n');
  }

  /** The next token; `end of file` again and again at the end. Throws `ScriptError`. */
  next(): Token {
    if (this.#isLineStart) this.#startLine();
    if (this.#dents !== 0) return this.#dent();
    this.#skip(BLANKS);
    while (this.#brackets > 0 && this.#source[this.#index] === '\n') {
      this.#newLine();
      this.#skip(BLANKS);
    }
    const at = this.#position();
    const char = this.#source[this.#index];
    if (char === undefined) return this.#end(at);
    if (char === '\n') {
      this.#newLine();
      this.#isLineStart = true;
      return { type: 'newline', at, text: '\n' };
    }
    return this.#string(at) ?? this.#identifier(at) ?? this.#number(at) ?? this.#punctuation(at);
  }

  /** Passes over empty lines, and sees how far the next one is indented. */
  #startLine(): void {
    this.#isLineStart = false;
    for (;;) {
      const blanks = this.#skip(INDENTATION);
      const rest = this.#skip(/(?:#[^\n]*)?/y);
      const char = this.#source[this.#index];
      if (char === '\n') {
        this.#newLine();
        continue;
      }
      // Nothing is indented after the last line, whatever blanks stand there.
      if (char === undefined) this.#indent(0);
      else if (rest === '') this.#indent(widthOf(blanks));
      return;
    }
  }

  #indent(width: number): void {
    const indents = this.#indents;
    if (width > indents[indents.length - 1]) {
      if (indents.length > MAX_NESTING) this.#fail('excessive nesting');
      indents.push(width);
      this.#dents++;
      return;
    }
    while (width < indents[indents.length - 1]) {
      indents.pop();
      this.#dents--;
    }
    if (width !== indents[indents.length - 1]) this.#fail('unindent does not match any outer indentation level');
  }

  #dent(): Token {
    const type = this.#dents > 0 ? 'indent' : 'outdent';
    this.#dents -= Math.sign(this.#dents);
    return { type, at: this.#position(), text: '' };
  }

  /** A last line without its end has one all the same. */
  #end(at: Position): Token {
    if (this.#indents.length === 1) return { type: 'end of file', at, text: '' };
    this.#isLineStart = true;
    return { type: 'newline', at, text: '' };
  }

  #identifier(at: Position): Token | undefined {
    const text = this.#skip(IDENTIFIER);
    if (text === '') return undefined;
    if (KEYWORD_TYPES.has(text)) return { type: text as TokenType, at, text };
    return { type: RESERVED.has(text) ? 'reserved' : 'identifier', at, text };
  }

  #number(at: Position): Token | undefined {
    const text = this.#skip(NUMBER);
    return text === '' ? undefined : { type: 'literal', at, text };
  }

  #string(at: Position): Token | undefined {
    STRING_START.lastIndex = this.#index;
    const start = STRING_START.exec(this.#source);
    if (start === null) return undefined;
    const [{ length }, quotes] = start;
    const end = this.#stringEnd(this.#index + length, quotes, at);
    const text = this.#source.slice(this.#index, end);
    this.#index = end;
    const lastNewLine = text.lastIndexOf('\n');
    if (lastNewLine !== -1) {
      this.#line += text.split('\n').length - 1;
      this.#lineStart = end - text.length + lastNewLine + 1;
    }
    return { type: 'literal', at, text };
  }

  /** Just behind the quotes that close a string whose contents begin at `from`. */
  #stringEnd(from: number, quotes: string, at: Position): number {
    for (let index = from; index < this.#source.length; index++) {
      const char = this.#source[index];
      if (char === '\\') index++;
      else if (char === '\n' && quotes.length === 1) throw problem(at, 'unexpected newline in string');
      else if (char === quotes[0] && this.#source.startsWith(quotes, index)) return index + quotes.length;
    }
    throw problem(at, 'unexpected EOF in string');
  }

  #punctuation(at: Position): Token {
    const type = PUNCTUATION.find((text) => this.#source.startsWith(text, this.#index));
    if (type === undefined) {
      const char = String.fromCodePoint(this.#source.codePointAt(this.#index) ?? 0);
      throw problem(at, char === '\\' ? 'stray backslash in program' : `unexpected input character ${JSON.stringify(char)}`);
    }
    if ('([{'.includes(type) && ++this.#brackets > MAX_NESTING) this.#fail('excessive nesting');
    if (')]}'.includes(type) && --this.#brackets < 0) this.#fail(`unexpected '${type}'`);
    this.#index += type.length;
    return { type, at, text: type };
  }

  /** The text that matches here, which is passed over. */
  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#index;
    const text = pattern.exec(this.#source)?.[0] ?? '';
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      this.#line++;
      this.#lineStart = this.#index + at + 1;
    }
    this.#index += text.length;
    return text;
  }

  #newLine(): void {
    this.#index++;
    this.#line++;
    this.#lineStart = this.#index;
  }

  #position(): Position {
    const before = this.#source.slice(this.#lineStart, this.#index);
    return { line: this.#line, column: Array.from(before).length + 1 };
  }

  #fail(message: string): never {
    throw problem(this.#position(), message);
  }
}

/** The error of a script that is wrong at this place. */
export function problem(at: Position, message: string): ScriptError {
  return new ScriptError([{ at, message }]);
}

function widthOf(blanks: string): number {
  let width = 0;
  for (const blank of blanks) width += blank === '\t' ? TAB_WIDTH - (width % TAB_WIDTH) : 1;
  return width;
}
