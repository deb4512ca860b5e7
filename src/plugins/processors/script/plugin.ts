import { z } from 'zod';
import { duration, size } from '../../../config/options.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { loadEngine } from './engine.ts';
import { ScriptProcessor } from './script-processor.ts';

export const script = defineProcessor({
  id: 'script',
  summary: 'Calls a function in JavaScript or TypeScript for every metric, in a sandbox that it can neither leave nor hang.',
  schema: z.strictObject({
    source: z
      .string()
      .default('')
      .describe(
        'The script itself: a module whose default export is a function of a metric `{ name, tags, fields, time }`. It changes the metric and returns nothing, or returns a metric, a list of them, or null to drop it. Either this or `script`.',
      ),
    script: z.string().default('').describe('A file with the script, read once, at the start.'),
    timeout: duration()
      .prefault('100ms')
      .describe('How much time of the CPU the function may take for one metric. Then it is stopped, which is an error.'),
    memory_limit: size().prefault('64MiB').describe('What the script may keep in memory. Beyond it, it fails with an error.'),
    on_error: z
      .enum(['drop', 'pass'])
      .default('drop')
      .describe('What becomes of a metric for which the script fails: it is dropped, or passes as it came. Either is counted and logged.'),
  }),
  example: `processors:
  - script:
      source: |
        const last = new Map();

        export default function (metric) {
          const { fields, tags } = metric;
          if (fields.watts === undefined) return;
          fields.change = fields.watts - (last.get(tags.host) ?? fields.watts);
          fields.load = fields.watts > 120 ? "high" : "normal";
          last.set(tags.host, fields.watts);
        }
`,
  sample: `power,host=kvm-0 watts=115 1767225590000000000
power,host=kvm-0 watts=126.5 1767225600000000000
cpu,host=kvm-0 usage_idle=97.4 1767225600000000000
`,
  prepare: loadEngine,
  create: (config, context) => new ScriptProcessor(config, context),
});
