/**
 * Regular expressions as Go's package `regexp` has them (RE2), by re2js: in time linear in the text whatever the pattern, since texts
 * come from outside. Replacements are Go's too: `$1`, `${1}x`, `${name}`, and `$$` for a dollar.
 */
import { RE2JS } from 're2js';

/** What stands for a match: texts, and numbers of groups. */
type Part = string | number;
export type Replacement = readonly Part[];

/** Where a group matched, or -1. */
interface Match {
  start(group: number): number;
  end(group: number): number;
}

export class GoRegexp {
  /** Names of the groups in order, empty for those without one. */
  readonly groupNames: readonly string[];
  readonly #expression: RE2JS;

  /** Throws an error that says what is wrong with the pattern, and where, in Go's words. */
  constructor(pattern: string) {
    this.#expression = RE2JS.compile(pattern);
    const names = new Map(Object.entries(this.#expression.namedGroups()).map(([name, group]) => [group, name]));
    this.groupNames = Array.from({ length: this.#expression.groupCount() }, (_, index) => names.get(index + 1) ?? '');
  }

  /** A replacement in Go's notation. Groups that there are not are empty: `$1x` is the group of the name `1x`. */
  replacement(template: string): Replacement {
    const parts: Part[] = [];
    let from = 0;
    for (const match of template.matchAll(/\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu)) {
      parts.push(template.slice(from, match.index), this.#reference(match[1] ?? match[2]));
      from = match.index + match[0].length;
    }
    return [...parts, template.slice(from)].filter((part) => part !== '');
  }

  #reference(name: string | undefined): Part {
    if (name === undefined) return '$';
    const group = /^(?:0|[1-9]\d*)$/.test(name) ? Number(name) : this.groupNames.indexOf(name) + 1;
    const isThere = group <= this.groupNames.length && (group > 0 || name === '0');
    return isThere ? group : '';
  }

  /** The text with every match replaced; undefined where nothing matches. */
  replaceAll(text: string, replacement: Replacement): string | undefined {
    if (!this.#expression.test(text)) return undefined;
    const matcher = this.#expression.matcher(text);
    let replaced = '';
    let from = 0;
    while (matcher.find()) {
      replaced += text.slice(from, matcher.start(0));
      // As in Go, an empty match right after another one does not count.
      if (matcher.end(0) > from || matcher.start(0) === 0) replaced += filledIn(replacement, text, matcher);
      from = matcher.end(0);
    }
    return replaced + text.slice(from);
  }

  /** Whether it matches anywhere. */
  test(text: string): boolean {
    return this.#expression.test(text);
  }

  /** Where it matches, from the first on, none inside another. As in Go, an empty match right after another one does not count. */
  *matches(text: string): Generator<readonly [from: number, to: number]> {
    const matcher = this.#expression.matcher(text);
    let end = -1;
    while (matcher.find()) {
      const [from, to] = [matcher.start(0), matcher.end(0)];
      if (to > from || from !== end) yield [from, to];
      end = to;
    }
  }

  /** What the groups of the first match hold, empty for those that took no part; undefined where nothing matches. */
  groups(text: string): string[] | undefined {
    const matcher = this.#expression.matcher(text);
    if (!matcher.find()) return undefined;
    return this.groupNames.map((_, index) => groupText(text, matcher, index + 1));
  }
}

function filledIn(replacement: Replacement, text: string, match: Match): string {
  return replacement.map((part) => (typeof part === 'string' ? part : groupText(text, match, part))).join('');
}

function groupText(text: string, match: Match, group: number): string {
  const start = match.start(group);
  return start < 0 ? '' : text.slice(start, match.end(group));
}
