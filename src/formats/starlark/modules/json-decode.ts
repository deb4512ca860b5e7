import { safeInteger } from '../../../metric/number-text.ts';
import { EvalError } from '../errors.ts';
import { spend } from '../meter.ts';
import { Dict } from '../values/dict.ts';
import { Float } from '../values/float.ts';
import { List } from '../values/sequence.ts';
import { byteLength } from '../values/text.ts';
import type { Value } from '../values/value.ts';
import { typeOf } from '../values/value.ts';

/** Deeper documents are refused before they fill the stack. */
const MAX_DEPTH = 500;

const WORDS: readonly (readonly [string, Value])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
];

/** What a JSON text says: whole numbers are ints, objects are dicts in their order. Of one that is none `fallback`, or it throws. */
export function decodeJson(json: string, fallback: Value | undefined): Value {
  try {
    return new Reader(json).document();
  } catch (error) {
    if (fallback !== undefined && error instanceof EvalError && !error.isFinal) return fallback;
    throw error;
  }
}

/** Not `JSON.parse`: that forgets which numbers have a point, and the order of keys that are numbers. */
class Reader {
  readonly #json: string;
  #at = 0;
  #depth = 0;

  constructor(json: string) {
    this.#json = json;
  }

  document(): Value {
    const value = this.#value();
    this.#skipBlanks();
    if (this.#at < this.#json.length) this.#fail(`unexpected character ${this.#shown()} after value`);
    return value;
  }

  #value(): Value {
    spend(1);
    const char = this.#next();
    if (char === '"') return this.#string();
    if (char === '[') return this.#nested(() => this.#array());
    if (char === '{') return this.#nested(() => this.#object());
    if (/[-\d]/.test(char)) return this.#number();
    const word = WORDS.find(([text]) => this.#json.startsWith(text, this.#at));
    if (word === undefined) return this.#fail(`unexpected character ${this.#shown()}`);
    this.#at += word[0].length;
    return word[1];
  }

  #array(): List {
    const elements: Value[] = [];
    this.#at++;
    if (this.#next() === ']') {
      this.#at++;
      return new List(elements);
    }
    do elements.push(this.#value());
    while (this.#goesOn(']', ''));
    return new List(elements);
  }

  #object(): Dict {
    const dict = new Dict();
    this.#at++;
    if (this.#next() === '}') {
      this.#at++;
      return dict;
    }
    do {
      const key = this.#value();
      if (typeof key !== 'string') this.#fail(`got ${typeOf(key)} for object key, want string`);
      if (this.#next() !== ':') this.#fail(`after object key, got ${this.#shown()}, want ':' `);
      this.#at++;
      dict.assign(key, this.#value());
    } while (this.#goesOn('}', 'in object, '));
    return dict;
  }

  /** Whether a comma follows, and so another element; otherwise it is the end. */
  #goesOn(end: string, where: string): boolean {
    const char = this.#next();
    if (char !== ',' && char !== end) this.#fail(`${where}got ${this.#shown()}, want ',' or '${end}'`);
    this.#at++;
    return char === ',';
  }

  #string(): string {
    const match = /"(?:[^"\\]|\\[^])*"/y;
    match.lastIndex = this.#at;
    const literal = match.exec(this.#json)?.[0];
    if (literal === undefined) return this.#fail('unclosed string literal');
    this.#at += literal.length;
    if (/^[^\\\0-\x1f]*$/.test(literal)) return literal.slice(1, -1);
    try {
      return (JSON.parse(literal) as string).toWellFormed();
    } catch {
      return this.#fail('invalid string literal');
    }
  }

  #number(): Value {
    const match = /-?[\d.eE+-]*/y;
    match.lastIndex = this.#at;
    const text = match.exec(this.#json)?.[0] ?? '';
    this.#at += text.length;
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?$/.test(text)) return this.#fail(`invalid number: ${text}`);
    if (/^-?\d+$/.test(text)) return safeInteger(BigInt(text));
    const value = Number(text);
    return Number.isFinite(value) ? new Float(value) : this.#fail(`invalid number: ${text}`);
  }

  #nested<Result>(read: () => Result): Result {
    if (++this.#depth > MAX_DEPTH) this.#fail('nested too deeply');
    const result = read();
    this.#depth--;
    return result;
  }

  /** The next character that is no blank. */
  #next(): string {
    this.#skipBlanks();
    if (this.#at >= this.#json.length) this.#fail('unexpected end of file');
    return this.#json[this.#at];
  }

  #skipBlanks(): void {
    while (' \t\n\r'.includes(this.#json[this.#at] ?? 'x')) this.#at++;
  }

  #shown(): string {
    return `'${String.fromCodePoint(this.#json.codePointAt(this.#at) ?? 0)}'`;
  }

  #fail(message: string): never {
    throw new EvalError(`json.decode: at offset ${byteLength(this.#json.slice(0, this.#at))}, ${message}`);
  }
}
