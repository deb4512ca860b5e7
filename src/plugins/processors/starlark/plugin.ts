import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { starlarkDifferences, starlarkOptions } from '../../shared/starlark/options.ts';
import { StarlarkProcessor } from './starlark-processor.ts';

export const starlark = defineProcessor({
  id: 'starlark',
  summary:
    'Calls a function `apply(metric)` of a Starlark script for every metric; it returns what becomes of it: a metric, a list of metrics, or None.',
  schema: z.strictObject(starlarkOptions),
  example: `processors:
  - starlark:
      constants: { volts: 230.0 }
      source: |
        state = {}

        def apply(metric):
            watts = metric.fields.get("watts")
            if watts == None:
                return metric
            previous = state.get(metric.tags["host"], watts)
            state[metric.tags["host"]] = watts
            metric.fields["amperes"] = watts / volts
            metric.fields["change"] = watts - previous
            return metric
`,
  sample: `power,host=kvm-0 watts=115 1767225590000000000
power,host=kvm-0 watts=126.5 1767225600000000000
cpu,host=kvm-0 usage_idle=97.4 1767225600000000000
`,
  differences: starlarkDifferences,
  create: (config, context) => new StarlarkProcessor(config, context),
});
