import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { rename } from '../../../pipeline/stage.ts';

export const clone = defineProcessor({
  id: 'clone',
  summary: 'Puts a changed copy before each metric.',
  schema: z.strictObject({
    name_override: z.string().default('').describe("Replaces the copy's measurement name."),
    name_prefix: z.string().default('').describe("Put before the copy's measurement name, after name_override."),
    name_suffix: z.string().default('').describe("Put after the copy's measurement name, after name_override."),
    tags: z
      .record(z.string(), z.string())
      .default({})
      .describe('Tags to set on the copy; they replace what is there, and an empty value removes the tag.'),
  }),
  example: `processors:
  - clone:
      namepass: [cpu]
      name_override: cpu_raw
      tags: { rp: short }
`,
  sample: `cpu,cpu=cpu-total,host=kvm-0 usage_idle=97.4 1767225590000000000
`,
  create: (config, { interner }) => ({
    bind(shape) {
      const { measurement, tags } = shape.series;
      const series = interner.series(rename(measurement, config), [...tags, ...Object.entries(config.tags)]);
      const target = interner.reshape(shape, series);
      return (point, out) => void out.push(point.withShape(target), point);
    },
  }),
});
