import { z } from 'zod';
import { fieldLiteral } from '../../../config/options.ts';
import { defineProcessor, type PluginContext } from '../../../pipeline/plugin.ts';
import { literalField } from '../../shared/field-literal.ts';
import { bindMappings } from './map-shape.ts';
import { compileMapping, type Mapped, type MappingOptions } from './mapping.ts';

/** Telegraf takes anything here, so that a table with one odd entry works for all others. */
const mappedValue = () =>
  z
    .unknown()
    .transform((value): Mapped => {
      const literal = fieldLiteral(value);
      return literal === undefined ? 'none' : literalField(literal);
    })
    .meta({ option: 'field_value' });

const MappingSchema = z.strictObject({
  tags: z.array(z.string()).default([]).describe('Keys (globs) of tags to map.'),
  tag: z.string().default('').describe('One more of them (older than `tags`).'),
  fields: z.array(z.string()).default([]).describe('Keys (globs) of fields to map, of any kind.'),
  field: z.string().default('').describe('One more of them (older than `fields`).'),
  dest: z.string().default('').describe('The tag or field that gets the mapped value. Unset: the one that was mapped.'),
  default: mappedValue().optional().describe('What values become that are not in the table. Unset: nothing is done about them.'),
  value_mappings: z
    .record(z.string(), mappedValue())
    .default({})
    .describe(
      'Values, as texts, and what they become: a text, an integer, a float (`1.0`), or true or false. Numbers are compared as they print without an exponent: `1.50` is `1.5`, `1e2` is `100`. In a tag they become texts.',
    ),
});

export const enumProcessor = defineProcessor({
  id: 'enum',
  summary: 'Maps values of tags and fields by a table: states to numbers, codes to words.',
  schema: z.strictObject({
    mapping: z
      .array(MappingSchema)
      .default([])
      .describe('Mappings. All look at the metric as it came; where several have the same destination the last counts.'),
  }),
  example: `processors:
  - enum:
      mapping:
        - fields: [state]
          dest: state_code
          default: 0
          value_mappings: { running: 1, paused: 2 }
        - tags: [core_id]
          value_mappings: { "0": first }
`,
  sample: `vm,core_id=0,host=kvm-0 state="running" 1767225590000000000
vm,core_id=1,host=kvm-0 state="crashed" 1767225590000000000
`,
  differences: [
    {
      option: 'mapping[].value_mappings',
      verdict: 'better',
      why: 'An entry that no field can hold, such as a list, is named in the log when the pipeline starts, and points that lose their last field by it are counted; Telegraf says nothing.',
    },
  ],
  create(config, context) {
    config.mapping.forEach((mapping, index) => reportUnusable(mapping, index, context));
    const mappings = config.mapping.map(compileMapping);
    return { bind: (shape) => bindMappings(shape, mappings, context) };
  },
});

function reportUnusable(mapping: MappingOptions, index: number, { log }: PluginContext): void {
  const values = Object.entries(mapping.value_mappings).map(
    ([text, mapped]) => [`value_mappings.${JSON.stringify(text)}`, mapped] as const,
  );
  for (const [option, mapped] of [...values, ['default', mapping.default] as const]) {
    if (mapped !== 'none') continue;
    log.error(`mapping[${index}].${option} is no text, number or boolean: a field that it maps is left out`);
  }
}
