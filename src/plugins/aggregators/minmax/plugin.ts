import { z } from 'zod';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { NumberWindows } from '../../shared/number-windows.ts';
import { Range } from './range.ts';

export const minmax = defineAggregator({
  id: 'minmax',
  summary: 'The smallest and the largest value of every numeric field in each period.',
  schema: z.strictObject({}),
  example: `aggregators:
  - minmax:
      period: 30s
      drop_original: false
`,
  create: (_config, context) => new NumberWindows(context, { create: () => new Range(), takesLateFields: true }),
});
