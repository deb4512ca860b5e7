/** Points to WriteRequests: one series per field, every sample newer than the one before it. */
import type { Origin } from '../../../metric/origin.ts';
import type { Point } from '../../../metric/point.ts';
import type { NameRules } from '../../../formats/remote-write/names.ts';
import { packRequest } from '../../../formats/remote-write/packed-request.ts';
import { RequestWriter, type SampleGroup } from '../../../formats/remote-write/request-writer.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { ExemplarOrder, type ExemplarReason } from './exemplars.ts';
import { encodeHistogram, type HistogramSeries } from './histogram-series.ts';
import { SeriesOrder } from './order.ts';
import { ShapeSeriesTable, type ShapeSeries } from './shape-series.ts';
import { Warnings } from './warnings.ts';

export interface EncodeOptions {
  /** Strings become labels of the point's other fields; without it they are left out. */
  readonly stringAsLabel: boolean;
  /** How far ahead of the clock a sample may be, in milliseconds. */
  readonly maxFutureMs: number;
  readonly names: NameRules;
  /** Whether payloads have start times, for which only 2.0 has a field. */
  readonly startTimes: boolean;
}

/** The destination of payloads that have start times; that of all others is empty. */
export const WITH_START_TIMES = '2.0';

/** What goes no further, and why. A point counts once for each reason that cost it a sample, a start time or an exemplar. */
type Reason = 'string' | 'no_name' | 'duplicate' | 'out_of_order' | 'future' | 'bad_histogram' | 'start_after_sample' | ExemplarReason;

/** What comes of clocks that were set or differ, and may go on for hours: it is told, once. */
const CLOCK_TROUBLE: Partial<Record<Reason, string>> = {
  out_of_order:
    'samples are left out that are not newer than the last of their series, which Prometheus would refuse: were the clocks of their sources set back?',
  future: 'samples are left out that are further ahead of the clock than max_future: are the clocks of their sources right?',
};

/** The encoding half of the output. */
export class RemoteWriteEncoder {
  readonly #context: PluginContext;
  readonly #options: EncodeOptions;
  readonly #order: SeriesOrder;
  readonly #writer = new RequestWriter();
  /** The values of the point at hand. */
  #numbers = new Float64Array(64);
  readonly #exemplars: ExemplarOrder;
  readonly #destination: string;
  readonly #shapes: ShapeSeriesTable;
  readonly #warnings: Warnings;
  readonly #lost = new Map<Reason, number>();

  constructor(context: PluginContext, options: EncodeOptions, order = new SeriesOrder(context)) {
    this.#context = context;
    this.#options = options;
    this.#order = order;
    this.#exemplars = new ExemplarOrder(options.names);
    this.#warnings = new Warnings(context.log);
    this.#shapes = new ShapeSeriesTable(context.interner, { ...options, order, warnings: this.#warnings });
    this.#destination = options.startTimes ? WITH_START_TIMES : '';
  }

  /** The payloads of these points, sorted by time, none with more than `maxPoints`. */
  encode(points: readonly Point[], maxPoints: number): Payload[] {
    const payloads: Payload[] = [];
    const latest = this.#context.clock.now().ms + this.#options.maxFutureMs;
    let written = 0;
    let firstMs = 0;
    let lastMs = 0;
    for (const point of inTimeOrder(points)) {
      if (!this.#append(point, latest)) continue;
      if (written === 0) firstMs = point.ms;
      lastMs = point.ms;
      if (++written < maxPoints) continue;
      payloads.push(this.#payload(written, firstMs, lastMs));
      written = 0;
    }
    if (written > 0) payloads.push(this.#payload(written, firstMs, lastMs));
    this.#commit();
    return payloads;
  }

  /** What has been written since the last payload. */
  #payload(points: number, firstMs: number, lastMs: number): Payload {
    return { destination: this.#destination, body: packRequest(this.#writer.take()), points, firstMs, lastMs };
  }

  /** Adds what can be sent of a point; false if nothing can. */
  #append(point: Point, latestMs: number): boolean {
    if (point.ms > latestMs) {
      this.#lose('future');
      return false;
    }
    const bound = this.#shapes.of(point.shape);
    if (bound.isWindow) return false;
    // Which of several series it ends would be in the strings that a marker has not.
    if (point.stale && bound.series === undefined) return false;
    if (bound.losesString) this.#lose('string');
    if (bound.losesName) this.#lose('no_name');
    const series = bound.series ?? this.#shapes.byStrings(bound, point.values);
    return this.#appendValues(point, series, latestMs);
  }

  #appendValues(point: Point, series: ShapeSeries, latestMs: number): boolean {
    const { family, byField, histogram } = series;
    const numbers = this.#numbersOf(point);
    const { ms, stale } = point;
    // The origin of a point with several fields is that of the histogram that they make together, and of none of them alone.
    const origin = byField.length === 1 ? point.origin : null;
    const startMs = origin === null ? 0 : this.#startMs(origin, ms);
    let written = histogram !== undefined && this.#appendHistogram(point, histogram, latestMs);
    let duplicate = false;
    let late = false;
    for (let index = 0; index < byField.length; index++) {
      const target = byField[index];
      if (target === null) continue;
      const { group, last } = target;
      const value = numbers[index];
      if (ms > last.ms) {
        this.#writer.append(group, ms, value, stale, startMs);
        if (origin !== null) this.#appendExemplars(group, origin, ms, latestMs);
        last.ms = ms;
        last.value = value;
        last.restored = false;
        written = true;
      } else if (ms === last.ms && (last.restored || Object.is(value, last.value))) {
        duplicate = true;
      } else {
        late = true;
      }
    }
    if (written) this.#order.touch(family);
    if (duplicate) this.#lose('duplicate');
    if (late) this.#lose('out_of_order');
    return written;
  }

  #numbersOf(point: Point): Float64Array {
    const { length } = point.shape.fields;
    if (length > this.#numbers.length) this.#numbers = new Float64Array(2 * length);
    point.readNumbers(this.#numbers);
    return this.#numbers;
  }

  /** Adds what the fields of a point are together; false if nothing. */
  #appendHistogram(point: Point, { layout, last, group }: HistogramSeries, latestMs: number): boolean {
    const { ms, origin } = point;
    if (ms <= last.ms) {
      this.#lose(ms === last.ms ? 'duplicate' : 'out_of_order');
      return false;
    }
    const encoded = encodeHistogram(point, layout, origin === null ? 0 : this.#startMs(origin, ms));
    if (typeof encoded === 'string') {
      this.#lose('bad_histogram');
      this.#warnings.once('histogram', 'no server would take this native histogram', {
        measurement: point.series.measurement,
        reason: encoded,
      });
      return false;
    }
    this.#writer.appendHistogram(group, encoded.field);
    if (origin !== null) this.#appendExemplars(group, origin, ms, latestMs);
    Object.assign(last, { ms, value: encoded.value, restored: false });
    return true;
  }

  /** The start time to be sent with a sample of this time; 0: none. */
  #startMs({ startMs }: Origin, ms: number): number {
    if (!this.#options.startTimes || startMs === 0) return 0;
    if (startMs < ms) return startMs;
    this.#lose('start_after_sample');
    return 0;
  }

  #appendExemplars(group: SampleGroup, { exemplars }: Origin, ms: number, latestMs: number): void {
    if (exemplars.length === 0) return;
    for (const taken of this.#exemplars.take(group, exemplars, ms, latestMs)) {
      if (typeof taken === 'string') this.#lose(taken);
      else this.#writer.appendExemplar(group, taken);
    }
  }

  #lose(reason: Reason): void {
    this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + 1);
  }

  #commit(): void {
    const forgotten = this.#order.commit();
    if (forgotten > 0) this.#warnOfForgotten(forgotten);
    for (const [reason, points] of this.#lost) {
      this.#context.drop(reason, points);
      const words = CLOCK_TROUBLE[reason];
      if (words !== undefined) this.#warnings.once(reason, words, { points });
    }
    this.#lost.clear();
  }

  #warnOfForgotten(series: number): void {
    this.#context.log.warn('too many series: those silent longest are forgotten, so an old sample of theirs would be sent again', {
      series,
    });
  }
}

/** The points by time, those of one time in the order given: the same list when it is so already. */
function inTimeOrder(points: readonly Point[]): readonly Point[] {
  for (let at = 1; at < points.length; at++) {
    if (points[at].ms < points[at - 1].ms) return points.toSorted((a, b) => a.ms - b.ms);
  }
  return points;
}
