import type { Interner } from '../../../metric/interner.ts';
import type { Shape } from '../../../metric/shape.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import type { Matcher } from '../../../pipeline/glob.ts';
import type { Binding, PluginContext, Transform } from '../../../pipeline/plugin.ts';
import { bindFields, toTransform } from '../../../pipeline/stage.ts';

export interface Template {
  readonly name: string;
  readonly keepsTag: Matcher;
  readonly keepsField: Matcher;
}

/** Throws `ConfigError`, at the option, for a glob that can't be read. */
export function compileTemplates(
  templates: readonly { readonly name: string; readonly tags: readonly string[]; readonly fields: readonly string[] }[],
): Template[] {
  return templates.map(({ name, tags, fields }, index) => ({
    name,
    keepsTag: compileGlobOption(['template', index, 'tags'], tags),
    keepsField: compileGlobOption(['template', index, 'fields'], fields),
  }));
}

/** The original, unless it is to be dropped, and behind it what each template makes of it. */
export function bindSplit(shape: Shape, templates: readonly Template[], dropOriginal: boolean, context: PluginContext): Binding {
  const parts = templates.flatMap((template) => bindPart(shape, template, context.interner) ?? []);
  if (parts.length === 0) return dropOriginal ? ({ stale }) => void (stale || context.drop('no_match')) : 'pass';
  return (point, out) => {
    if (!dropOriginal) out.push(point);
    for (const part of parts) part(point, out);
  };
}

/** Undefined where the shape has none of the template's fields. */
function bindPart(shape: Shape, { name, keepsTag, keepsField }: Template, interner: Interner): Transform | undefined {
  const places = new Map<string, number>();
  for (const [place, { key }] of shape.fields.entries()) if (keepsField(key.name)) places.set(key.name, place);
  if (places.size === 0) return undefined;
  const tags = shape.series.tags.filter(([key]) => keepsTag(key));
  return toTransform(bindFields(interner, shape, interner.sortedSeries(name, tags), places));
}
