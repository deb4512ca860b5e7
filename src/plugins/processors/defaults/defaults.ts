import { isBlank } from '../../../formats/go-text/space.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding } from '../../../pipeline/plugin.ts';
import { bindSeries } from '../../../pipeline/stage.ts';
import { FieldDraft } from '../../shared/field-draft.ts';
import type { TypedValue } from '../../shared/field-literal.ts';

export interface Defaults {
  readonly fields: ReadonlyMap<string, TypedValue>;
  readonly tags: ReadonlyMap<string, string>;
}

/** Points with every default that they lack. Those that have all fields, and none that may be blank, keep their bytes. */
export function bindDefaults(shape: Shape, defaults: Defaults, interner: Interner): Binding {
  const series = withTags(shape.series, defaults.tags, interner);
  const named = [...defaults.fields].map(([name, field]) => ({ name, field, index: shape.indexOf(name) }));
  const relevant = named.filter(({ index }) => index === -1 || shape.fields[index].kind === Kind.String);
  if (relevant.length === 0) return bindSeries(interner, shape, series);
  const draft = new FieldDraft({ interner, shape, series });
  const steps = relevant.map(({ name, field, index }) => ({ slot: draft.slot(name), field, isMissing: index === -1 }));
  return (point, out) => {
    if (point.stale) return draft.stale(point, out);
    draft.begin(point);
    for (const { slot, field, isMissing } of steps) {
      if (isMissing || isBlank(draft.value(slot) as string)) draft.set(slot, field.kind, field.value);
    }
    draft.finish(point, out);
  };
}

function withTags({ measurement, tags }: Series, defaults: ReadonlyMap<string, string>, interner: Interner): Series {
  const merged = new Map(tags);
  for (const [key, value] of defaults) if (isBlank(merged.get(key) ?? '')) merged.set(key, value);
  return interner.series(measurement, merged);
}
