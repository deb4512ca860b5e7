import type { Interner } from '../../../metric/interner.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding } from '../../../pipeline/plugin.ts';
import { bindFields } from '../../../pipeline/stage.ts';

/** The first of measurement, tag and field that is not empty counts. */
export interface Rule {
  readonly measurement: string;
  readonly tag: string;
  readonly field: string;
  readonly dest: string;
}

/** A shape while the rules change it. */
interface Draft {
  measurement: string;
  readonly tags: Map<string, string>;
  /** Field names with their positions in the shape that came. */
  readonly fields: Map<string, number>;
}

/** What the rules make of a shape. Where no field gets another name, points keep their bytes. */
export function bindRename(shape: Shape, rules: readonly Rule[], interner: Interner): Binding {
  const draft: Draft = {
    measurement: shape.series.measurement,
    tags: new Map(shape.series.tags),
    fields: new Map(shape.fields.map((field, index) => [field.key.name, index])),
  };
  for (const rule of rules) apply(rule, draft);
  return bindFields(interner, shape, interner.series(draft.measurement, draft.tags), draft.fields);
}

function apply({ measurement, tag, field, dest }: Rule, draft: Draft): void {
  if (dest === '') return;
  if (measurement !== '') {
    if (draft.measurement === measurement) draft.measurement = dest;
    return;
  }
  if (tag !== '') move(draft.tags, tag, dest);
  else if (field !== '') move(draft.fields, field, dest);
}

function move<Value>(map: Map<string, Value>, from: string, to: string): void {
  const value = map.get(from);
  if (value === undefined) return;
  map.delete(from);
  map.set(to, value);
}
