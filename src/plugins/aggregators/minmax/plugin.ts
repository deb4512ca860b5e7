import { z } from 'zod';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { MinMax } from './min-max.ts';

export const minmax = defineAggregator({
  id: 'minmax',
  summary: 'The smallest and the largest value of every numeric field in each period.',
  schema: z.strictObject({}),
  example: `aggregators:
  - minmax:
      period: 30s
      drop_original: false
`,
  create: (_config, context) => new MinMax(context),
});
