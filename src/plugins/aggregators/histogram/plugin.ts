import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { BucketRules } from './buckets.ts';
import { Histograms } from './histograms.ts';

/** Each takes some 200 bytes, and without `reset` as long as the program runs. */
const MAX_FIELDS = 500_000;

const Config = z.strictObject({
  measurement_name: z.string().describe('The measurement, by its exact name.'),
  fields: z.array(z.string()).default([]).describe('Its fields, by their exact names; empty: all.'),
  buckets: z
    .array(z.number())
    .describe('The right borders of the buckets, which belong to them. One for everything above the last comes by itself.'),
});

export const histogram = defineAggregator({
  id: 'histogram',
  summary: 'How many values of a field were in each of some buckets, one metric a bucket with its border as a tag, as in Prometheus.',
  schema: z.strictObject({
    config: z.array(Config).default([]).describe('What is counted. Where several entries name a field the last counts.'),
    reset: z.boolean().default(false).describe('Count from nothing in each period; else on and on since the start.'),
    cumulative: z
      .boolean()
      .default(true)
      .describe('Whether a bucket counts the values of all buckets below it, too. If not, the tag `gt` has its left border.'),
    expiration_interval: duration()
      .refine((ms) => ms >= 0, 'must not be negative')
      .prefault('0s')
      .describe('Series of which nothing came for so long are forgotten; 0: never.'),
    push_only_on_update: z.boolean().default(false).describe('Tell only the series of which something came in the period.'),
  }),
  example: `aggregators:
  - histogram:
      period: 30s
      drop_original: true
      config:
        - { measurement_name: ping, fields: [ms], buckets: [10, 50] }
`,
  sample: `ping,url=a ms=12 1767225600000000000
ping,url=a ms=9.5 1767225610000000000
ping,url=a ms=90 1767225620000000000
`,
  differences: [{ verdict: 'better', why: 'Unsigned integers are counted; Telegraf leaves them out, and tells buckets of zeros.' }],
  create({ config, reset, cumulative, expiration_interval: expirationMs, push_only_on_update: onlyUpdated }, context) {
    if (config.length === 0) context.log.warn('nothing is counted without a config: name a measurement and its buckets');
    return new Histograms(
      { rules: new BucketRules(config), resets: reset, cumulative, expirationMs, onlyUpdated, maxFields: MAX_FIELDS },
      context,
    );
  },
});
