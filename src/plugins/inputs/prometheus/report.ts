/** The series that Prometheus adds to those of a target: how its last scrape went. */
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { MEASUREMENT, type Moment } from './target-series.ts';

export interface ScrapeReport {
  readonly up: boolean;
  readonly seconds: number;
  /** Samples in the body. */
  readonly scraped: number;
  /** Series that no scrape before had. */
  readonly added: number;
}

/** In the order of their names, like all values. */
const NAMES = ['scrape_duration_seconds', 'scrape_samples_post_metric_relabeling', 'scrape_samples_scraped', 'scrape_series_added', 'up'];

export class ReportPoints {
  readonly #shape: Shape;

  constructor(interner: Interner, tags: Tags) {
    const fields = NAMES.map((name) => ({ name, kind: Kind.Float }));
    this.#shape = interner.shape(interner.series(MEASUREMENT, tags), fields);
  }

  /** One point with all of them. Nothing is relabelled here, so all samples are left after relabelling. */
  point({ up, seconds, scraped, added }: ScrapeReport, { ms, ns }: Moment): Point {
    return Point.fromValues(this.#shape, ms, ns, [seconds, scraped, scraped, added, up ? 1 : 0]);
  }

  /** The end of them: the target is one no more. */
  end({ ms, ns }: Moment): Point {
    return Point.stale(this.#shape, ms, ns);
  }
}
