import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { FinalPoints } from './final-points.ts';

/** Each takes some 300 bytes until it is told. */
const MAX_SERIES = 200_000;

export const final = defineAggregator({
  id: 'final',
  summary: 'The last metric of every series that has ended, or of every period, with its own time.',
  schema: z.strictObject({
    output_strategy: z
      .enum(['timeout', 'periodic'])
      .default('timeout')
      .describe(
        '`timeout`: once, when nothing has come of a series for `series_timeout`; `periodic`: in every period in which something came.',
      ),
    series_timeout: duration()
      .prefault('5m')
      .describe('How old the last metric of a series must be, by its own time, for the series to have ended.'),
    keep_original_field_names: z.boolean().default(false).describe('Leave the names of fields as they are, in place of adding `_final`.'),
  }),
  example: `aggregators:
  - final:
      period: 30s
      output_strategy: periodic
      drop_original: true
`,
  sample: `job,id=7 cpu_seconds=3.5,state="running" 1767225600000000000
job,id=7 cpu_seconds=9.25,state="done" 1767225610000000000
`,
  differences: [
    {
      verdict: 'better',
      why: 'Series that have not ended at a shutdown are kept and go on after the restart, or end then; Telegraf forgets them, and with `drop_original` loses their last metric.',
    },
  ],
  create: ({ output_strategy: strategy, series_timeout: timeoutMs, keep_original_field_names: keepsNames }, context) =>
    new FinalPoints({ timeoutMs: strategy === 'timeout' ? timeoutMs : undefined, keepsNames, maxSeries: MAX_SERIES }, context),
});
