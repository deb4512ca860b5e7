/** Which services a process belongs to, by the rules of the configuration. */
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import type { Matcher } from '../../../pipeline/glob.ts';
import type { ServiceRule } from './config.ts';

export type Labels = ReadonlyMap<string, string>;

/** The label of a process that this house adds: the systemd unit. */
export const UNIT = 'systemd_unit';

/**
 * What a regular expression looks at: behind a long class path of Java, too. One such as `java.*xwiki` takes the square of the length,
 * and anybody who may start a process may give it a command line of megabytes.
 */
const MAX_CMDLINE = 16_384;

/** The service of a process by one rule, or undefined. */
type Rule = (labels: Labels) => string | undefined;

/** The value of one condition that holds, which can name the service; undefined when it does not hold. */
type Condition = (labels: Labels) => string | undefined;

/** Names of the services that a process belongs to, without repeats. */
export type FindServices = (labels: Labels) => readonly string[];

/** Throws `ConfigError` for a glob that can't be read. */
export function compileServices(rules: readonly ServiceRule[]): FindServices {
  const compiled = rules.map(compileRule);
  return (labels) => [...new Set(compiled.map((rule) => rule(labels)).filter((name) => name !== undefined))];
}

function compileRule(rule: ServiceRule, index: number): Rule {
  const conditions = conditionsOf(rule, index);
  const cmdline = rule.cmdline === undefined ? undefined : RegExp(rule.cmdline, 'u');
  return (labels) => {
    if (cmdline !== undefined && !cmdline.test(labels.get('cmdline')?.slice(0, MAX_CMDLINE) ?? '')) return undefined;
    const values = conditions.map((condition) => condition(labels));
    return values.includes(undefined) ? undefined : (rule.name ?? values[0]);
  };
}

/** In the order in which they name a service that has no name of its own. */
function conditionsOf({ unit, container, vm, exe }: ServiceRule, index: number): Condition[] {
  const conditions: Condition[] = [];
  const add = (option: string, glob: string | undefined, values: (labels: Labels) => readonly (string | undefined)[]): void => {
    if (glob === undefined) return;
    const matches: Matcher = compileGlobOption(['services', String(index), option], [glob]);
    conditions.push((labels) => values(labels).find((value) => value !== undefined && value !== '' && matches(value)));
  };
  add('unit', unit, (labels) => [labels.get(UNIT)]);
  add('container', container, (labels) => [labels.get('container_names'), labels.get('container_id')]);
  add('vm', vm, (labels) => [labels.get('vmname')]);
  add('exe', exe, (labels) => [exe?.includes('/') === true ? labels.get('exe') : lastPart(labels.get('exe'))]);
  return conditions;
}

function lastPart(path: string | undefined): string | undefined {
  return path?.slice(path.lastIndexOf('/') + 1);
}
