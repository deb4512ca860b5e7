import { z } from 'zod';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { ValueCounts } from './value-counts.ts';

/** Each is a field of a metric that goes out: with more, the field is no list of states but a measurement. */
const MAX_VALUES = 100_000;

export const valuecounter = defineAggregator({
  id: 'valuecounter',
  summary: 'How often each value of a field came in each period.',
  schema: z.strictObject({
    fields: z.array(z.string()).default([]).describe('The fields whose values are counted, by their exact names.'),
  }),
  example: `aggregators:
  - valuecounter:
      period: 30s
      drop_original: true
      fields: [status]
`,
  sample: `http,server=a status=200i 1767225600000000000
http,server=a status=404i 1767225610000000000
http,server=a status=200i 1767225620000000000
`,
  differences: [
    {
      verdict: 'better',
      why: `At most ${MAX_VALUES.toLocaleString('en')} different values are counted in a period; the others are counted as \`too_many_values\`. Telegraf's memory has no bound.`,
    },
  ],
  create: ({ fields }, context) => new ValueCounts({ fields: new Set(fields), maxValues: MAX_VALUES }, context),
});
