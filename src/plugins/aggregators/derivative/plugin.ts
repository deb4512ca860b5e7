import { z } from 'zod';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { Derivatives } from './derivatives.ts';

export const derivative = defineAggregator({
  id: 'derivative',
  summary: 'How fast every numeric field changed in each period, per second or by another field.',
  schema: z.strictObject({
    suffix: z.string().default('_rate').describe('Put behind the names of fields. White space around it is left out.'),
    variable: z
      .string()
      .default('')
      .describe('The field by whose change the changes of the others are divided; empty: the time between the metrics, in seconds.'),
    max_roll_over: z
      .int()
      .nonnegative()
      .default(10)
      .describe('For how many periods without a change in time the last metric of a series waits for the next one.'),
  }),
  example: `aggregators:
  - derivative:
      period: 30s
      drop_original: true
`,
  sample: `net,interface=eno1 bytes_recv=1000i,errors=0i 1767225600000000000
net,interface=eno1 bytes_recv=9000i,errors=1i 1767225620000000000
`,
  create: ({ suffix, variable, max_roll_over: maxRollOver }, context) =>
    new Derivatives({ suffix: suffix.trim(), variable: variable.trim(), maxRollOver }, context),
});
