/** Prometheus' text format as a data format of outputs, with the options of Telegraf's serialiser `prometheus`. */
import { z } from 'zod';
import { LineParser } from '../../formats/line-protocol/parse.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import { Exposer } from './exposition-page/exposer.ts';
import { Page } from './exposition-page/page.ts';
import { createTargetOf } from './exposition-page/places.ts';
import { createTypeOf, metricTypes } from './exposition-page/types.ts';

/** The options of `data_format: prometheus`. */
export const expositionOutputOptions = {
  prometheus_export_timestamp: z.boolean().default(false).describe('prometheus: write the times of metrics.'),
  prometheus_compact_encoding: z.boolean().default(false).describe('prometheus: leave types and help out.'),
  prometheus_sort_metrics: z.boolean().optional().describe("prometheus: taken for Telegraf's sake; metrics are always in order."),
  prometheus_string_as_label: z
    .boolean()
    .default(false)
    .describe("prometheus: make string fields labels of the metric's other fields; otherwise they are left out."),
  prometheus_metric_types: metricTypes.describe('prometheus: types of metrics, over what their sources say of them.'),
} as const;
export type ExpositionOutputConfig = z.output<z.ZodObject<typeof expositionOutputOptions>>;

/**
 * What makes the text of line protocol: named as by `metric_version: 2` of `prometheus_client`, of a series that is there several times the
 * latest. Empty where no metric has a number. Throws `ConfigError`.
 */
export function createExpositionText(config: ExpositionOutputConfig, context: PluginContext): (lines: Buffer) => Buffer {
  const { prometheus_export_timestamp: showsTimes, prometheus_compact_encoding: isCompact, prometheus_metric_types: types } = config;
  const page = new Page({ expirationMs: 0, showsTimes, isCompact, keepsLatest: true });
  const targetOf = createTargetOf(2, createTypeOf(types, context.metadata, 'prometheus_metric_types'));
  const exposer = new Exposer(context, page, targetOf, config.prometheus_string_as_label);
  const parser = new LineParser(context.interner);
  return (lines) => {
    page.clear();
    exposer.add(parser.parse(lines, { precision: 'ns', now: context.clock.now() }).points);
    return Buffer.from(page.text(0));
  };
}
