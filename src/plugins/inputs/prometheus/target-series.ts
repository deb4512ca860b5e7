/**
 * The series of one target: what its scrapes become, and which of them have ended.
 *
 * A series is known by its labels, not by their spelling: some targets write them in another order at each scrape. So several
 * spellings may lead to one `FollowedSeries`, and it is forgotten once it was missing from a scrape.
 */
import type { Exposition } from '../../../formats/prometheus-text/exposition.ts';
import type { ExposedSeries } from '../../../formats/prometheus-text/exposed-series.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { isInRange } from '../../../metric/time.ts';
import { sampleTags } from './sample-tags.ts';

/** All metrics are of this measurement and named by their field: remote write then calls them as the target does. */
export const MEASUREMENT = 'prometheus';

/** What is remembered of a series; the parser keeps it with the series' spelling. */
export class FollowedSeries {
  readonly shape: Shape;
  /** The scrape that had it last. */
  seen = 0;
  ended = false;

  constructor(shape: Shape) {
    this.shape = shape;
  }
}

export interface TargetSeriesOptions {
  readonly interner: Interner;
  /** `job`, `instance` and the target's own. */
  readonly tags: Tags;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
}

export interface Moment {
  readonly ms: number;
  readonly ns: number;
}

export interface TakenScrape {
  readonly points: Point[];
  /** Series that no scrape before had. */
  readonly added: number;
  /** Samples of a series that the same scrape had already; the first one counts. */
  readonly duplicates: number;
  /** Samples with a timestamp of their own that no time in nanoseconds can hold. */
  readonly outOfRange: number;
}

export class TargetSeries {
  readonly #options: TargetSeriesOptions;
  /** Shapes are interned. Were one forgotten and made anew, its marker would come at the time of its sample, and lose. */
  readonly #byShape = new Map<Shape, FollowedSeries>();
  /** Those whose end would be told: the ones of the last scrape without timestamps of their own. */
  #current: FollowedSeries[] = [];
  #scrape = 0;
  #added = 0;

  constructor(options: TargetSeriesOptions) {
    this.#options = options;
  }

  /** The points of a scrape, and a marker for each series of the one before that it lacks. */
  take(exposition: Exposition<FollowedSeries>, now: Moment): TakenScrape {
    const { series, value, timestampMs, count } = exposition;
    const { honorTimestamps } = this.#options;
    const scrape = ++this.#scrape;
    const points: Point[] = [];
    const present: FollowedSeries[] = [];
    this.#added = 0;
    let duplicates = 0;
    let outOfRange = 0;
    for (let at = 0; at < count; at++) {
      const followed = this.#follow(series[at]);
      const ownMs = timestampMs[at];
      if (honorTimestamps && !Number.isNaN(ownMs)) {
        if (isInRange(ownMs, 0)) points.push(Point.fromValues(followed.shape, ownMs, 0, [value[at]]));
        else outOfRange++;
      } else if (followed.seen === scrape) {
        duplicates++;
      } else {
        followed.seen = scrape;
        present.push(followed);
        points.push(Point.fromValues(followed.shape, now.ms, now.ns, [value[at]]));
      }
    }
    this.#end((followed) => followed.seen !== scrape, now, points);
    this.#current = present;
    return { points, added: this.#added, duplicates, outOfRange };
  }

  /** Markers for all series: the target could not be scraped, or is one no more. */
  endAll(now: Moment): Point[] {
    const points: Point[] = [];
    this.#end(() => true, now, points);
    this.#current = [];
    return points;
  }

  #end(hasEnded: (followed: FollowedSeries) => boolean, now: Moment, out: Point[]): void {
    for (const followed of this.#current) {
      if (!hasEnded(followed)) continue;
      followed.ended = true;
      this.#byShape.delete(followed.shape);
      out.push(Point.stale(followed.shape, now.ms, now.ns));
    }
  }

  #follow(exposed: ExposedSeries<FollowedSeries>): FollowedSeries {
    const known = exposed.memo;
    if (known !== undefined && !known.ended) return known;
    const shape = this.#shapeOf(exposed);
    let followed = this.#byShape.get(shape);
    if (followed === undefined) {
      followed = new FollowedSeries(shape);
      this.#byShape.set(shape, followed);
      this.#added++;
    }
    exposed.memo = followed;
    return followed;
  }

  #shapeOf({ name, labels }: ExposedSeries<FollowedSeries>): Shape {
    const { interner, tags, honorLabels } = this.#options;
    const series = interner.series(MEASUREMENT, sampleTags(labels, tags, honorLabels));
    return interner.shape(series, [{ name, kind: Kind.Float }]);
  }
}
