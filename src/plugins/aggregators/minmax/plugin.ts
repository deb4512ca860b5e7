import { z } from 'zod';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { NumberWindows } from '../../shared/number-windows.ts';
import { SuffixedNames } from '../../shared/suffixed-names.ts';
import { Range } from './range.ts';

export const minmax = defineAggregator({
  id: 'minmax',
  summary: 'The smallest and the largest value of every numeric field in each period.',
  schema: z.strictObject({}),
  example: `aggregators:
  - minmax:
      period: 30s
      drop_original: true
`,
  sample: `cpu,cpu=cpu0 temp=47i,load=0.5 1767225600000000000
cpu,cpu=cpu0 temp=52i,load=0.25 1767225610000000000
`,
  differences: [
    {
      verdict: 'better',
      why: 'A NaN is left out and counted; with Telegraf the minimum and the maximum are NaN for the rest of the period.',
    },
  ],
  create(_config, context) {
    const names = new SuffixedNames(['_min', '_max']);
    return new NumberWindows(context, { create: () => new Range(names), takesLateFields: true });
  },
});
