import type { MetricName } from './families.ts';
import { KnownLine } from './known-lines.ts';
import { readSeries, type Labels } from './series.ts';

/** Labels that tell the samples of a histogram or a summary apart. */
const OF_ONE_SAMPLE = new Set(['le', 'quantile']);

/** One series of a target as its text spells it; the same object at every parse of the same parser, while that remembers it. */
export class ExposedSeries<M = unknown> extends KnownLine {
  /** What the user of the parser works out once for this series and keeps. */
  memo: M | undefined = undefined;
  readonly metric: MetricName;
  #metricKey: string | undefined;

  constructor(metric: MetricName) {
    super();
    this.metric = metric;
  }

  /** The name of the metric, unescaped. */
  get name(): string {
    return this.metric.text;
  }

  /** Unescaped, in the order written, empty values included. Read anew at each call: keep in `memo` what you need of them. */
  get labels(): Labels {
    const { bytes } = this;
    return readSeries(bytes, 0, bytes.length).labels;
  }

  /** The labels that all samples of one metric share, as a text that tells metrics of a family apart. Worked out once. */
  get metricKey(): string {
    this.#metricKey ??= JSON.stringify(this.labels.filter(([name]) => !OF_ONE_SAMPLE.has(name)).sort(byName));
    return this.#metricKey;
  }
}

function byName([a]: Labels[number], [b]: Labels[number]): number {
  return a < b ? -1 : 1;
}
