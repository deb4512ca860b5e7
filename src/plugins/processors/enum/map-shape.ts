/** What the mappings make of a shape: of its tags, which have one value each, at once, and of fields by their values. */
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { valueText } from '../../../metric/value-text.ts';
import type { Binding, PluginContext } from '../../../pipeline/plugin.ts';
import { bindSeries } from '../../../pipeline/stage.ts';
import { FieldDraft } from '../../shared/field-draft.ts';
import { tagText, type Mapping } from './mapping.ts';

/** All mappings look at the point as it came; where several have the same destination the last counts. */
export function bindMappings(shape: Shape, mappings: readonly Mapping[], context: PluginContext): Binding {
  const series = mapTags(shape.series, mappings, context);
  const matches = mappings.flatMap((mapping) =>
    shape.fields.flatMap(({ key, kind }, index) => (mapping.matchesField(key.name) ? [{ mapping, name: key.name, kind, index }] : [])),
  );
  if (matches.length === 0) return bindSeries(context.interner, shape, series);
  const draft = new FieldDraft({ interner: context.interner, shape, series });
  const steps = matches.map((match) => ({ ...match, slot: draft.slot(match.mapping.destination(match.name)) }));
  return (point, out) => {
    if (point.stale) return draft.stale(point, out);
    draft.begin(point);
    for (const { mapping, kind, index, slot } of steps) {
      const mapped = mapping.lookUp(valueText(kind, point.values[index]));
      if (mapped === 'none') draft.remove(slot);
      else if (mapped !== undefined) draft.set(slot, mapped.kind, mapped.value);
    }
    if (!draft.finish(point, out)) context.drop('no_fields');
  };
}

function mapTags({ measurement, tags }: Series, mappings: readonly Mapping[], { interner }: PluginContext): Series {
  const mapped = new Map(tags);
  for (const mapping of mappings) {
    for (const [key, text] of tags) {
      const value = mapping.matchesTag(key) ? mapping.lookUp(text) : undefined;
      if (value !== undefined && value !== 'none') mapped.set(mapping.destination(key), tagText(value));
    }
  }
  return interner.series(measurement, mapped);
}
