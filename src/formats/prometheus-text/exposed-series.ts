import type { MetricName } from './families.ts';
import { KnownLine } from './known-lines.ts';
import { readSeries, type Labels } from './series.ts';

/** One series of a target as its text spells it; the same object at every parse of the same parser, while that remembers it. */
export class ExposedSeries<M = unknown> extends KnownLine {
  /** What the user of the parser works out once for this series and keeps. */
  memo: M | undefined = undefined;
  readonly metric: MetricName;

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
}
