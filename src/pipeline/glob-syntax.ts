/**
 * Reads Telegraf's globs, which are those of gobwas/glob 0.2.3: `*`, `**`, `?`, `[abc]`, `[a-z]`, `[!…]`, `{a,b}`, `\`.
 * Its reader has habits that configurations rely on, so they are kept: a class is one list or one range and nothing else,
 * `[^a-z]` is the list `^ a - z`, a brace left open is closed by the end, and braces and commas outside of braces are text.
 */

/** What one part of a pattern matches; a text is a list of code points. */
export type GlobNode =
  | { readonly type: 'text'; readonly chars: readonly string[] }
  /** Any run of characters; with `stops`, none of the separators. */
  | { readonly type: 'run'; readonly stops: boolean }
  /** One character. */
  | { readonly type: 'one'; readonly matches: (char: string) => boolean }
  | { readonly type: 'alternatives'; readonly branches: readonly GlobSequence[] }
  /** `prefix*suffix`: both are there, and may overlap. See `joinAffixes`. */
  | { readonly type: 'affixes'; readonly prefix: readonly string[]; readonly suffix: readonly string[] };

export type GlobSequence = readonly GlobNode[];

/** A pattern that can't be read; the message says why. */
export class GlobError extends Error {
  override readonly name = 'GlobError';
}

/** The parts of a pattern. `separators` are the characters that `*` and `?` don't match. Throws `GlobError`. */
export function parseGlob(pattern: string, separators: ReadonlySet<string>): GlobSequence {
  return new GlobParser(pattern, separators).parse();
}

class GlobParser {
  readonly #pattern: string;
  readonly #chars: readonly string[];
  readonly #separators: ReadonlySet<string>;
  #at = 0;

  constructor(pattern: string, separators: ReadonlySet<string>) {
    this.#pattern = pattern;
    this.#chars = [...pattern];
    this.#separators = separators;
  }

  parse(): GlobSequence {
    return this.#sequence(false);
  }

  /** Up to the end or, in braces, to the comma or brace that ends this alternative, which is left to be read. */
  #sequence(inBraces: boolean): GlobSequence {
    const nodes: GlobNode[] = [];
    while (this.#at < this.#chars.length) {
      const char = this.#chars[this.#at];
      if (inBraces && (char === ',' || char === '}')) break;
      nodes.push(this.#node(char, inBraces));
    }
    return joinAffixes(nodes);
  }

  #node(char: string, inBraces: boolean): GlobNode {
    switch (char) {
      case '*':
        return this.#run();
      case '?':
        this.#at++;
        return { type: 'one', matches: (one) => !this.#separators.has(one) };
      case '[':
        this.#at++;
        return this.#class();
      case '{':
        this.#at++;
        return this.#alternatives();
      default:
        return { type: 'text', chars: this.#text(inBraces ? '?*[{},' : '?*[{') };
    }
  }

  #run(): GlobNode {
    const double = this.#chars[this.#at + 1] === '*';
    this.#at += double ? 2 : 1;
    return { type: 'run', stops: !double && this.#separators.size > 0 };
  }

  #alternatives(): GlobNode {
    const branches = [this.#sequence(true)];
    while (this.#chars[this.#at] === ',') {
      this.#at++;
      branches.push(this.#sequence(true));
    }
    this.#at++;
    return { type: 'alternatives', branches };
  }

  /** Characters up to one of `breakers`; a backslash takes the meaning from the next one. */
  #text(breakers: string): string[] {
    const text: string[] = [];
    for (; this.#at < this.#chars.length; this.#at++) {
      const char = this.#chars[this.#at];
      if (char === '\\') {
        this.#at++;
        if (this.#at < this.#chars.length) text.push(this.#chars[this.#at]);
      } else if (breakers.includes(char)) {
        break;
      } else {
        text.push(char);
      }
    }
    return text;
  }

  #class(): GlobNode {
    const negated = this.#chars[this.#at] === '!';
    if (negated) this.#at++;
    const inClass = this.#chars[this.#at + 1] === '-' ? this.#range() : this.#list();
    if (this.#at >= this.#chars.length) throw this.#error('unexpected end of input: a class opened by "[" is not closed');
    if (this.#chars[this.#at] !== ']') {
      throw this.#error('expected close range character: a class is one range ([a-z]) or one list ([abc])');
    }
    this.#at++;
    return { type: 'one', matches: (char) => inClass(char) !== negated };
  }

  #range(): (char: string) => boolean {
    const low = this.#chars[this.#at];
    const high = this.#chars[this.#at + 2];
    if (high === undefined) throw this.#error('unexpected end of input: a class opened by "[" is not closed');
    const [from, to] = [codePoint(low), codePoint(high)];
    if (to < from) throw this.#error(`hi character '${high}' should be greater than lo '${low}'`);
    this.#at += 3;
    return (char) => codePoint(char) >= from && codePoint(char) <= to;
  }

  #list(): (char: string) => boolean {
    const list = new Set(this.#text(']'));
    if (list.size === 0 && this.#at < this.#chars.length) throw this.#error('could not parse range: a class is empty');
    return (char) => list.has(char);
  }

  #error(reason: string): GlobError {
    return new GlobError(`"${this.#pattern}" is no glob: ${reason} (at character ${this.#at + 1})`);
  }
}

/**
 * `prefix*suffix` matches when prefix and suffix overlap in the text: `power_*_power` matches `power_power`. That is how
 * gobwas/glob compiles this one form, measured with Telegraf; where `*` stops at separators it does not.
 */
function joinAffixes(nodes: readonly GlobNode[]): GlobSequence {
  const [prefix, run, suffix] = nodes;
  if (nodes.length !== 3 || prefix.type !== 'text' || run.type !== 'run' || run.stops || suffix.type !== 'text') return nodes;
  return [{ type: 'affixes', prefix: prefix.chars, suffix: suffix.chars }];
}

function codePoint(char: string): number {
  return char.codePointAt(0) ?? 0;
}
