import { ConfigError } from '../../../config/diagnostics.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import type { Matcher } from '../../../pipeline/glob.ts';
import { compileRegexpOption } from '../../shared/regexp-option.ts';
import { remembering } from './remember.ts';

export interface RuleOptions {
  readonly key: string;
  readonly pattern: string;
  readonly replacement: string;
  readonly result_key: string;
  readonly append: boolean;
}

/** A rule for the values of tags or fields. */
export interface ValueRule {
  readonly matchesKey: Matcher;
  readonly append: boolean;
  /** Whether the pattern's named groups are the results. */
  readonly isNamed: boolean;
  /** Where the results go for a key. */
  targets(key: string): readonly string[];
  /** A result for each target, undefined where there is none for it; undefined where the pattern does not match. */
  results(text: string): readonly (string | undefined)[] | undefined;
}

/** A rule for names. */
export interface NameRule {
  /** Undefined where the pattern does not match. */
  newName(name: string): string | undefined;
  /** Whether a name that is taken is overwritten; else both stay. */
  readonly overwrites: boolean;
}

/** The rule `options`, which is the `index`th of its section. Throws `ConfigError` for a pattern or a glob that can't be read, and without a key. */
export function compileValueRule(section: 'tags' | 'fields', options: RuleOptions, index: number): ValueRule {
  const { key, pattern, replacement: template, result_key: resultKey, append } = options;
  const expression = compileRegexpOption([section, index, 'pattern'], pattern);
  if (key === '') {
    throw new ConfigError(`'${section}' key required: the key, or a glob of the keys, of the values to search`, [section, index]);
  }
  const isNamed = leavesOpen(options) && expression.groupNames.length > 0 && !expression.groupNames.includes('');
  const replacement = expression.replacement(template);
  const replaced = (text: string) => {
    const result = expression.replaceAll(text, replacement);
    return result === undefined ? undefined : [result];
  };
  // A group that took no part, or matched nothing, is no result.
  const named = (text: string) => expression.groups(text)?.map((group) => group || undefined);
  return {
    matchesKey: compileGlobOption([section, index, 'key'], [key]),
    append,
    isNamed,
    targets: (own) => (isNamed ? expression.groupNames : [resultKey === '' ? own : resultKey]),
    results: remembering(isNamed ? named : replaced),
  };
}

/** Whether a rule says nothing about what its matches become, and its groups, not all of them named, do not either: they are taken out. */
export function takesOut(rule: ValueRule, options: RuleOptions): boolean {
  return leavesOpen(options) && !rule.isNamed;
}

function leavesOpen({ replacement, result_key: resultKey }: RuleOptions): boolean {
  return replacement === '' && resultKey === '';
}

/** The rule `options`, which is the `index`th of its section. Throws `ConfigError` for a pattern that can't be read. */
export function compileNameRule(
  section: 'tag_rename' | 'field_rename' | 'metric_rename',
  options: Pick<RuleOptions, 'pattern' | 'replacement' | 'result_key'>,
  index: number,
): NameRule {
  const expression = compileRegexpOption([section, index, 'pattern'], options.pattern);
  const replacement = expression.replacement(options.replacement);
  return { newName: (name) => expression.replaceAll(name, replacement), overwrites: options.result_key === 'overwrite' };
}

/**
 * The entries under the names that the rules give them, one rule after the other. A name that would become empty stays. Names that are
 * free are given at once; those that are taken afterwards, where the rule says so, and else not at all.
 */
export function renamed<Value>(entries: ReadonlyMap<string, Value>, rules: readonly NameRule[]): Map<string, Value> {
  return rules.reduce((map, rule) => renamedBy(rule, map), new Map(entries));
}

function renamedBy<Value>(rule: NameRule, entries: ReadonlyMap<string, Value>): Map<string, Value> {
  const taken = new Set(entries.keys());
  const overwriting: [from: string, to: string][] = [];
  const result = new Map<string, Value>();
  for (const [name, value] of entries) {
    const wanted = rule.newName(name) || name;
    const isFree = !taken.has(wanted);
    if (isFree) taken.add(wanted).delete(name);
    else if (wanted !== name && rule.overwrites) overwriting.push([name, wanted]);
    result.set(isFree ? wanted : name, value);
  }
  for (const [from, to] of overwriting) move(result, from, to);
  return result;
}

function move<Value>(map: Map<string, Value>, from: string, to: string): void {
  const value = map.get(from);
  if (value === undefined) return;
  map.set(to, value);
  map.delete(from);
}
