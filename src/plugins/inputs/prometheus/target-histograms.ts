/** The native histograms of one target, each a point of its own, and which of them have ended. */
import type { ExposedHistogram } from '../../../formats/prometheus-protobuf/exposition.ts';
import type { Interner } from '../../../metric/interner.ts';
import { histogramFields, whyInvalid, type NativeHistogram } from '../../../metric/native-histogram.ts';
import { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { isInRange } from '../../../metric/time.ts';
import { sampleTags } from './sample-tags.ts';
import type { Moment, TakenScrape, TargetSeriesOptions } from './target-series.ts';

/** The fields that it had last, and whether it had no time of its own: only of such a series the end is told. */
interface LiveHistogram {
  readonly shape: Shape;
  readonly untimed: boolean;
}

export class TargetHistograms {
  readonly #options: TargetSeriesOptions;
  /** Those of the last scrape, by the id of their series: a new bucket makes another shape. */
  #current = new Map<string, LiveHistogram>();

  constructor(options: TargetSeriesOptions) {
    this.#options = options;
  }

  /** The points of a scrape, and a marker for each histogram of the one before that it lacks. */
  take(histograms: readonly ExposedHistogram[], now: Moment): TakenScrape {
    const { interner, tags, honorLabels, honorTimestamps } = this.#options;
    const taken = { points: [] as Point[], added: 0, duplicates: 0, outOfRange: 0, badHistograms: 0 };
    const present = new Map<string, LiveHistogram>();
    for (const { name, labels, timestampMs, histogram, origin } of histograms) {
      const series = interner.series(name, sampleTags(labels, tags, honorLabels));
      const untimed = !honorTimestamps || Number.isNaN(timestampMs);
      const problem = problemOf(histogram, untimed ? now.ms : timestampMs, untimed && present.get(series.id)?.untimed === true);
      if (problem !== undefined) {
        taken[problem]++;
        continue;
      }
      const point = histogramPoint(interner, series, untimed ? now : { ms: timestampMs, ns: 0 }, { histogram, origin });
      if (!this.#current.has(series.id) && !present.has(series.id)) taken.added++;
      present.set(series.id, { shape: point.shape, untimed });
      taken.points.push(point);
    }
    taken.points.push(...this.#ended(present, now));
    this.#current = present;
    return taken;
  }

  #ended(present: ReadonlyMap<string, LiveHistogram>, now: Moment): Point[] {
    const ended = [...this.#current].filter(([id, { untimed }]) => untimed && present.get(id)?.untimed !== true);
    return ended.map(([, { shape }]) => Point.stale(shape, now.ms, now.ns));
  }
}

/** What keeps a histogram from being a point; undefined: nothing. */
function problemOf(histogram: NativeHistogram, ms: number, isTwice: boolean): 'badHistograms' | 'outOfRange' | 'duplicates' | undefined {
  if (whyInvalid(histogram) !== undefined) return 'badHistograms';
  if (!isInRange(ms, 0)) return 'outOfRange';
  return isTwice ? 'duplicates' : undefined;
}

function histogramPoint(
  interner: Interner,
  series: Series,
  { ms, ns }: Moment,
  { histogram, origin }: Pick<ExposedHistogram, 'histogram' | 'origin'>,
): Point {
  const fields = histogramFields(histogram);
  const shape = interner.shape(series, fields);
  const byName = new Map(fields.map(({ name, value }) => [name, value]));
  const values = shape.fields.map(({ key }) => byName.get(key.name) ?? 0);
  return Point.fromValues(shape, ms, ns, values, origin);
}
