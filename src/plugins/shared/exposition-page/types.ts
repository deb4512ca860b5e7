/** What type a metric is: what the options say of its name, or else what its source said. */
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

export interface MetricTypes {
  readonly counter: readonly string[];
  readonly gauge: readonly string[];
}

export type TypeOf = (name: string) => PageType;

/** Throws `ConfigError` for a glob that can't be read; `option` is where it stands. */
export function createTypeOf(types: MetricTypes, metadata: MetadataRegistry, option = 'metric_types'): TypeOf {
  const isCounter = compileGlobOption([option, 'counter'], types.counter);
  const isGauge = compileGlobOption([option, 'gauge'], types.gauge);
  return (name) => {
    if (types.counter.length > 0 && isCounter(name)) return 'counter';
    if (types.gauge.length > 0 && isGauge(name)) return 'gauge';
    return PAGE_TYPES[metadata.of(name)?.type ?? 'unknown'];
  };
}
