/**
 * What the converter makes of a shape. Tags have one value for the whole series, so they are converted once, in `bind`; what
 * fields turn into depends on their values where a conversion may fail or makes a tag, a name or a time.
 */
import { Kind, kindName, type FieldValue } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { NamedField } from '../../../metric/interner.ts';
import type { Shape } from '../../../metric/shape.ts';
import { compareText } from '../../../metric/text.ts';
import { valueText } from '../../../metric/value-text.ts';
import type { Binding, PluginContext } from '../../../pipeline/plugin.ts';
import { bindSeries } from '../../../pipeline/stage.ts';
import { fromBase64Float, toBoolean, toFloat, toInteger, toUnsigned, type Conversion } from './convert-value.ts';
import { isFailure } from './failure.ts';
import type { Rules, Target } from './rules.ts';
import type { Time } from './timestamp.ts';

/** A field before it is converted: of the point that comes, or made of a tag. */
interface Source extends NamedField {
  readonly target: Target | undefined;
  /** Its place among the point's values, or -1 for `constant`. */
  readonly index: number;
  readonly constant: FieldValue;
}

/** The series without the tags that were converted, and what they turned into. */
interface ConvertedTags {
  readonly series: Series;
  readonly fields: ReadonlyMap<string, { readonly kind: Kind; readonly value: FieldValue }>;
  readonly time: Time | undefined;
}

/** A point while its fields are converted. */
interface Draft {
  /** In the order of a shape, as the sources are. */
  readonly fields: NamedField[];
  readonly values: FieldValue[];
  /** Whether every conversion worked, so that the fields are those that were planned. */
  asPlanned: boolean;
  measurement: string | undefined;
  readonly tags: [string, string][];
  time: Time;
}

type KindTarget = Exclude<Target, 'measurement' | 'tag' | 'timestamp'>;

const CONVERSIONS: Readonly<Record<KindTarget, { readonly kind: Kind; readonly convert: Conversion }>> = {
  float: { kind: Kind.Float, convert: toFloat },
  integer: { kind: Kind.Int, convert: toInteger },
  unsigned: { kind: Kind.Uint, convert: toUnsigned },
  boolean: { kind: Kind.Bool, convert: toBoolean },
  string: { kind: Kind.String, convert: valueText },
  base64_ieee_float32: { kind: Kind.Float, convert: fromBase64Float },
};

/** The words of Go's types, which Telegraf's messages have. */
const GO_TYPES: Readonly<Record<ReturnType<typeof kindName>, string>> = {
  float: 'float64',
  int: 'int64',
  uint: 'uint64',
  bool: 'bool',
  string: 'string',
};

/** The binding for a shape: `pass` where no rule concerns it, and points keep their bytes where only names and tags change. */
export function bindConversion(shape: Shape, rules: Rules, context: PluginContext): Binding {
  const tags = convertTags(shape.series, rules, context);
  const sources = sourcesOf(shape, tags, rules);
  const isUntouched = tags.fields.size === 0 && tags.time === undefined && sources.every(({ target }) => target === undefined);
  if (isUntouched) return bindSeries(context.interner, shape, tags.series);
  const planned = context.interner.shape(tags.series, sources.flatMap(plannedField));
  return (point, out) => {
    if (point.stale) return void out.push(Point.stale(planned, point.ms, point.ns));
    const draft: Draft = {
      fields: [],
      values: [],
      asPlanned: true,
      measurement: undefined,
      tags: [],
      time: tags.time ?? [point.ms, point.ns],
    };
    const { values } = point;
    for (const source of sources) convertField(source, source.index < 0 ? source.constant : values[source.index], draft, rules, context);
    const converted = toPoint(draft, planned, context);
    if (converted === undefined) context.drop('no_fields');
    else out.push(converted);
  };
}

function convertTags(series: Series, rules: Rules, context: PluginContext): ConvertedTags {
  const kept: [string, string][] = [];
  const fields = new Map<string, { kind: Kind; value: FieldValue }>();
  let { measurement } = series;
  let time: Time | undefined;
  for (const [key, value] of series.tags) {
    const target = rules.tags.targetOf(key);
    if (target === undefined || target === 'tag') {
      kept.push([key, value]);
    } else if (target === 'measurement') {
      measurement = value;
    } else if (target === 'timestamp') {
      const read = rules.tags.readTimestamp(Kind.String, value);
      if (isFailure(read)) {
        kept.push([key, value]);
        report(target, key, Kind.String, read.failed, context);
      } else {
        time = read;
      }
    } else {
      const { kind, convert } = CONVERSIONS[target];
      const converted = convert(Kind.String, value);
      if (isFailure(converted)) report(target, key, Kind.String, converted.failed, context);
      else fields.set(key, { kind, value: converted });
    }
  }
  return { series: context.interner.series(measurement, kept), fields, time };
}

/** Fields made of tags replace those of the same name, and are then fields like any other. */
function sourcesOf(shape: Shape, tags: ConvertedTags, rules: Rules): Source[] {
  const own = shape.fields.map((field, index) => ({ name: field.key.name, kind: field.kind, index, constant: 0 }));
  const made = [...tags.fields].map(([name, { kind, value }]) => ({ name, kind, index: -1, constant: value }));
  const all = [...own.filter(({ name }) => !tags.fields.has(name)), ...made];
  return all.map((source) => ({ ...source, target: rules.fields.targetOf(source.name) })).sort((x, y) => compareText(x.name, y.name));
}

/** What a source is among the fields when all goes well: one of them, or none. */
function plannedField({ name, kind, target }: Source): NamedField[] {
  if (target === undefined) return [{ name, kind }];
  if (target === 'measurement' || target === 'tag' || target === 'timestamp') return [];
  return [{ name, kind: CONVERSIONS[target].kind }];
}

function convertField(source: Source, value: FieldValue, draft: Draft, rules: Rules, context: PluginContext): void {
  const { name, kind, target } = source;
  switch (target) {
    case undefined:
      return keep(draft, name, kind, value);
    case 'measurement':
      draft.measurement = valueText(kind, value);
      return;
    case 'tag':
      draft.tags.push([name, valueText(kind, value)]);
      return;
    case 'timestamp': {
      const time = rules.fields.readTimestamp(kind, value);
      if (!isFailure(time)) {
        draft.time = time;
        return;
      }
      keep(draft, name, kind, value);
      draft.asPlanned = false;
      return report(target, name, kind, time.failed, context);
    }
    default: {
      const conversion = CONVERSIONS[target];
      const converted = conversion.convert(kind, value);
      if (!isFailure(converted)) return keep(draft, name, conversion.kind, converted);
      draft.asPlanned = false;
      report(target, name, kind, converted.failed, context);
    }
  }
}

function keep(draft: Draft, name: string, kind: Kind, value: FieldValue): void {
  draft.fields.push({ name, kind });
  draft.values.push(value);
}

/** Undefined when no field is left. */
function toPoint(draft: Draft, planned: Shape, { interner }: PluginContext): Point | undefined {
  if (draft.fields.length === 0) return undefined;
  const { series } = planned;
  const isSame = draft.measurement === undefined && draft.tags.length === 0;
  const target = isSame ? series : interner.series(draft.measurement ?? series.measurement, [...series.tags, ...draft.tags]);
  const shape = draft.asPlanned ? interner.reshape(planned, target) : interner.shape(target, draft.fields);
  return Point.fromValues(shape, draft.time[0], draft.time[1], draft.values);
}

/** As Telegraf words it, with the key that it leaves out. */
function report(target: Target, key: string, kind: Kind, reason: string, context: PluginContext): void {
  context.error();
  const wanted = target === 'boolean' ? 'bool' : target;
  context.log.error(`Converting to ${wanted} [${GO_TYPES[kindName(kind)]}] failed: ${reason} (${JSON.stringify(key)})`);
}
