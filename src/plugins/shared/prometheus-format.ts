/** The data formats `prometheus` and `openmetrics`: whole expositions, as a scrape would give them. */
import { z } from 'zod';
import type { Dialect } from '../../formats/prometheus-text/exposition.ts';
import { ExpositionParser } from '../../formats/prometheus-text/parse.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import { ExpositionPoints, type SampleMemo } from './exposition-points.ts';
import type { MetricVersion } from './exposition-roles.ts';
import type { ReadText, TextReader } from './text-format.ts';

/** Telegraf's default for parsers, 0, means 2 (that of its input `prometheus` means 1). */
const metricVersion = z
  .union([z.literal(0), z.literal(1), z.literal(2)], { error: 'a metric version is 1 or 2' })
  .transform((version): MetricVersion => (version === 1 ? 1 : 2))
  .prefault(2)
  .describe('1: a measurement per metric family, with fields `counter`, `gauge`, `value`; 2: one measurement, with a field per metric.');

const ignoreTimestamp = z.boolean().default(false).describe('Take the time of reading, whatever times the samples have.');

/** The options of `data_format: prometheus` and `data_format: openmetrics`. */
export const expositionFormatOptions = {
  prometheus_metric_version: metricVersion,
  prometheus_ignore_timestamp: ignoreTimestamp,
  openmetrics_metric_version: metricVersion,
  openmetrics_ignore_timestamp: ignoreTimestamp,
} as const;

export type ExpositionFormatConfig = z.output<z.ZodObject<typeof expositionFormatOptions>>;

/** Reads expositions of one dialect; a bad one is refused whole. */
export class ExpositionReader implements TextReader {
  readonly unit = 'text';
  readonly #context: PluginContext;
  readonly #dialect: Dialect;
  readonly #parser = new ExpositionParser<SampleMemo>();
  readonly #points: ExpositionPoints;

  constructor(config: ExpositionFormatConfig, dialect: Dialect, context: PluginContext) {
    this.#context = context;
    this.#dialect = dialect;
    const options =
      dialect === 'text'
        ? { version: config.prometheus_metric_version, ignoreTimestamp: config.prometheus_ignore_timestamp }
        : { version: config.openmetrics_metric_version, ignoreTimestamp: config.openmetrics_ignore_timestamp };
    this.#points = new ExpositionPoints(options, context);
  }

  read(text: Buffer): ReadText {
    const parsed = this.#parser.parse(text, this.#dialect);
    if (parsed.ok) return { points: this.#points.points(parsed, this.#dialect, this.#context.clock.now()), errors: [], errorCount: 0 };
    this.#context.error();
    return { points: [], errors: [{ ...parsed, text: '' }], errorCount: 1 };
  }
}
