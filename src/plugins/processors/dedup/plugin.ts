import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { Dedup } from './dedup.ts';

export const dedup = defineProcessor({
  id: 'dedup',
  summary: 'Drops metrics that say again what their series said before.',
  schema: z.strictObject({
    dedup_interval: duration()
      .prefault('10m')
      .describe(
        'How long a series that says the same is silent. It is measured from the time of the last metric that passed to the clock, so metrics that are older when they come always pass.',
      ),
    max_series: z.int().positive().default(100_000).describe('Most series remembered; metrics of more pass without being compared.'),
  }),
  example: `processors:
  - dedup:
      namepass: [powerstat_package]
      dedup_interval: 5m
`,
  sample: `powerstat_package,host=kvm-0 thermal_design_power_watts=85 1767225580000000000
powerstat_package,host=kvm-0 thermal_design_power_watts=85 1767225590000000000
powerstat_package,host=kvm-0 thermal_design_power_watts=65 1767225600000000000
`,
  differences: [
    {
      verdict: 'better',
      why: 'What was seen survives a restart with the points that passed, also a crash; Telegraf writes it at a clean end only, and only with `statefile`.',
    },
    { verdict: 'better', why: 'What is dropped is counted, with the reason `duplicate`.' },
    { option: 'max_series', verdict: 'better', why: 'Series that come and go can not fill the memory.' },
  ],
  create: (config, context) => new Dedup({ intervalMs: config.dedup_interval, maxSeries: config.max_series }, context),
});
