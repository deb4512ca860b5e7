/**
 * Telegraf's `metricpass`: a CEL expression over `name`, `tags`, `fields`, `time` and `now()` that says which metrics pass.
 * @bufbuild/cel evaluates; it has no type checker, so unknown names are found here, when the configuration is loaded.
 */
import { celEnv, celUint, isCelError, parse, plan, type CelError, type CelInput, type CelType } from '@bufbuild/cel';
import { ConfigError } from '../config/diagnostics.ts';
import type { Interner } from '../metric/interner.ts';
import { Kind, type FieldValue } from '../metric/kind.ts';
import type { Point } from '../metric/point.ts';
import type { Shape } from '../metric/shape.ts';
import { celFunctions, celTime } from './cel-functions.ts';
import { checkNames, type CelExpression } from './cel-names.ts';
import type { Clock, Log } from './plugin.ts';

const VARIABLES = ['name', 'tags', 'fields', 'time'] as const;

export interface MetricpassContext {
  readonly interner: Interner;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Whether a point passes. As in Telegraf a point for which the expression fails (a field it lacks) passes, and each one is an
 * error in the log. Throws `ConfigError` for an expression that can't be read, names what there is not, or can't be a bool.
 */
export function compileMetricpass(expression: string, context: MetricpassContext): (point: Point) => boolean {
  const environment = celEnv({ funcs: celFunctions(context.clock) });
  const parsed = parseExpression(expression);
  const { used } = checkNames(parsed.expr, VARIABLES, functionResults(environment.funcs), (reason) => invalid(expression, reason));
  const evaluate = plan(environment, parsed);
  const tagsOf = tagMaps(context.interner);
  return (point) => {
    const result = evaluate({
      name: point.series.measurement,
      tags: used.has('tags') ? tagsOf(point.shape) : null,
      fields: used.has('fields') ? fieldMap(point) : null,
      time: used.has('time') ? celTime(point.ms, point.ns) : null,
    });
    if (typeof result === 'boolean') return result;
    context.log.error(`filtering failed: ${isCelError(result) ? reasonOf(result) : 'the expression gave no boolean'}`);
    return true;
  };
}

function parseExpression(expression: string): { readonly expr: CelExpression } & ReturnType<typeof parse> {
  try {
    return parse(expression);
  } catch (error) {
    throw invalid(expression, error instanceof Error ? error.message.replace(/^<input>:/, '') : String(error));
  }
}

function invalid(expression: string, reason: string): ConfigError {
  return new ConfigError(`metricpass: "${expression}" is no valid CEL expression: ${reason}`, ['metricpass']);
}

/** The types that each function can give. */
function functionResults(functions: Iterable<{ readonly name: string; readonly result: CelType }>): Map<string, Set<string>> {
  const results = new Map<string, Set<string>>();
  for (const { name, result } of functions) {
    const known = results.get(name) ?? new Set();
    results.set(name, known.add(result.name));
  }
  return results;
}

/** Tags are the same for all points of a shape, so their map is made once. */
function tagMaps(interner: Interner): (shape: Shape) => Map<string, string> {
  const slot = interner.slot();
  return (shape) => {
    const known = shape.slots[slot] as Map<string, string> | undefined;
    if (known !== undefined) return known;
    const tags = new Map(shape.series.tags);
    shape.slots[slot] = tags;
    return tags;
  };
}

function fieldMap(point: Point): Map<string, CelInput> {
  const { fields } = point.shape;
  const { values } = point;
  const map = new Map<string, CelInput>();
  for (let index = 0; index < fields.length; index++) map.set(fields[index].key.name, celValue(fields[index].kind, values[index]));
  return map;
}

/** CEL's ints are bigints, its doubles numbers. */
function celValue(kind: Kind, value: FieldValue): CelInput {
  if (kind === Kind.Int) return BigInt(value);
  if (kind === Kind.Uint) return celUint(BigInt(value));
  return value;
}

/** The library's reasons in the words of cel-go, which Telegraf's users know. */
function reasonOf(error: CelError): string {
  return error.message
    .replace(/^field not found: /, 'no such key: ')
    .replace(/^found no matching overload for '(.*)' applied to '(.*)'$/, 'no such overload: $1 with $2');
}
