/**
 * Lists of globs as Telegraf's filters have them. Tag values are hostile and patterns may hold many stars, so matching walks
 * the text once per part of the pattern with the set of all positions reached so far: no backtracking, never more than
 * length of the text times length of the pattern.
 */
import { parseGlob, type GlobNode, type GlobSequence } from './glob-syntax.ts';

export type Matcher = (text: string) => boolean;

/** Positions in a text: `reached[i]` is 1 when what came before may end just before character `i`. */
type Positions = Uint8Array<ArrayBuffer>;

/**
 * Whether a text matches one of the patterns, as a whole and case-sensitive. As in Telegraf a list is compared literally,
 * backslashes and braces included, unless one of its entries has `*`, `?` or `[` or there are separators: then all of them are
 * globs. An empty list matches nothing. `separators` are the characters that `*` and `?` stop at. Throws `GlobError` for a
 * pattern that can't be read.
 */
export function compileGlobs(patterns: readonly string[], separators = ''): Matcher {
  if (patterns.length === 0) return () => false;
  if (separators === '' && !patterns.some((pattern) => /[*?[]/.test(pattern))) {
    const literals = new Set(patterns);
    return (text) => literals.has(text);
  }
  // Telegraf joins the list in just this way, so a comma inside of an entry separates too, if there are several entries.
  const pattern = patterns.length === 1 ? patterns[0] : `{${patterns.join(',')}}`;
  return compileGlob(pattern, new Set(separators));
}

function compileGlob(pattern: string, separators: ReadonlySet<string>): Matcher {
  const sequence = parseGlob(pattern, separators);
  return (text) => {
    const chars = [...text];
    const start: Positions = new Uint8Array(chars.length + 1);
    start[0] = 1;
    return walk(sequence, chars, start, separators)[chars.length] === 1;
  };
}

/** The positions reached when all nodes of the sequence have matched, from any of `from`. */
function walk(sequence: GlobSequence, text: readonly string[], from: Positions, separators: ReadonlySet<string>): Positions {
  let reached = from;
  for (const node of sequence) reached = step(node, text, reached, separators);
  return reached;
}

function step(node: GlobNode, text: readonly string[], from: Positions, separators: ReadonlySet<string>): Positions {
  switch (node.type) {
    case 'text':
      return shift(from, node.chars.length, (at) => startsAt(text, node.chars, at));
    case 'one':
      return shift(from, 1, (at) => at < text.length && node.matches(text[at]));
    case 'run':
      return spread(from, (at) => !node.stops || !separators.has(text[at]));
    case 'alternatives':
      return union(
        node.branches.map((branch) => walk(branch, text, from, separators)),
        from.length,
      );
    case 'affixes':
      return affixes(node.prefix, node.suffix, text, from);
  }
}

/** From each position where `matches`, `length` characters on. */
function shift(from: Positions, length: number, matches: (at: number) => boolean): Positions {
  const reached: Positions = new Uint8Array(from.length);
  for (let at = 0; at + length < from.length; at++) {
    if (from[at] === 1 && matches(at)) reached[at + length] = 1;
  }
  return reached;
}

/** From each position as far as characters `match`, none included. */
function spread(from: Positions, matches: (at: number) => boolean): Positions {
  const reached = from.slice();
  for (let at = 0; at + 1 < from.length; at++) {
    if (reached[at] === 1 && matches(at)) reached[at + 1] = 1;
  }
  return reached;
}

function union(all: readonly Positions[], length: number): Positions {
  const reached: Positions = new Uint8Array(length);
  for (const one of all) {
    for (let at = 0; at < length; at++) reached[at] |= one[at];
  }
  return reached;
}

/** Where a piece with this prefix and this suffix, which may overlap, can end. */
function affixes(prefix: readonly string[], suffix: readonly string[], text: readonly string[], from: Positions): Positions {
  const started = shift(from, Math.max(prefix.length, suffix.length), (at) => startsAt(text, prefix, at));
  const reached = spread(started, () => true);
  for (let end = 0; end < reached.length; end++) {
    if (reached[end] === 1 && !startsAt(text, suffix, end - suffix.length)) reached[end] = 0;
  }
  return reached;
}

function startsAt(text: readonly string[], part: readonly string[], at: number): boolean {
  return at >= 0 && at + part.length <= text.length && part.every((char, index) => text[at + index] === char);
}
