/** Points to WriteRequests: one series per field, every sample newer than the one before it. */
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { isHistogramField } from '../../../metric/native-histogram.ts';
import type { Origin } from '../../../metric/origin.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import { COVERED_SECONDS } from '../../../energy/points.ts';
import { legalLabels, metricNames, type LegalLabels, type NameRules } from '../../../formats/remote-write/names.ts';
import { packRequest } from '../../../formats/remote-write/packed-request.ts';
import { RequestWriter, type SampleGroup } from '../../../formats/remote-write/request-writer.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { ExemplarOrder, type ExemplarReason } from './exemplars.ts';
import { encodeHistogram, HistogramSeriesTable, type HistogramSeries } from './histogram-series.ts';
import { SeriesOrder, type OrderedSeries, type SeriesFamily } from './order.ts';

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

/** The series of a shape's points. */
interface ShapeSeries {
  readonly family: SeriesFamily;
  /** By field; null where the field has no series. */
  readonly byField: readonly (OrderedSeries | null)[];
  /** What all fields together are, where they are a native histogram. */
  readonly histogram: HistogramSeries | undefined;
}

/** What the encoder remembers of a shape. */
interface Bound {
  readonly shape: Shape;
  readonly generation: number;
  /** Undefined when it depends on the strings' values. */
  readonly series: ShapeSeries | undefined;
  /** Fields that are strings. */
  readonly strings: readonly number[];
  /** With `stringAsLabel`, the series by the strings' values. */
  readonly byStrings: Map<string, ShapeSeries>;
  /** Whether a point of this shape loses a string, and whether it loses a field that has no legal name. */
  readonly losesString: boolean;
  readonly losesName: boolean;
  /** Whether its points are windows of energy: written again and again while they grow, which Prometheus refuses. It has their samples. */
  readonly isWindow: boolean;
}

/** What comes of clocks that were set or differ, and may go on for hours: it is told, once. */
const CLOCK_TROUBLE: Partial<Record<Reason, string>> = {
  out_of_order:
    'samples are left out that are not newer than the last of their series, which Prometheus would refuse: were the clocks of their sources set back?',
  future: 'samples are left out that are further ahead of the clock than max_future: are the clocks of their sources right?',
};

/** A string field that never repeats must not fill the memory: the cache of its series starts over here. */
const MAX_STRING_SETS = 256;

export class RemoteWriteEncoder {
  readonly #context: PluginContext;
  readonly #options: EncodeOptions;
  readonly #order: SeriesOrder;
  readonly #slot: number;
  readonly #writer = new RequestWriter();
  readonly #exemplars: ExemplarOrder;
  readonly #destination: string;
  readonly #histograms: HistogramSeriesTable;
  readonly #lost = new Map<Reason, number>();
  #told = new Set<string>();

  constructor(context: PluginContext, options: EncodeOptions, order = new SeriesOrder(context)) {
    this.#context = context;
    this.#options = options;
    this.#order = order;
    this.#slot = context.interner.slot();
    this.#exemplars = new ExemplarOrder(options.names);
    this.#histograms = new HistogramSeriesTable(order, options.names);
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
      payloads.push({ destination: this.#destination, body: packRequest(this.#writer.take()), points: written, firstMs, lastMs });
      written = 0;
    }
    if (written > 0) {
      payloads.push({ destination: this.#destination, body: packRequest(this.#writer.take()), points: written, firstMs, lastMs });
    }
    this.#commit();
    return payloads;
  }

  /** Adds what can be sent of a point; false if nothing can. */
  #append(point: Point, latestMs: number): boolean {
    if (point.ms > latestMs) {
      this.#lose('future');
      return false;
    }
    const bound = this.#bound(point.shape);
    if (bound.isWindow) return false;
    // Which of several series it ends would be in the strings that a marker has not.
    if (point.stale && bound.series === undefined) return false;
    const { values } = point;
    if (bound.losesString) this.#lose('string');
    if (bound.losesName) this.#lose('no_name');
    const series = bound.series ?? this.#seriesByStrings(bound, values);
    return this.#appendValues(point, values, series, latestMs);
  }

  #appendValues(point: Point, values: readonly FieldValue[], series: ShapeSeries, latestMs: number): boolean {
    const { family, byField, histogram } = series;
    const { ms, stale } = point;
    // Of several fields it is about all of them, a histogram, and about none alone.
    const origin = byField.length === 1 ? point.origin : null;
    const startMs = origin === null ? 0 : this.#startMs(origin, ms);
    let written = histogram !== undefined && this.#appendHistogram(point, histogram, latestMs);
    let duplicate = false;
    let late = false;
    for (let index = 0; index < byField.length; index++) {
      const target = byField[index];
      if (target === null) continue;
      const { group, last } = target;
      const value = Number(values[index]);
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
      this.#tellOnce('histogram', 'no server would take this native histogram', { measurement: point.series.measurement, reason: encoded });
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

  #bound(shape: Shape): Bound {
    const known = shape.slots[this.#slot] as Bound | undefined;
    if (known !== undefined && known.generation === this.#order.generation) return known;
    const bound = this.#bind(shape);
    shape.slots[this.#slot] = bound;
    return bound;
  }

  #bind(shape: Shape): Bound {
    const strings = shape.fields.flatMap(({ kind }, index) => (kind === Kind.String ? [index] : []));
    const asLabels = this.#options.stringAsLabel && strings.length > 0;
    const losesString = strings.length > 0 && (!asLabels || strings.length === shape.fields.length);
    if (losesString) this.#tellOfString(shape, strings[0]);
    return {
      shape,
      generation: this.#order.generation,
      series: asLabels ? undefined : this.#seriesOf(shape, legalLabels(shape.series.tags, [], this.#options.names)),
      strings,
      byStrings: new Map(),
      losesString,
      losesName: numericNames(shape, this.#options.names).includes(''),
      isWindow: shape.indexOf(COVERED_SECONDS) !== -1,
    };
  }

  #seriesByStrings({ shape, strings, byStrings }: Bound, values: readonly FieldValue[]): ShapeSeries {
    const texts = strings.map((index) => String(values[index]));
    const key = JSON.stringify(texts);
    const known = byStrings.get(key);
    if (known !== undefined) return known;
    const extra = strings.map((index, at) => [shape.fields[index].key.name, texts[at]] as const);
    const series = this.#seriesOf(shape, legalLabels(shape.series.tags, extra, this.#options.names));
    if (byStrings.size >= MAX_STRING_SETS) byStrings.clear();
    byStrings.set(key, series);
    return series;
  }

  #seriesOf(shape: Shape, { labels, renamed }: LegalLabels): ShapeSeries {
    const { measurement } = shape.series;
    const names = numericNames(shape, this.#options.names);
    const family = this.#order.family(measurement, labels);
    if (renamed.length > 0) {
      this.#tellOnce('label', 'tags have the same label name for Prometheus; some got a number', { measurement, renamed });
    }
    const histogram = this.#histograms.of(shape, family);
    let next = 0;
    const byField = shape.fields.map(({ key, kind }) => {
      const name = kind === Kind.String ? '' : names[next++];
      return name === '' || (histogram !== undefined && isHistogramField(key.name)) ? null : this.#order.series(family, name);
    });
    return { family, byField, histogram };
  }

  #commit(): void {
    const forgotten = this.#order.commit();
    if (forgotten > 0) this.#tellOfForgotten(forgotten);
    for (const [reason, points] of this.#lost) {
      this.#context.drop(reason, points);
      const words = CLOCK_TROUBLE[reason];
      if (words !== undefined) this.#tellOnce(reason, words, { points });
    }
    this.#lost.clear();
  }

  #tellOfForgotten(series: number): void {
    this.#context.log.warn('too many series: those silent longest are forgotten, so an old sample of theirs would be sent again', {
      series,
    });
  }

  #tellOfString(shape: Shape, index: number): void {
    const details = { measurement: shape.series.measurement, field: shape.fields[index].key.name };
    this.#tellOnce('string', 'strings are no samples for Prometheus: leave them out with fieldexclude, or set string_as_label', details);
  }

  #tellOnce(topic: string, message: string, details: object): void {
    if (this.#told.has(topic)) return;
    this.#told.add(topic);
    this.#context.log.warn(message, details);
  }
}

/** The metric names of the fields that are no strings, in their order. */
function numericNames({ series, fields }: Shape, rules: NameRules): string[] {
  const numeric = fields.filter(({ kind }) => kind !== Kind.String);
  return metricNames(
    series.measurement,
    numeric.map(({ key }) => key.name),
    rules,
  );
}

/** The points by time, those of one time in the order given: the same list when it is so already. */
function inTimeOrder(points: readonly Point[]): readonly Point[] {
  for (let at = 1; at < points.length; at++) {
    if (points[at].ms < points[at - 1].ms) return points.toSorted((a, b) => a.ms - b.ms);
  }
  return points;
}
