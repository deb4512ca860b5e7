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
      .describe('Those of `fields` for which a field `<field>_topk_rank` says where the group stands, from 1 on.'),
    add_aggregate_fields: z
      .array(z.string())
      .default([])
      .describe('Those of `fields` for which a field `<field>_topk_aggregate` holds what ranked the group.'),
  }),
  example: `processors:
  - topk:
      namepass: [scaph_process]
      period: 30s
      k: 5
      group_by: [exe]
      fields: [watts]
      aggregation: sum
      add_rank_fields: [watts]
`,
  create: (config, context) => new TopK(config, context),
});
