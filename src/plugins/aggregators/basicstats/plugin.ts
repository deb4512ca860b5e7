import { z } from 'zod';
import { defineAggregator, type PluginContext } from '../../../pipeline/plugin.ts';
import { NumberWindows } from '../../shared/number-windows.ts';
import { SuffixedNames } from '../../shared/suffixed-names.ts';
import { defaultStats, statNames, Stats, type StatName } from './stats.ts';

export const basicstats = defineAggregator({
  id: 'basicstats',
  summary: 'Count, mean, variance, change and the like of every numeric field in each period.',
  schema: z.strictObject({
    stats: z
      .array(z.string())
      .optional()
      .describe(
        `Which to tell, of: ${statNames.join(', ')}. Unset: ${defaultStats.join(', ')}. \`s2\` is the variance; diff, rate, interval and percent_change compare the last that arrived with the first.`,
      ),
  }),
  example: `aggregators:
  - basicstats:
      period: 30s
      drop_original: true
      stats: [count, mean, stdev, max, diff]
`,
  sample: `power,host=kvm-0 watts=40 1767225600000000000
power,host=kvm-0 watts=44.5 1767225610000000000
power,host=kvm-0 watts=38 1767225620000000000
`,
  differences: [
    {
      verdict: 'better',
      why: 'A NaN is left out and counted; with Telegraf most statistics are NaN for the rest of the period.',
    },
  ],
  create(config, context) {
    const stats = config.stats === undefined ? defaultStats : knownStats(config.stats, context);
    const names = new SuffixedNames(stats.map((stat) => `_${stat}`));
    return new NumberWindows(context, { create: () => new Stats(stats, names), takesLateFields: true });
  },
});

/** As in Telegraf, whose own sample configuration has one that it does not know, the others are told all the same. */
function knownStats(names: readonly string[], { log }: PluginContext): readonly StatName[] {
  for (const stat of names) {
    if (isStat(stat)) continue;
    log.warn('unrecognized basic stat, which is left out', {
      stat,
      known: statNames.join(', '),
      ...(stat === 'variance' && { use: 's2' }),
    });
  }
  return [...new Set(names.filter(isStat))];
}

function isStat(name: string): name is StatName {
  return (statNames as readonly string[]).includes(name);
}
