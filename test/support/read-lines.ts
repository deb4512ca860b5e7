/**
 * A reader of line protocol that shares nothing with the one under test: slow, strict about kinds, and made only to compare
 * what two programs wrote. Text is kept as Latin-1, so that bytes compare as bytes.
 */
export interface ReadLine {
  /** Measurement and tags as written, tags sorted. */
  readonly series: string;
  /** Values by field name, in the order of names, with their kind: `float 1.5`, `int 3`, `string a"b`. */
  readonly fields: Readonly<Record<string, string>>;
  /** Nanoseconds; undefined when the line has none. */
  readonly time: bigint | undefined;
}

/** All lines of a file. Throws for what is no line protocol. */
export function readLines(bytes: Buffer): ReadLine[] {
  const reader = new Reader(bytes.toString('latin1'));
  const lines: ReadLine[] = [];
  while (!reader.isAtEnd()) lines.push(reader.line());
  return lines;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  line(): ReadLine {
    const [measurement, ...tags] = splitUnescaped(this.#until(' '), ',');
    const fields = new Map<string, string>();
    do {
      this.#at++;
      const name = unescape(this.#until('='));
      this.#at++;
      fields.set(name, this.#text[this.#at] === '"' ? this.#string() : number(this.#until(', \n')));
    } while (this.#text[this.#at] === ',');
    const time = this.#text[this.#at] === ' ' ? BigInt(this.#until('\n').slice(1)) : undefined;
    if (this.#text[this.#at] !== '\n') {
      throw new Error(`expected the end of a line at byte ${this.#at}: ${this.#text.slice(this.#at, this.#at + 40)}`);
    }
    this.#at++;
    const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
    return { series: [measurement, ...tags.sort()].join(','), fields: Object.fromEntries(sorted), time };
  }

  /** Up to one of `ends` that no backslash precedes, which is left to be read. */
  #until(ends: string): string {
    const from = this.#at;
    while (!this.isAtEnd() && (this.#at === from || !ends.includes(this.#text[this.#at]))) {
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    }
    return this.#text.slice(from, this.#at);
  }

  #string(): string {
    let value = '';
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      if (this.isAtEnd()) throw new Error('a string is not closed');
      if (this.#text[this.#at] === '\\' && '"\\'.includes(this.#text[this.#at + 1])) this.#at++;
      value += this.#text[this.#at];
    }
    this.#at++;
    return `string ${value}`;
  }
}

function number(text: string): string {
  if (/^(t|T|true|True|TRUE)$/.test(text)) return 'bool true';
  if (/^(f|F|false|False|FALSE)$/.test(text)) return 'bool false';
  if (/^-?\d+i$/.test(text)) return `int ${BigInt(text.slice(0, -1))}`;
  if (/^\d+u$/.test(text)) return `uint ${BigInt(text.slice(0, -1))}`;
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new Error(`"${text}" is no value in line protocol`);
  return `float ${Object.is(Number(text), -0) ? '-0' : Number(text)}`;
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === separator) parts.push('');
    else parts[parts.length - 1] += text[at] === '\\' ? text.slice(at, ++at + 1) : text[at];
  }
  return parts;
}

function unescape(text: string): string {
  return text.replaceAll(/\\([,= ])/g, '$1');
}
