import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { aggregations } from './group.ts';
import { TopK } from './top-k.ts';

export const topk = defineProcessor({
  id: 'topk',
  summary: 'Lets only the metrics of the highest (or lowest) groups of each period pass.',
  schema: z.strictObject({
    period: duration()
      .prefault('10s')
      .describe('How long metrics are held back and ranked. They go on with the first metric after it, or at the end of the run.'),
    k: z.int().nonnegative().default(10).describe('How many groups pass, for each of the fields.'),
    group_by: z
      .array(z.string())
      .default(['*'])
      .describe('Keys (globs) of tags: metrics of one name that agree in these are one group. An empty list: one group for each name.'),
    fields: z
      .array(z.string())
      .default(['value'])
      .describe('Fields to rank by, each on its own. Metrics with none of them are dropped, and counted as `no_field`.'),
    aggregation: z
      .enum(aggregations)
      .default('mean')
      .describe('What of the values of a group ranks it. A group without the field ranks as 0.'),
    bottomk: z.boolean().default(false).describe('Let the lowest pass instead of the highest.'),
    add_groupby_tag: z.string().default('').describe('A tag to set to the group: its name and tags, as `name&key=value&`. Empty: none.'),
    add_rank_fields: z
      .array(z.string())
      .default([])
      .describe('Those of `fields` for which a field of that name with `_topk_rank` behind it says where the group stands, from 1 on.'),
    add_aggregate_fields: z
      .array(z.string())
      .default([])
      .describe('Those of `fields` for which a field of that name with `_topk_aggregate` behind it holds what ranked the group.'),
  }),
  example: `processors:
  - topk:
      namepass: [scaph_process]
      period: 30s
      k: 1
      group_by: [exe]
      fields: [watts]
      aggregation: sum
      add_rank_fields: [watts]
`,
  sample: `scaph_process,exe=qemu,pid=41 watts=31 1767225590000000000
scaph_process,exe=qemu,pid=42 watts=4.5 1767225590000000000
scaph_process,exe=nginx,pid=43 watts=2 1767225590000000000
`,
  differences: [
    {
      option: 'period',
      verdict: 'better',
      why: 'The period under way is ranked at the end of the run; Telegraf forgets it, so that `--once` writes nothing.',
    },
    { verdict: 'better', why: 'The period under way goes on after a crash and over a reload, with what it held.' },
    { option: 'fields', verdict: 'better', why: 'Metrics with none of them are counted, and told once.' },
    { option: 'aggregation', verdict: 'better', why: 'An unknown one is an error at load; Telegraf drops all metrics.' },
  ],
  create: (config, context) => new TopK(config, context),
});
