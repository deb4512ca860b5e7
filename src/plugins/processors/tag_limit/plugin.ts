import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import type { Tags } from '../../../metric/series.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindSeries } from '../../../pipeline/stage.ts';

export const tagLimit = defineProcessor({
  id: 'tag_limit',
  summary: 'Removes tags until no more than a number of them are left.',
  schema: z.strictObject({
    limit: z.int().nonnegative().default(0).describe('How many tags may stay; 0 removes all of them.'),
    keep: z
      .array(z.string())
      .default([])
      .describe('Keys of tags that stay in any case, no more than `limit`. Of the others, sorted by their keys, the first go first.'),
  }),
  example: `processors:
  - tag_limit:
      limit: 3
      keep: [host, package_id]
`,
  sample: `net,host=kvm-0,interface=eno1,rack=r7,site=pau bytes_recv=1i 1767225590000000000
cpu,cpu=cpu0,host=kvm-0 usage_idle=97.4 1767225590000000000
`,
  differences: [
    {
      option: 'keep',
      verdict: 'better',
      why: 'More tags than the limit are an error at load; Telegraf logs it for every metric and limits nothing.',
    },
  ],
  create({ limit, keep }, { interner }) {
    // Telegraf finds this out at the first metric, logs it for every one, and limits nothing.
    if (keep.length > limit) throw new ConfigError(`${keep.length} keep tags is greater than ${limit} total tag limit`, ['keep']);
    const kept = new Set(keep);
    return {
      bind: (shape) => {
        const { measurement, tags } = shape.series;
        return bindSeries(interner, shape, interner.sortedSeries(measurement, limited(tags, limit, kept)));
      },
    };
  },
});

/** The tags without so many of the first that none need stay as there are too many. */
function limited(tags: Tags, limit: number, kept: ReadonlySet<string>): Tags {
  let surplus = tags.length - limit;
  return tags.filter(([key]) => kept.has(key) || surplus-- <= 0);
}
