import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindRename } from './rename.ts';

const Rule = z.strictObject({
  measurement: z.string().default('').describe('A measurement with this name; goes before tag and field.'),
  tag: z.string().default('').describe('A tag with this key; goes before field.'),
  field: z.string().default('').describe('A field with this key.'),
  dest: z.string().default('').describe('The new name; what has it already is overwritten. Without one the rule does nothing.'),
});

export const rename = defineProcessor({
  id: 'rename',
  summary: 'Renames measurements, tags and fields.',
  schema: z.strictObject({
    replace: z
      .array(Rule)
      .default([])
      .describe('Rules, each applied to what the one before it made. Names are compared as they are, without globs.'),
  }),
  example: `processors:
  - rename:
      replace:
        - { measurement: powerstat_package, dest: cpu_power }
        - { tag: package_id, dest: socket }
        - { field: current_power_consumption_watts, dest: watts }
`,
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225590000000000
`,
  create: (config, context) => ({ bind: (shape) => bindRename(shape, config.replace, context.interner) }),
});
