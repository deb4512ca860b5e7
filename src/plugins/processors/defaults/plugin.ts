import { z } from 'zod';
import { fieldValue } from '../../../config/options.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { literalField } from '../../shared/field-literal.ts';
import { bindDefaults } from './defaults.ts';

export const defaults = defineProcessor({
  id: 'defaults',
  summary: 'Sees to it that metrics have certain fields and tags.',
  schema: z.strictObject({
    fields: z
      .record(z.string(), fieldValue())
      .default({})
      .describe('Fields to set where there is none, or a text of nothing but white space. 0 is an integer, 0.0 a float.'),
    tags: z.record(z.string(), z.string()).default({}).describe('Tags to set where there is none, or one of nothing but white space.'),
  }),
  example: `processors:
  - defaults:
      fields: { status: ok, errors: 0, load: 0.0 }
      tags: { room: unknown }
`,
  sample: `psu,host=kvm-0 status="",errors=2i 1767225590000000000
psu,host=kvm-1,room=b12 load=0.4 1767225590000000000
`,
  differences: [
    {
      option: 'fields',
      verdict: 'better',
      why: 'A default that no field can hold, such as a list, is an error; Telegraf never sets it and says nothing.',
    },
  ],
  create(config, { interner }) {
    const fields = new Map(Object.entries(config.fields).map(([name, literal]) => [name, literalField(literal)]));
    const tags = new Map(Object.entries(config.tags));
    return { bind: (shape) => bindDefaults(shape, { fields, tags }, interner) };
  },
});
