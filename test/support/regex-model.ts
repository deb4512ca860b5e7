/** What rules of `regex` make of one metric, done one by one on lists, as the descriptions of its options say it: slow and plain. */
import { GoRegexp } from '../../src/formats/go-text/regexp.ts';
import { compileGlobs } from '../../src/pipeline/glob.ts';

interface ValueRule {
  readonly key: string;
  readonly pattern: string;
  readonly replacement: string;
  readonly result_key: string;
  readonly append: boolean;
}

interface NameRule {
  readonly pattern: string;
  readonly replacement: string;
  readonly result_key: string;
}

interface Rules {
  readonly tags: readonly ValueRule[];
  readonly fields: readonly ValueRule[];
  readonly tag_rename: readonly NameRule[];
  readonly field_rename: readonly NameRule[];
  readonly metric_rename: readonly NameRule[];
}

type Entry = [key: string, value: string | number];

/** The measurement, tags and fields after all rules, sorted by key, without empty tags. */
export function regexOneByOne(
  rules: Rules,
  measurement: string,
  tags: readonly Entry[],
  fields: readonly Entry[],
): [string, [string, string][], Entry[]] {
  let newTags = tags.map(copy);
  for (const rule of rules.tags) changeValues(newTags, rule, (key) => (rule.append ? textAt(newTags, key) : ''));
  let newFields = fields.map(copy);
  const isNamed = (rule: ValueRule) => rule.replacement === '' && rule.result_key === '' && namesAll(rule.pattern);
  for (const rule of rules.fields) changeValues(newFields, rule, (key) => (rule.append && isNamed(rule) ? textAt(newTags, key) : ''));
  newTags.sort(byKey);
  for (const rule of rules.tag_rename) newTags = rename(newTags, rule);
  for (const rule of rules.field_rename) newFields = rename(newFields, rule);
  const name = rules.metric_rename.reduce((given, rule) => newName(given, rule), measurement);
  return [name, newTags.filter(([, value]) => value !== '').sort(byKey) as [string, string][], newFields.sort(byKey)];
}

function changeValues(entries: Entry[], rule: ValueRule, prefix: (key: string) => string): void {
  const matches = compileGlobs([rule.key]);
  const expression = new GoRegexp(rule.pattern);
  for (const [key] of entries.map(copy).sort(byKey)) {
    const value = entries.find(([other]) => other === key)?.[1];
    if (!matches(key) || typeof value !== 'string') continue;
    for (const [to, result] of resultsOf(expression, rule, key, value)) put(entries, to, prefix(to) + result);
  }
}

function resultsOf(expression: GoRegexp, rule: ValueRule, key: string, value: string): [string, string][] {
  const groups = expression.groups(value);
  if (groups === undefined) return [];
  if (rule.replacement === '' && rule.result_key === '' && namesAll(rule.pattern)) {
    return groups.flatMap((group, index) => (group === '' ? [] : [[expression.groupNames[index], group]]));
  }
  return [[rule.result_key || key, expression.replaceAll(value, expression.replacement(rule.replacement)) ?? value]];
}

function rename(entries: readonly Entry[], rule: NameRule): Entry[] {
  const list = entries.map(copy);
  const later: [string, string][] = [];
  for (const entry of list) {
    const name = newName(entry[0], rule);
    if (name === entry[0]) continue;
    if (!list.some(([key]) => key === name)) entry[0] = name;
    else if (rule.result_key === 'overwrite') later.push([entry[0], name]);
  }
  for (const [from, to] of later) {
    const at = list.findIndex(([key]) => key === from);
    if (at === -1) continue;
    const [, value] = list[at];
    put(list, to, value);
    list.splice(at, 1);
  }
  return list;
}

function newName(name: string, rule: NameRule): string {
  const expression = new GoRegexp(rule.pattern);
  return expression.replaceAll(name, expression.replacement(rule.replacement)) || name;
}

function namesAll(pattern: string): boolean {
  const { groupNames } = new GoRegexp(pattern);
  return groupNames.length > 0 && groupNames.every((name) => name !== '');
}

function put(entries: Entry[], key: string, value: string | number): void {
  const known = entries.find(([other]) => other === key);
  if (known === undefined) entries.push([key, value]);
  else known[1] = value;
}

function textAt(entries: readonly Entry[], key: string): string {
  return String(entries.find(([other]) => other === key)?.[1] ?? '');
}

function copy([key, value]: Entry): Entry {
  return [key, value];
}

function byKey([a]: Entry, [b]: Entry): number {
  return a < b ? -1 : Number(a > b);
}
