/**
 * Environment variables in texts, as Telegraf substitutes them (compose-go's templates): `$NAME`, `${NAME}`,
 * `${NAME:-default}` (unset or empty), `${NAME-default}` (unset), `${NAME:?message}`, `${NAME?message}`, `${NAME:+instead}`,
 * `${NAME+instead}`, all of them nested, and `$$` for one dollar. An unknown variable without a default stays as written, and
 * so does what is no variable (`${1}` of a replacement). What a variable holds is not looked at again.
 */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expanded {
  readonly text: string;
  /** Names that are not set and had no default: left as written. */
  readonly unknown: readonly string[];
  /** `${NAME:?message}` with NAME not set. */
  readonly missing: readonly { readonly name: string; readonly message: string }[];
}

const NAME = /[A-Za-z_]\w*/y;
const OPERATOR = /:?[-+?]/y;

/** `old`: as Telegraf before 1.27, where `$$` is two dollars like any others. */
export type VariableSyntax = 'compose' | 'old';

/** The text with its variables substituted. */
export function expandVariables(text: string, env: Environment, syntax: VariableSyntax = 'compose'): Expanded {
  const expander = new Expander(env, syntax);
  return { text: expander.expand(text), unknown: expander.unknown, missing: expander.missing };
}

/** Whether the text is one variable and nothing else, so that its value may stand for a number or a boolean. */
export function isWholeVariable(text: string): boolean {
  if (/^\$[A-Za-z_]\w*$/.test(text)) return true;
  return /^\$\{[A-Za-z_]/.test(text) && closingBrace(text, 1) === text.length - 1;
}

class Expander {
  readonly unknown: string[] = [];
  readonly missing: { name: string; message: string }[] = [];
  readonly #env: Environment;
  readonly #syntax: VariableSyntax;

  constructor(env: Environment, syntax: VariableSyntax) {
    this.#env = env;
    this.#syntax = syntax;
  }

  expand(text: string): string {
    let result = '';
    let at = 0;
    for (let dollar = text.indexOf('$'); dollar !== -1; dollar = text.indexOf('$', at)) {
      result += text.slice(at, dollar);
      const { value, end } = this.#variable(text, dollar);
      result += value;
      at = end;
    }
    return result + text.slice(at);
  }

  /** What the dollar at `start` begins, and where that ends. */
  #variable(text: string, start: number): { value: string; end: number } {
    const next = text[start + 1];
    if (next === '$' && this.#syntax === 'compose') return { value: '$', end: start + 2 };
    if (next === '{') {
      const close = closingBrace(text, start + 1);
      const value = close === -1 ? undefined : this.#braced(text.slice(start + 2, close));
      return value === undefined ? { value: '${', end: start + 2 } : { value, end: close + 1 };
    }
    const name = matchAt(NAME, text, start + 1);
    if (name === undefined) return { value: '$', end: start + 1 };
    return { value: this.#plain(name, `$${name}`), end: start + 1 + name.length };
  }

  #plain(name: string, written: string): string {
    const value = this.#lookUp(name);
    if (value === undefined) this.unknown.push(name);
    return value ?? written;
  }

  /** `NAME`, or `NAME:-default` and the like; undefined when it is none of these. */
  #braced(body: string): string | undefined {
    const name = matchAt(NAME, body, 0);
    if (name === undefined) return undefined;
    if (name.length === body.length) return this.#plain(name, `\${${body}}`);
    const operator = matchAt(OPERATOR, body, name.length);
    if (operator === undefined) return undefined;
    const argument = body.slice(name.length + operator.length);
    const value = this.#lookUp(name);
    const has = value !== undefined && !(operator.startsWith(':') && value === '');
    if (operator.endsWith('+')) return has ? this.expand(argument) : '';
    if (has) return value;
    if (operator.endsWith('-')) return this.expand(argument);
    this.missing.push({ name, message: this.expand(argument) });
    return '';
  }

  #lookUp(name: string): string | undefined {
    return Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
  }
}

/** The index of the brace that closes the one at `open`, counting those in between; -1 when there is none. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
