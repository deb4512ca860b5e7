import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { NS_PER_MS } from '../../../metric/time.ts';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { MergeWindows } from './merge-windows.ts';

/** Each takes some 100 to 300 bytes until its window ends. */
const MAX_POINTS = 250_000;

export const merge = defineAggregator({
  id: 'merge',
  summary: 'Joins the fields of metrics with one name, the same tags and the same time to one metric.',
  schema: z.strictObject({
    round_timestamp_to: duration()
      .prefault('1ns')
      .describe(
        'Times are rounded to this first, so that metrics of nearly the same time meet; what they are joined to has the rounded time.',
      ),
  }),
  example: `aggregators:
  - merge:
      period: 10s
      drop_original: true
      round_timestamp_to: 1s
`,
  sample: `scaph,host=a host_power=1 1767225600100000000
scaph,host=a socket_power=2i 1767225600400000000
scaph,host=a host_power=3 1767225602100000000
`,
  create: ({ round_timestamp_to: roundTo }, context) =>
    new MergeWindows({ precisionNs: Math.max(1, Math.round(roundTo * NS_PER_MS)), maxPoints: MAX_POINTS }, context),
});
