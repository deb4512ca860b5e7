/**
 * Paths into JSON, in the syntax of GJSON that Telegraf's `json_query` has: `host.domains.0`, `sensors.#.power`,
 * `sensors.#(name=="dram")#`, with `*` and `?` in keys, `\` before a character that is meant as such, and `|` to go on with an
 * array as a whole. Not supported: modifiers (`@…`), several paths at once (`{…}`, `[…]`) and queries within queries.
 */
import type { JsonValue } from './flatten.ts';
import { compileCondition, type Condition } from './query-condition.ts';
import { compileWildcards } from './wildcards.ts';

/** What a path finds; undefined: nothing is there. */
export type JsonQuery = (value: JsonValue) => JsonValue | undefined;

/** `every`: the elements of an array (that satisfy a condition); `first`: the first that does. */
type Step =
  | { readonly type: 'key'; readonly matches: (key: string) => boolean; readonly literal: string | undefined }
  | { readonly type: 'every'; readonly condition: Condition | undefined }
  | { readonly type: 'first'; readonly condition: Condition };

/** Compiles a path. Throws an `Error` that says what can't be read. */
export function compileJsonQuery(path: string): JsonQuery {
  const stages = splitPath(path, '|').map((stage) => splitPath(stage, '.').map(parseStep));
  return (value) => {
    let found: JsonValue | undefined = value;
    for (const steps of stages) {
      if (found === undefined) return undefined;
      found = follow(found, steps);
    }
    return found;
  };
}

function follow(value: JsonValue, [step, ...rest]: readonly Step[]): JsonValue | undefined {
  if (step === undefined) return value;
  if (step.type === 'key') {
    const child = childOf(value, step);
    return child === undefined ? undefined : follow(child, rest);
  }
  if (!Array.isArray(value)) return undefined;
  const elements = value as readonly JsonValue[];
  const { condition } = step;
  if (step.type === 'first') {
    const first = elements.find(step.condition);
    return first === undefined ? undefined : follow(first, rest);
  }
  // Alone at the end, `#` is how many there are.
  if (condition === undefined && rest.length === 0) return elements.length;
  const chosen = condition === undefined ? elements : elements.filter(condition);
  return chosen.map((element) => follow(element, rest)).filter((found) => found !== undefined);
}

function childOf(value: JsonValue, step: Extract<Step, { type: 'key' }>): JsonValue | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const children = value as Readonly<Record<string, JsonValue>>;
  const key = step.literal ?? Object.keys(children).find(step.matches);
  // Not what an object inherits: `constructor` is a key like any other.
  return key !== undefined && Object.hasOwn(children, key) && (!Array.isArray(value) || key !== 'length') ? children[key] : undefined;
}

function parseStep(text: string): Step {
  if (text === '') throw new Error('two separators follow each other, or one stands at an end');
  if (/^[@{[]/.test(text)) throw new Error(`"${text}" is not supported: neither modifiers nor several paths are`);
  if (text === '#') return { type: 'every', condition: undefined };
  const condition = /^#\((.*)\)(#?)$/s.exec(text);
  if (condition !== null) {
    const [, test, every] = condition;
    return { type: every === '#' ? 'every' : 'first', condition: compileCondition(test, compileJsonQuery) };
  }
  if (text.startsWith('#')) throw new Error(`"${text}" is neither "#" nor "#(…)" nor "#(…)#"`);
  const plain = text.replaceAll(/\\(.)/gs, '$1');
  if (!/(?<!\\)[*?]/.test(text)) return { type: 'key', matches: (key) => key === plain, literal: plain };
  return { type: 'key', matches: compileWildcards(text), literal: undefined };
}

/** The parts between separators that stand neither in parentheses nor in quotes nor after a backslash. */
function splitPath(path: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < path.length; at++) {
    const char = path[at];
    if (char === '\\') {
      part += char + (path[++at] ?? '');
    } else if (char === separator && depth === 0 && !quoted) {
      parts.push(part);
      part = '';
    } else {
      if (char === '"' && depth > 0) quoted = !quoted;
      if (!quoted && char === '(') depth++;
      if (!quoted && char === ')') depth--;
      part += char;
    }
  }
  if (depth !== 0 || quoted) throw new Error('a parenthesis or a quote is not closed');
  return [...parts, part];
}
