import { z } from 'zod';
import type { Interner } from '../../../metric/interner.ts';
import type { Shape } from '../../../metric/shape.ts';
import { defineProcessor, type Binding } from '../../../pipeline/plugin.ts';
import { bindFields } from '../../../pipeline/stage.ts';

export const pivot = defineProcessor({
  id: 'pivot',
  summary: 'Names a field by the value of a tag: `name=watts value=5` becomes `watts=5`.',
  schema: z.strictObject({
    tag_key: z.string().default('').describe("The tag that has the field's name; metrics without it pass as they are."),
    value_key: z.string().default('').describe("The field that has the field's value; metrics without it pass as they are."),
  }),
  example: `processors:
  - pivot:
      tag_key: name
      value_key: value
`,
  sample: `power,host=kvm-0,name=watts value=41.2 1767225590000000000
`,
  differences: [{ verdict: 'better', why: 'Without both options, which changes nothing, it warns.' }],
  create({ tag_key: tagKey, value_key: valueKey }, { interner, log }) {
    // As in Telegraf, whose sample names both, so that it looks as if they were the defaults.
    if (tagKey === '' || valueKey === '') log.warn('changes nothing unless both tag_key and value_key are set');
    return { bind: (shape) => bindPivot(shape, tagKey, valueKey, interner) };
  },
});

function bindPivot(shape: Shape, tagKey: string, valueKey: string, interner: Interner): Binding {
  const { series, fields } = shape;
  const name = series.tag(tagKey);
  const place = shape.indexOf(valueKey);
  if (name === undefined || place === -1) return 'pass';
  const places = new Map(fields.map(({ key }, index) => [key.name, index]));
  places.delete(valueKey);
  // A field that has this name already is replaced.
  places.set(name, place);
  const tags = series.tags.filter(([key]) => key !== tagKey);
  return bindFields(interner, shape, interner.sortedSeries(series.measurement, tags), places);
}
