import { parseGoFloat, type FloatFailure } from '../../../metric/go-float.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding, PluginContext } from '../../../pipeline/plugin.ts';
import { FieldDraft } from '../../shared/field-draft.ts';
import type { Scaling } from './scaling.ts';

/** Scales the fields that match, one scaling after the other. What is scaled is a float; a text that is no number stays. */
export function bindScalings(shape: Shape, scalings: readonly Scaling[], context: PluginContext): Binding {
  const all = shape.fields.map(({ key, kind }, slot) => ({
    name: key.name,
    kind,
    slot,
    scalings: scalings.filter(({ matches }) => matches(key.name)),
  }));
  const scaled = all.filter((field) => field.scalings.length > 0);
  if (scaled.length === 0) return 'pass';
  const draft = new FieldDraft({ interner: context.interner, shape, series: shape.series });
  return (point, out) => {
    if (point.stale) return draft.stale(point, out);
    draft.begin(point);
    for (const field of scaled) {
      const given = draft.value(field.slot);
      const number = toNumber(field.kind, given);
      if (typeof number === 'number') draft.set(field.slot, Kind.Float, scaleBy(field.scalings, number));
      else report(field.name, given, number, context);
    }
    draft.finish(point, out);
  };
}

function toNumber(kind: Kind, value: FieldValue): number | FloatFailure {
  return kind === Kind.String ? parseGoFloat(value as string) : Number(value);
}

function scaleBy(scalings: readonly Scaling[], number: number): number {
  let result = number;
  for (const scaling of scalings) result = scaling.scale(result);
  return result;
}

function report(name: string, value: FieldValue, reason: FloatFailure, context: PluginContext): void {
  context.error();
  const text = JSON.stringify(String(value).slice(0, 100));
  context.log.error(`Error converting ${JSON.stringify(name)} to float: strconv.ParseFloat: parsing ${text}: ${reason}`);
}
