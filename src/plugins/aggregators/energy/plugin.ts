import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { duration } from '../../../config/options.ts';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { EnergyWindows } from './energy-windows.ts';

/** Telegraf's options for windows by the clock, which every aggregator may have. */
const arrivalOnly = () =>
  duration()
    .optional()
    .describe('Without effect here: `lateness` says how long a window stays open.')
    .meta({ noEffect: "windows go by the samples' own times; use lateness" });

export const energy = defineAggregator({
  id: 'energy',
  summary:
    "Sums energy over windows of the samples' own time that add up to the total to the last microjoule; each is stamped at its start.",
  schema: z.strictObject({
    period: duration().prefault('1h').describe('Length of a window; windows start at its multiples in UTC.'),
    lateness: duration()
      .prefault('0s')
      .describe('How long a window stays open for samples that come late; later ones are counted and not added.'),
    delay: arrivalOnly(),
    grace: arrivalOnly(),
    max_series: z
      .int()
      .positive()
      .default(100_000)
      .describe('Most series with open windows; at the bound, those silent for a day make room, else new ones are refused and counted.'),
  }),
  example: `processors:
  - energy: {}
aggregators:
  - energy: { period: 1h, tags: { rp: h1 } }
`,
  create(config, context) {
    const { period } = config;
    if (!Number.isInteger(period) || period <= 0) throw new ConfigError('period must be a whole number of milliseconds', ['period']);
    if (config.lateness < 0) throw new ConfigError('lateness must not be negative', ['lateness']);
    return new EnergyWindows({ periodMs: period, latenessMs: config.lateness, maxSeries: config.max_series }, context);
  },
});
