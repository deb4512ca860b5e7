import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindConversion } from './convert-shape.ts';
import { compileRules } from './rules.ts';

const globs = (to: string) => z.array(z.string()).default([]).describe(`Keys (globs) that become ${to}.`);

const format = z
  .string()
  .default('unix')
  .describe(
    'How timestamps are written: `unix`, `unix_ms`, `unix_us`, `unix_ns`, or a Go layout such as `2006-01-02T15:04:05Z07:00` (or its name, `RFC3339`).',
  );

const Tags = z.strictObject({
  measurement: globs('the name of the measurement'),
  string: globs('string fields'),
  integer: globs('integer fields'),
  unsigned: globs('unsigned fields'),
  boolean: globs('boolean fields'),
  float: globs('float fields'),
  timestamp: globs('the time of the metric'),
  timestamp_format: format,
});

const Fields = z.strictObject({
  measurement: globs('the name of the measurement'),
  tag: globs('tags'),
  float: globs('floats'),
  integer: globs('integers'),
  unsigned: globs('unsigned integers'),
  boolean: globs('booleans'),
  string: globs('strings'),
  timestamp: globs('the time of the metric'),
  timestamp_format: format,
  base64_ieee_float32: globs('floats, from the base64 of four bytes, the highest first'),
});

export const converter = defineProcessor({
  id: 'converter',
  summary: 'Turns tags and fields into each other, into other kinds, into the name or the time.',
  schema: z.strictObject({
    tags: Tags.optional().describe(
      'What becomes of tags. A key that several options match goes to measurement, string, integer, unsigned, boolean, float, timestamp, in this order.',
    ),
    fields: Fields.optional().describe(
      'What becomes of fields. A key that several options match goes to measurement, tag, float, integer, unsigned, boolean, string, timestamp, in this order.',
    ),
  }),
  example: `processors:
  - converter:
      tags: { integer: [package_id] }
      fields: { float: ["*_watts"], tag: [state] }
`,
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=75i,state="on" 1767225590000000000
`,
  create: (config, context) => {
    const rules = compileRules(config);
    return { bind: (shape) => bindConversion(shape, rules, context) };
  },
});
