/**
 * What the guest says, checked: a script may have bent the prototypes that the guest's own code relies on, and then its words can be
 * anything.
 */
import { Kind } from '../../../metric/kind.ts';
import type { Shape } from '../../../metric/shape.ts';
import { SandboxError } from './sandbox.ts';

/** A value as it is told: an integer, or a float that JSON has no number for, is a text. */
export type Told = number | string | boolean;

/** A metric in full; undefined is a name or are tags that stayed as they were. */
export interface ToldMetric {
  readonly name: string | undefined;
  readonly time: string;
  readonly tags: readonly (readonly [key: string, value: string])[] | undefined;
  readonly fields: readonly (readonly [name: string, kind: Kind, value: Told])[];
}

const INTEGER = /^-?\d{1,20}$/;
const FLOAT_TEXTS = new Set(['NaN', 'Infinity', '-Infinity', '-0']);

/** The time and the values of the shape that came. */
export function toldValues(json: string, { fields }: Shape): readonly Told[] {
  const values = parse(json);
  if (!Array.isArray(values) || values.length !== fields.length + 1) throw notUnderstood();
  values.forEach((value: unknown, index) => {
    const kind = index === 0 ? Kind.Int : fields[index - 1].kind;
    if (!isTold(kind, value)) throw notUnderstood();
  });
  return values as Told[];
}

/** Metrics in full. */
export function toldMetrics(json: string): readonly ToldMetric[] {
  const metrics = parse(json);
  if (!Array.isArray(metrics)) throw notUnderstood();
  return metrics.map(toMetric);
}

function toMetric(told: unknown): ToldMetric {
  if (!Array.isArray(told) || told.length !== 4) throw notUnderstood();
  const [name, time, tags, fields] = told as unknown[];
  if ((name !== 0 && typeof name !== 'string') || !isTold(Kind.Int, time)) throw notUnderstood();
  if (tags !== 0 && !(Array.isArray(tags) && tags.every(isTag))) throw notUnderstood();
  if (!Array.isArray(fields) || !fields.every(isField)) throw notUnderstood();
  return { name: name === 0 ? undefined : name, time: time as string, tags: tags === 0 ? undefined : tags, fields };
}

function isTag(told: unknown): told is [string, string] {
  return Array.isArray(told) && told.length === 2 && typeof told[0] === 'string' && typeof told[1] === 'string';
}

function isField(told: unknown): told is [string, Kind, Told] {
  return Array.isArray(told) && told.length === 3 && typeof told[0] === 'string' && isTold(told[1], told[2]);
}

function isTold(kind: unknown, value: unknown): boolean {
  switch (kind) {
    case Kind.Float:
      return typeof value === 'number' || FLOAT_TEXTS.has(String(value));
    case Kind.Int:
    case Kind.Uint:
      return typeof value === 'string' && INTEGER.test(value);
    case Kind.Bool:
      return typeof value === 'boolean';
    case Kind.String:
      return typeof value === 'string';
    default:
      return false;
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw notUnderstood();
  }
}

function notUnderstood(): SandboxError {
  return new SandboxError('what it made can not be understood: does it change the prototypes of Object, Array or String?', undefined);
}
