/**
 * Sprig's functions on regular expressions, which are Go's (RE2). Patterns stand in templates, so there are few of them: those that were
 * used last are kept compiled.
 */
import { RE2JSException } from 're2js';
import { GoRegexp } from '../../go-text/regexp.ts';
import { CallError } from '../errors.ts';
import { boundedJoin, expectItems } from '../limits.ts';
import { fn, type GoFunction } from '../values/function.ts';
import { texts } from '../values/value.ts';

const MAX_KEPT = 100;

/** Compiles patterns, and remembers them. Throws `CallError` for one that can't be read. */
class Expressions {
  readonly #kept = new Map<string, GoRegexp>();

  get(pattern: string): GoRegexp {
    const known = this.#kept.get(pattern);
    if (known !== undefined) return known;
    const expression = compile(pattern);
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(pattern, expression);
    return expression;
  }
}

function compile(pattern: string): GoRegexp {
  try {
    return new GoRegexp(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) throw new CallError(error.message);
    throw error;
  }
}

/** With their twins, which have `must` before the name and are the same here: a pattern that can't be read is an error. */
export function regexps(): Readonly<Record<string, GoFunction>> {
  const expressions = new Expressions();
  const twins: Record<string, GoFunction> = {
    regexFind: fn(['string', 'string'], (pattern, text) => found(expressions.get(pattern), text, 1).at(0) ?? ''),
    regexFindAll: fn(['string', 'string', 'int'], (pattern, text, most) => texts(found(expressions.get(pattern), text, most))),
    regexMatch: fn(['string', 'string'], (pattern, text) => expressions.get(pattern).test(text)),
    regexReplaceAll: fn(['string', 'string', 'string'], (pattern, text, by) => {
      const expression = expressions.get(pattern);
      return boundedJoin([expression.replaceAll(text, expression.replacement(by)) ?? text], '');
    }),
    regexReplaceAllLiteral: fn(['string', 'string', 'string'], (pattern, text, by) => {
      return boundedJoin([expressions.get(pattern).replaceAll(text, [by]) ?? text], '');
    }),
    regexSplit: fn(['string', 'string', 'int'], (pattern, text, most) => texts(parted(expressions.get(pattern), text, most))),
  };
  return {
    ...twins,
    ...Object.fromEntries(Object.entries(twins).map(([name, twin]) => [`must${name[0].toUpperCase()}${name.slice(1)}`, twin])),
    regexQuoteMeta: fn(['string'], (text) => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  };
}

/** The texts that match, no more than `most` of them unless it is below 0. */
function found(expression: GoRegexp, text: string, most: number): string[] {
  const parts: string[] = [];
  for (const [from, to] of expression.matches(text)) {
    if (parts.length === most) break;
    parts.push(text.slice(from, to));
    expectItems(parts.length);
  }
  return parts;
}

/** What stands between the matches; the last part has the rest where there are `most` of them. An empty match at the beginning parts nothing. */
function parted(expression: GoRegexp, text: string, most: number): string[] {
  if (most === 0) return [];
  if (text === '') return [''];
  const parts: string[] = [];
  let at = 0;
  let end = 0;
  for (const [from, to] of expression.matches(text)) {
    if (most > 0 && parts.length === most - 1) break;
    end = from;
    if (to !== 0) parts.push(text.slice(at, end));
    at = to;
    expectItems(parts.length);
  }
  if (end !== text.length) parts.push(text.slice(at));
  return parts;
}
