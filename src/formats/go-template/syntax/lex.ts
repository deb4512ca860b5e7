/** Cuts a template into text and the tokens of its actions, as Go's text/template/parse does. */
import { TemplateError, placeOf } from '../errors.ts';
import type { Token, TokenKind } from './token.ts';

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'nil', 'range', 'template', 'with']);

/** What may stand behind a name, a field or a variable. */
const TERMINATOR = /[ \t\r\n.,|:)(]|\}\}/y;
const SPACE = /[ \t\r\n]+/y;
const WORD = /[\p{L}\p{Nd}_]+/uy;
const NUMBER = /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[bBoO][\d_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)/y;
const QUOTED = /"(?:\\[^\n]|[^"\\\n])*"/y;
const RAW = /`[^`]*`/y;
const CHARACTER = /'(?:\\[^\n]|[^'\\\n])*'/y;
const COMMENT = /\/\*[^]*?\*\//y;

const SYMBOLS: Readonly<Record<string, TokenKind>> = { '|': 'pipe', '(': 'paren', ')': 'endParen', ',': 'comma', '=': 'assign' };

/** The tokens, the last of which is `end`. Throws `TemplateError`. */
export function lex(name: string, text: string): Token[] {
  return new Lexer(name, text).tokens();
}

class Lexer {
  readonly #name: string;
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#text = text;
  }

  tokens(): Token[] {
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf('{{', this.#at);
      this.#textUpTo(open === -1 ? this.#text.length : open);
      if (open !== -1) this.#action();
    }
    this.#tokens.push({ kind: 'end', text: '', at: this.#at });
    return this.#tokens;
  }

  /** `{{- ` takes the blanks off the text before it. */
  #textUpTo(end: number): void {
    const isTrimmed = /^\{\{-[ \t\r\n]/.test(this.#text.slice(end, end + 4));
    const text = this.#text.slice(this.#at, end);
    const kept = isTrimmed ? trimEnd(text) : text;
    if (kept !== '') this.#tokens.push({ kind: 'text', text: kept, at: this.#at });
    this.#at = end;
  }

  #action(): void {
    const start = this.#at;
    const isTrimmed = /^\{\{-[ \t\r\n]/.test(this.#text.slice(start, start + 4));
    const inside = start + (isTrimmed ? 4 : 2);
    if (this.#text.startsWith('/*', inside)) return this.#comment(inside);
    this.#tokens.push({ kind: 'open', text: '{{', at: start });
    this.#at = start + (isTrimmed ? 3 : 2);
    let depth = 0;
    while (!this.#isClosed()) {
      const token = this.#insideAction(start);
      if (token.kind === 'paren') depth++;
      if (token.kind === 'endParen' && --depth < 0) throw this.#error('unexpected right paren', token.at);
      this.#tokens.push(token);
    }
    if (depth > 0) throw this.#error('unclosed left paren', this.#at);
    this.#tokens.push({ kind: 'close', text: '}}', at: this.#at });
    this.#close();
  }

  #comment(at: number): void {
    const comment = this.#match(COMMENT, at);
    if (comment === undefined) throw this.#error('unclosed comment', at);
    this.#at = at + comment.length;
    if (!this.#isClosed()) throw this.#error('comment ends before closing delimiter', at);
    this.#close();
  }

  /** At `}}`, or at a blank with `-}}` behind it. */
  #isClosed(): boolean {
    return this.#text.startsWith('}}', this.#at) || this.#closesTrimmed();
  }

  #closesTrimmed(): boolean {
    return /^[ \t\r\n]-\}\}/.test(this.#text.slice(this.#at, this.#at + 4));
  }

  #close(): void {
    if (!this.#closesTrimmed()) {
      this.#at += 2;
      return;
    }
    this.#at += 4;
    this.#at += this.#match(SPACE, this.#at)?.length ?? 0;
  }

  #insideAction(start: number): Token {
    const at = this.#at;
    if (at >= this.#text.length) throw this.#error('unclosed action', start);
    const [kind, text] = this.#kindAndText(at);
    this.#at += text.length;
    return { kind, text, at };
  }

  #kindAndText(at: number): readonly [TokenKind, string] {
    const first = this.#text[at];
    const space = this.#match(SPACE, at);
    if (space !== undefined) return ['space', space];
    if (this.#text.startsWith(':=', at)) return ['declare', ':='];
    if (first in SYMBOLS) return [SYMBOLS[first], first];
    if (first === '"') return ['string', this.#quoted(QUOTED, 'quoted string', at)];
    if (first === '`') return ['string', this.#quoted(RAW, 'raw quoted string', at)];
    if (first === "'") return ['character', this.#quoted(CHARACTER, 'character constant', at)];
    if (first === '$') return ['variable', this.#prefixed(at)];
    if (/[+\-\d]/.test(first) || /^\.\d/.test(this.#text.slice(at, at + 2))) return ['number', this.#number(at)];
    if (first === '.') {
      const field = this.#prefixed(at);
      return [field === '.' ? 'dot' : 'field', field];
    }
    return this.#word(at);
  }

  #word(at: number): readonly [TokenKind, string] {
    const word = this.#match(WORD, at);
    if (word === undefined) {
      // The parser has no use for it, and says where.
      if (/[!-~]/.test(this.#text[at])) return ['other', this.#text[at]];
      throw this.#error(`unrecognized character in action: ${shownCharacter(this.#text, at)}`, at);
    }
    this.#expectTerminator(at + word.length);
    if (KEYWORDS.has(word)) return ['keyword', word];
    return [word === 'true' || word === 'false' ? 'bool' : 'identifier', word];
  }

  /** A `.` or `$` with the word behind it, if there is one. */
  #prefixed(at: number): string {
    const text = this.#text[at] + (this.#match(WORD, at + 1) ?? '');
    this.#expectTerminator(at + text.length);
    return text;
  }

  #expectTerminator(at: number): void {
    if (at === this.#text.length || this.#match(TERMINATOR, at) !== undefined) return;
    throw this.#error(`bad character ${shownCharacter(this.#text, at)}`, at);
  }

  #quoted(pattern: RegExp, what: string, at: number): string {
    const text = this.#match(pattern, at);
    if (text === undefined) throw this.#error(`unterminated ${what}`, at);
    return text;
  }

  #number(at: number): string {
    const text = this.#match(NUMBER, at) ?? '';
    const next = this.#match(WORD, at + text.length);
    if (next !== undefined || !/\d/.test(text)) throw this.#error(`bad number syntax: ${JSON.stringify(text + (next?.[0] ?? ''))}`, at);
    return text;
  }

  #match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0];
  }

  #error(message: string, at: number): TemplateError {
    const place = placeOf(this.#text, at);
    return new TemplateError(`template: ${this.#name}:${place.line}: ${message}`, place);
  }
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\r\n'.includes(text[end - 1])) end--;
  return text.slice(0, end);
}

/** As Go's `%#U`: `U+0026 '&'`. */
function shownCharacter(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
}
