import { z } from 'zod';
import { defineAggregator } from '../../../pipeline/plugin.ts';
import { starlarkDifferences, starlarkOptions } from '../../shared/starlark/options.ts';
import { StarlarkAggregator } from './starlark-aggregator.ts';

export const starlark = defineAggregator({
  id: 'starlark',
  summary:
    'Aggregates with a Starlark script: `add(metric)` for every metric, `push()` at the end of a period, which returns metrics, then `reset()`.',
  schema: z.strictObject(starlarkOptions),
  example: `aggregators:
  - starlark:
      period: 30s
      source: |
        state = {}

        def add(metric):
            for name, value in metric.fields.items():
                state[name] = max(value, state.get(name, value))

        def push():
            return Metric("peak", fields=state) if state else None

        def reset():
            state.clear()
`,
  sample: `power,host=kvm-0 watts=115 1767225590000000000
power,host=kvm-1 watts=126.5 1767225600000000000
`,
  differences: starlarkDifferences,
  create: (config, context) => new StarlarkAggregator(config, context),
});
