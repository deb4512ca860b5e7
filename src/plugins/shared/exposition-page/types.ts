/** What type a metric is: what the options say of its name, or else what its source said. */
import { z } from 'zod';
import type { MetadataRegistry, MetricType } from '../../../metric/metadata.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import type { PageType } from './page.ts';

/** How the text format calls it. */
const PAGE_TYPES: Readonly<Record<MetricType, PageType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'untyped',
  summary: 'summary',
  info: 'untyped',
  stateset: 'untyped',
  unknown: 'untyped',
};

const globs = () => z.array(z.string()).default([]);

/** The option that says of what type metrics are, for a plugin's schema; without a description. */
export const metricTypes = z
  .strictObject({
    counter: globs().describe('Names (globs) of metrics that are counters.'),
    gauge: globs().describe('Names (globs) of metrics that are gauges.'),
  })
  .prefault({});
export type MetricTypes = z.output<typeof metricTypes>;

/** The type of a metric, by its name. */
export type TypeOf = (name: string) => PageType;

/** The types that the option `types` and `metadata` give. Throws `ConfigError` for a glob that can't be read; `option` is where it stands. */
export function createTypeOf(types: MetricTypes, metadata: MetadataRegistry, option = 'metric_types'): TypeOf {
  const isCounter = compileGlobOption([option, 'counter'], types.counter);
  const isGauge = compileGlobOption([option, 'gauge'], types.gauge);
  return (name) => {
    if (types.counter.length > 0 && isCounter(name)) return 'counter';
    if (types.gauge.length > 0 && isGauge(name)) return 'gauge';
    return PAGE_TYPES[metadata.of(name)?.type ?? 'unknown'];
  };
}
