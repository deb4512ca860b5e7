/**
 * The series of one target: what its scrapes become, and which of them have ended.
 *
 * A series is known by its labels, not by their spelling: some targets write them in another order at each scrape. So several
 * spellings may lead to one `FollowedSeries`, and it is forgotten once it was missing from a scrape.
 */
import type { ProtobufExposition } from '../../../formats/prometheus-protobuf/exposition.ts';
import type { Exposition } from '../../../formats/prometheus-text/exposition.ts';
import type { ExposedSeries } from '../../../formats/prometheus-text/exposed-series.ts';
import type { StartOf } from '../../../formats/prometheus-text/start-times.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { isInRange } from '../../../metric/time.ts';
import { expositionOrigins } from '../../shared/exposition-origins.ts';
import { sampleTags } from './sample-tags.ts';
import { TargetHistograms } from './target-histograms.ts';

/** All metrics are of this measurement and named by their field: remote write then calls them as the target does. */
export const MEASUREMENT = 'prometheus';

/** What is remembered of a series; the parser keeps it with the series' spelling. */
export interface FollowedSeries {
  /** Undefined once the series has ended: its spelling is remembered for longer, and would keep all of it in memory. */
  shape: Shape | undefined;
  /** The scrape that had it last. */
  seen: number;
  /** The scrape that had it last without a timestamp of its own: only of such a series the end is told. */
  untimed: number;
}

interface LiveSeries extends FollowedSeries {
  shape: Shape;
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
  /** Native histograms whose parts do not fit together. */
  readonly badHistograms: number;
}

/** What a body has beside the samples of its exposition. */
export type Extras = Pick<ProtobufExposition, 'startOf' | 'histograms'>;

export class TargetSeries {
  readonly #options: TargetSeriesOptions;
  /** Shapes are interned. Were one forgotten and made anew, its marker would come at the time of its sample, and lose. */
  readonly #byShape = new Map<Shape, LiveSeries>();
  readonly #histograms: TargetHistograms;
  /** Those of the last scrape. */
  #current: LiveSeries[] = [];
  #scrape = 0;
  #added = 0;

  constructor(options: TargetSeriesOptions) {
    this.#options = options;
    this.#histograms = new TargetHistograms(options);
  }

  /** The points of a scrape, and a marker for each series of the one before that it lacks. */
  take(exposition: Exposition<FollowedSeries>, now: Moment, extras?: Extras): TakenScrape {
    const { points, ...samples } = this.#takeSamples(exposition, now, extras?.startOf);
    const histograms = this.#histograms.take(extras?.histograms ?? [], now);
    for (const point of histograms.points) points.push(point);
    return {
      points,
      added: samples.added + histograms.added,
      duplicates: samples.duplicates + histograms.duplicates,
      outOfRange: samples.outOfRange + histograms.outOfRange,
      badHistograms: histograms.badHistograms,
    };
  }

  #takeSamples(exposition: Exposition<FollowedSeries>, now: Moment, startOf: StartOf | undefined): Omit<TakenScrape, 'badHistograms'> {
    const { series, value, timestampMs, count } = exposition;
    const { honorTimestamps } = this.#options;
    const scrape = ++this.#scrape;
    const origins = expositionOrigins(exposition, startOf);
    const points: Point[] = [];
    const present: LiveSeries[] = [];
    this.#added = 0;
    let duplicates = 0;
    let outOfRange = 0;
    for (let at = 0; at < count; at++) {
      const followed = this.#follow(series[at]);
      const ownMs = timestampMs[at];
      const origin = origins?.of(at) ?? null;
      if (followed.seen !== scrape) present.push(followed);
      followed.seen = scrape;
      if (honorTimestamps && !Number.isNaN(ownMs)) {
        if (isInRange(ownMs, 0)) points.push(Point.fromValues(followed.shape, ownMs, 0, [value[at]], origin));
        else outOfRange++;
      } else if (followed.untimed === scrape) {
        duplicates++;
      } else {
        followed.untimed = scrape;
        points.push(Point.fromValues(followed.shape, now.ms, now.ns, [value[at]], origin));
      }
    }
    this.#end(scrape, now, points);
    this.#current = present;
    return { points, added: this.#added, duplicates, outOfRange };
  }

  /** Markers for all series: the target could not be scraped, or is one no more. */
  endAll(now: Moment): Point[] {
    const { points } = this.#histograms.take([], now);
    this.#end(++this.#scrape, now, points);
    this.#current = [];
    return points;
  }

  /** Tells and forgets what the scrape before had, and this one has not. */
  #end(scrape: number, now: Moment, out: Point[]): void {
    for (const followed of this.#current) {
      if (followed.untimed === scrape - 1) out.push(Point.stale(followed.shape, now.ms, now.ns));
      if (followed.seen !== scrape) this.#forget(followed);
    }
  }

  #forget(followed: FollowedSeries): void {
    if (followed.shape !== undefined) this.#byShape.delete(followed.shape);
    followed.shape = undefined;
  }

  #follow(exposed: ExposedSeries<FollowedSeries>): LiveSeries {
    const { memo } = exposed;
    if (memo !== undefined && isLive(memo)) return memo;
    const shape = this.#shapeOf(exposed);
    let followed = this.#byShape.get(shape);
    if (followed === undefined) {
      followed = { shape, seen: 0, untimed: 0 };
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

function isLive(followed: FollowedSeries): followed is LiveSeries {
  return followed.shape !== undefined;
}
