import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindSplit, compileTemplates } from './split.ts';

const Template = z.strictObject({
  name: z
    .string()
    .refine((name) => name !== '', 'metric name cannot be empty')
    .prefault('')
    .describe('The measurement name of the new metric.'),
  tags: z.array(z.string()).default([]).describe('Keys (globs) of the tags that it gets; none without.'),
  fields: z
    .array(z.string())
    .refine((fields) => fields.length > 0, 'at least one field is required for a valid metric')
    .prefault([])
    .describe('Keys (globs) of the fields that it gets; a metric with none of them gives none.'),
});

export const split = defineProcessor({
  id: 'split',
  summary: 'Makes metrics of parts of a metric: some of its tags and fields under another name.',
  schema: z.strictObject({
    drop_original: z
      .boolean()
      .default(false)
      .describe('Drop the metric that was split; one that no template makes anything of is then lost, and counted as `no_match`.'),
    template: z
      .array(Template)
      .refine((templates) => templates.length > 0, 'at least one template required')
      .prefault([])
      .describe('What is made of a metric, in this order, after it. The same tags and fields may be in several.'),
  }),
  example: `processors:
  - split:
      namepass: [powerstat_core]
      drop_original: true
      template:
        - { name: core_load, tags: ["*"], fields: ["*_percent"] }
        - { name: core_state, tags: [host, core_id], fields: [cpu_temperature_celsius, cpu_frequency_mhz] }
`,
  sample: `powerstat_core,core_id=3,host=kvm-0 cpu_c6_state_residency_percent=81.5,cpu_temperature_celsius=54i 1767225590000000000
`,
  differences: [{ option: 'drop_original', verdict: 'better', why: 'What no template makes anything of is counted.' }],
  create(config, context) {
    const templates = compileTemplates(config.template);
    return { bind: (shape) => bindSplit(shape, templates, config.drop_original, context) };
  },
});
