import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindUnpivot } from './unpivot.ts';

const USES = ['tag', 'metric'] as const;

export const unpivot = defineProcessor({
  id: 'unpivot',
  summary: 'Makes a metric of every field, with the name of the field in a tag or as its own name.',
  schema: z.strictObject({
    use_fieldname_as: z
      .enum([...USES, ''], { error: ({ input }) => `unrecognized metric mode: ${JSON.stringify(input)}; it is tag or metric` })
      .default('tag')
      .describe("Where a field's name goes: `tag`, or `metric` for the measurement name."),
    tag_key: z.string().default('name').describe('The tag that the name goes to; a tag of that key is replaced.'),
    value_key: z.string().default('value').describe('The field that the value goes to.'),
  }),
  example: `processors:
  - unpivot:
      use_fieldname_as: tag
      tag_key: name
      value_key: value
`,
  sample: `power,host=kvm-0 watts=41.2,joules=412i 1767225590000000000
`,
  differences: [
    {
      verdict: 'different',
      why: 'Behind a processor that changed fields, the metrics come in the order of the names; else in that in which the fields came, as in Telegraf.',
    },
  ],
  create: (config, { interner }) => {
    // As in Telegraf an empty option is as good as none.
    const options = {
      tagKey: config.use_fieldname_as === 'metric' ? undefined : config.tag_key || 'name',
      valueKey: config.value_key || 'value',
    };
    return { bind: (shape) => bindUnpivot(shape, options, interner) };
  },
});
