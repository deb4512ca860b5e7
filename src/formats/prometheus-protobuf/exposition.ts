/**
 * Prometheus' protobuf exposition, the only one with native histograms: they as they are, and everything else as OpenMetrics, for the
 * parser that knows the series of a target by their text. Start times stand beside the lines: a page would have to have series for them.
 */
import type { NativeHistogram } from '../../metric/native-histogram.ts';
import type { Exemplar, Origin } from '../../metric/origin.ts';
import type { StartOf } from '../prometheus-text/start-times.ts';
import { countsOf, readFamilies, type Distribution, type Metric, type MetricFamily } from './messages.ts';
import { boundText, OpenMetricsWriter, type LabelPairs } from './open-metrics.ts';

/** A native histogram of a target. */
export interface ExposedHistogram {
  readonly name: string;
  readonly labels: LabelPairs;
  /** NaN: it has no time of its own. */
  readonly timestampMs: number;
  readonly histogram: NativeHistogram;
  readonly origin: Origin | null;
}

export interface ProtobufExposition {
  /** All samples but native histograms, as OpenMetrics. */
  readonly text: Buffer;
  /** Of the samples of `text`, by their row. */
  readonly startOf: StartOf;
  readonly histograms: readonly ExposedHistogram[];
}

const GAUGE_HISTOGRAM = 5;
const TYPES = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram'] as const;
const RESET_HINT_GAUGE = 3;

/** Whether a Content-Type is that of delimited MetricFamily messages. */
export function isProtobufExposition(contentType: string | undefined): boolean {
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(/\s*;\s*/);
  return type === 'application/vnd.google.protobuf' && parameters.includes('encoding=delimited');
}

/** What a body says. Throws on bytes that are none, and where the text would be longer than `maxBytes`. */
export function readProtobufExposition(body: Buffer, maxBytes: number): ProtobufExposition {
  const writer = new FamilyWriter(maxBytes);
  for (const family of readFamilies(body)) writer.write(family);
  return writer.end();
}

class FamilyWriter {
  readonly #text: OpenMetricsWriter;
  readonly #starts: number[] = [];
  readonly #histograms: ExposedHistogram[] = [];

  constructor(maxBytes: number) {
    this.#text = new OpenMetricsWriter(maxBytes);
  }

  write(family: MetricFamily): void {
    const { name, help, unit, type, metrics } = family;
    if (TYPES[type] === undefined) throw new Error(`the family ${JSON.stringify(name)} has the type ${type}, which is none`);
    this.#text.metadata('TYPE', name, TYPES[type]);
    if (help !== '') this.#text.metadata('HELP', name, help);
    if (unit !== '' && name.endsWith(`_${unit}`)) this.#text.metadata('UNIT', name, unit);
    for (const metric of metrics) this.#metric(family, metric);
  }

  end(): ProtobufExposition {
    const starts = this.#starts;
    return { text: this.#text.end(), startOf: (row) => starts[row], histograms: this.#histograms };
  }

  #metric({ name, type }: MetricFamily, metric: Metric): void {
    const { value, exemplar, startMs, distribution } = metric;
    if (distribution === undefined) this.#sample(metric, name, value, { startMs, exemplar });
    else if (isNative(distribution)) this.#histograms.push(exposedHistogram(name, metric, distribution, type));
    else this.#distribution(name, metric, distribution);
  }

  #distribution(name: string, metric: Metric, { count, sum, quantiles, buckets }: Distribution, hasBuckets = quantiles.length === 0): void {
    const { startMs } = metric;
    for (const [quantile, value] of quantiles) this.#sample(metric, name, value, { label: ['quantile', boundText(quantile)] });
    for (const { bound, count: upTo, exemplar } of buckets) {
      this.#sample(metric, `${name}_bucket`, upTo, { label: ['le', boundText(bound)], startMs, exemplar });
    }
    const isOpen = hasBuckets && buckets.length > 0 && buckets.at(-1)?.bound !== Infinity;
    if (isOpen) this.#sample(metric, `${name}_bucket`, count, { label: ['le', '+Inf'], startMs });
    this.#sample(metric, `${name}_count`, count, { startMs });
    this.#sample(metric, `${name}_sum`, sum, { startMs });
  }

  #sample(
    { labels, timestampMs }: Metric,
    name: string,
    value: number,
    { label, startMs = 0, exemplar }: { label?: readonly [string, string]; startMs?: number; exemplar?: Exemplar | undefined },
  ): void {
    this.#text.sample({ name, labels: label === undefined ? labels : [...labels, label], value, timestampMs, exemplar });
    this.#starts.push(startMs);
  }
}

/** As Prometheus tells them apart: a native histogram without observations has a span of no buckets, or a zero bucket with some width. */
function isNative({ zeroThreshold, zeroCount, positive, negative }: Distribution): boolean {
  return zeroThreshold > 0 || zeroCount > 0 || positive.spans.length > 0 || negative.spans.length > 0;
}

function exposedHistogram(name: string, metric: Metric, distribution: Distribution, type: number): ExposedHistogram {
  const { labels, timestampMs, startMs } = metric;
  const { count, sum, schema, zeroThreshold, zeroCount, positive, negative, buckets, exemplars } = distribution;
  // Without a time, one of several can't be told from what was sent before.
  const all = [...buckets.flatMap(({ exemplar }) => exemplar ?? []), ...exemplars].filter((one) => one.timestampMs > 0);
  return {
    name,
    labels,
    timestampMs,
    histogram: {
      count,
      sum,
      schema,
      resetHint: type === GAUGE_HISTOGRAM ? RESET_HINT_GAUGE : 0,
      zeroThreshold,
      zeroCount,
      positive: { spans: positive.spans, counts: countsOf(positive) },
      negative: { spans: negative.spans, counts: countsOf(negative) },
    },
    origin: startMs === 0 && all.length === 0 ? null : { startMs, exemplars: all.sort((a, b) => a.timestampMs - b.timestampMs) },
  };
}
