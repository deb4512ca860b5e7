/** Where the fields of a point belong on the page: Telegraf's `metric_version` 1 and 2. */
import { metricName } from '../../../formats/remote-write/names.ts';
import { Kind } from '../../../metric/kind.ts';
import type { Series } from '../../../metric/series.ts';
import type { Field } from '../../../metric/shape.ts';
import type { PageType, Part } from './page.ts';
import type { TypeOf } from './types.ts';

export interface Target {
  readonly family: string;
  readonly type: PageType;
  readonly part: Part;
}

/** Undefined for a field that has no place: a text, in version 1 a boolean, a name of which nothing legal is left. */
export type TargetOf = (series: Series, field: Field) => Target | undefined;

/** The rule of a `metric_version`; `typeOf` gives the type of a metric by its name. */
export function createTargetOf(version: 1 | 2, typeOf: TypeOf): TargetOf {
  return version === 1 ? (series, field) => targetV1(series, field, typeOf) : (series, field) => targetV2(series, field, typeOf);
}

/** Fields that are a metric's only number, and of what type it must be known to be; of `value` of any. */
const OWN_FIELDS: Readonly<Record<string, PageType | 'any'>> = { value: 'any', counter: 'counter', gauge: 'gauge' };

function targetV1({ measurement }: Series, { key: { name: field }, kind }: Field, typeOf: TypeOf): Target | undefined {
  if (kind === Kind.String || kind === Kind.Bool) return undefined;
  const metric = replaced(measurement);
  const type = typeOf(metric);
  if (type === 'histogram' || type === 'summary') {
    const part = partOf(field);
    if (part !== undefined) return legal({ family: metric, type, part });
  }
  const own = OWN_FIELDS[field];
  const family = own === 'any' || own === type ? metric : replaced(`${measurement}_${field}`);
  return legal({ family, type: simple(typeOf(family)), part: 'value' });
}

/** Telegraf's own rule of version 1. */
function replaced(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_:]/g, '_');
}

function legal(target: Target): Target | undefined {
  return /^[a-zA-Z_]/.test(target.family) ? target : undefined;
}

/** The fields of a histogram or a summary are `sum`, `count`, and its borders. */
function partOf(field: string): Part | undefined {
  if (field === 'sum' || field === 'count') return field;
  const border = Number(field.replace(/^([+-]?)Inf$/, '$1Infinity'));
  return field.trim() === '' || Number.isNaN(border) ? undefined : border;
}

const SUFFIX = /_(bucket|sum|count)$/;

function targetV2({ measurement, tags }: Series, { key, kind }: Field, typeOf: TypeOf): Target | undefined {
  if (kind === Kind.String) return undefined;
  const name = metricName(measurement, key.name);
  if (name === '') return undefined;
  const type = typeOf(name);
  const complex = type === 'histogram' || type === 'summary' ? complexTarget(name, type, new Map(tags)) : undefined;
  return complex ?? { family: name, type: simple(type), part: 'value' };
}

/** Undefined for a metric that is only called like a part of a histogram or summary. */
function complexTarget(name: string, type: 'histogram' | 'summary', tags: ReadonlyMap<string, string>): Target | undefined {
  const suffix = SUFFIX.exec(name)?.[1];
  const family = name.replace(SUFFIX, '');
  if (suffix === 'sum' || suffix === 'count') return { family, type, part: suffix };
  const border = partOf(tags.get(type === 'histogram' ? 'le' : 'quantile') ?? '');
  if (typeof border !== 'number') return undefined;
  if (type === 'summary') return { family: name, type, part: border };
  return suffix === 'bucket' ? { family, type, part: border } : undefined;
}

/** A number alone is neither a histogram nor a summary. */
function simple(type: PageType): PageType {
  return type === 'histogram' || type === 'summary' ? 'untyped' : type;
}
