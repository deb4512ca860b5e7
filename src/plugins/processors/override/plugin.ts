import { z } from 'zod';
import type { Interner } from '../../../metric/interner.ts';
import type { Series } from '../../../metric/series.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindSeries, rename } from '../../../pipeline/stage.ts';

const Options = z.strictObject({
  name_override: z.string().default('').describe('Replaces the measurement name.'),
  name_prefix: z.string().default('').describe('Put before the measurement name, after name_override.'),
  name_suffix: z.string().default('').describe('Put after the measurement name, after name_override.'),
  tags: z
    .record(z.string(), z.string())
    .default({})
    .describe('Tags to set; they replace what is there, and an empty value removes the tag.'),
});

export const override = defineProcessor({
  id: 'override',
  summary: 'Changes measurement names and sets tags.',
  schema: Options,
  example: `processors:
  - override:
      namepass: [cpu]
      name_suffix: _usage
      tags: { rack: r7 }
`,
  sample: `cpu,cpu=cpu0 usage_idle=98.5 1767225590000000000
mem available_percent=71.2 1767225590000000000
`,
  create: (config, { interner }) => ({ bind: (shape) => bindSeries(interner, shape, overridden(shape.series, config, interner)) }),
});

function overridden({ measurement, tags }: Series, options: z.output<typeof Options>, interner: Interner): Series {
  return interner.series(rename(measurement, options), [...tags, ...Object.entries(options.tags)]);
}
