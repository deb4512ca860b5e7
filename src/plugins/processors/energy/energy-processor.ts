/**
 * The processor `energy`. `bind` finds the fields that carry power or energy, their state, their place in a host total and the
 * series of what they become; a point then costs the look-up of its state and the arithmetic.
 */
import { isBy } from '../../../energy/contend.ts';
import { EnergyPoints, energySeries, ENERGY, EQUIVALENT } from '../../../energy/points.ts';
import type { EnergySample, IntegrationOptions, Rejection } from '../../../energy/integrate.ts';
import { learnLimit, learnRange, receive, release } from '../../../energy/receive.ts';
import { NEW_SERIES, type FieldId, type SeriesState } from '../../../energy/series-state.ts';
import { SourceRegistry } from '../../../energy/sources/registry.ts';
import type { Source } from '../../../energy/sources/source.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { compareTime } from '../../../metric/time.ts';
import type { Binding, PluginContext, Processor } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import type { EnergyConfig } from './config.ts';
import { Hosts, hostSensor, type HostSensor } from './hosts.ts';
import { Meter, sourceOf, type MeterOwner } from './meter.ts';
import { seriesSpec } from './state.ts';

/** One field of one series that says something about another: how much power it can have, or where it wraps. */
interface Lesson {
  readonly key: string;
  readonly index: number;
  readonly source: Source;
  readonly learn: (state: SeriesState, value: number) => SeriesState;
}

export class EnergyProcessor implements Processor, MeterOwner {
  readonly #context: PluginContext;
  readonly #registry: SourceRegistry;
  readonly #integration: IntegrationOptions;
  readonly #maxSeries: number;
  readonly #series: State<SeriesState>;
  readonly #hosts: Hosts | undefined;
  /** The meters whose readings may be waiting, for `flush`. */
  readonly #waiting = new Map<string, Meter>();

  constructor(config: EnergyConfig, own: readonly Source[], context: PluginContext) {
    this.#context = context;
    this.#registry = new SourceRegistry(own);
    this.#integration = {
      maxGapSeconds: config.max_gap === undefined ? undefined : config.max_gap / 1000,
      latenessMs: config.lateness,
      now: () => context.clock.now().ms,
    };
    this.#maxSeries = config.max_series;
    this.#series = context.state(seriesSpec);
    this.#hosts = config.host_totals ? new Hosts(context, config.max_series) : undefined;
  }

  bind(shape: Shape): Binding {
    const { series } = shape;
    if (series.measurement === ENERGY || series.measurement === EQUIVALENT) return 'pass';
    const meters = shape.fields.flatMap(({ key, kind }, index) => this.#meter(series, key.name, kind, index));
    const lessons = this.#registry.of(series).flatMap((source) => this.#lessons(shape, source));
    if (meters.length === 0 && lessons.length === 0) return 'pass';
    return (point, out) => {
      out.push(point);
      const { values } = point;
      for (const lesson of lessons) this.#learn(lesson, Number(values[lesson.index]));
      for (const meter of meters) this.#read(meter, point, values[meter.index], out);
    };
  }

  /** What would come if no more readings did; the state stays as it is, so that after a restart they may still come. */
  flush(out: Point[]): void {
    const released: { sensor: HostSensor; sample: EnergySample }[] = [];
    for (const meter of this.#waiting.values()) {
      const state = this.#series.get(meter.key);
      if (state === undefined || state.held.length === 0) continue;
      const { sensor } = meter;
      release(state, this.#integration, {
        source: (of) => meter.source(of),
        sample: (sample) => {
          out.push(meter.points.point(sample));
          if (sensor !== undefined) released.push({ sensor, sample });
        },
        rejected: () => undefined, // counted when it is refused for good
      });
    }
    released.sort((a, b) => compareTime(a.sample.ms, a.sample.ns, b.sample.ms, b.sample.ns));
    this.#hosts?.preview(released, out);
  }

  alike(source: Source, of: FieldId): Source | undefined {
    return this.#registry.alike(source, of);
  }

  report(sensor: HostSensor, sample: EnergySample, out: Point[]): void {
    this.#hosts?.report(sensor, sample, out);
  }

  reject({ origin, key }: Meter, reason: Rejection): void {
    // Another field says the same, and better: nothing is lost.
    if (reason === 'superseded') return;
    this.#context.drop(reason);
    const why = WARNINGS[reason];
    if (why !== undefined) this.#context.log.warn(why, { source: origin.name, series: key });
  }

  #meter(series: Series, field: string, kind: Kind, index: number): Meter[] {
    const source = kind === Kind.Bool || kind === Kind.String ? undefined : this.#registry.find(series, field);
    if (source === undefined) return [];
    const { interner } = this.#context;
    const made = energySeries(interner, series.tags, source);
    const sensor = this.#hosts === undefined ? undefined : hostSensor(series, source, made.id);
    return [new Meter(sourceOf(source, series), { key: made.id, index, points: new EnergyPoints(interner, made), sensor }, this)];
  }

  /** The fields of a shape that a source of its series learns from. */
  #lessons(shape: Shape, source: Source): Lesson[] {
    const { limit, wrapsAtOf } = source;
    const key = energySeries(this.#context.interner, shape.series.tags, source).id;
    const lessons: Lesson[] = [];
    const add = (field: string, learn: Lesson['learn']) => {
      const index = shape.indexOf(field);
      if (index !== -1) lessons.push({ key, index, source, learn });
    };
    if (limit !== undefined) add(limit.field, (state, watts) => learnLimit(state, limit, watts));
    if (wrapsAtOf !== undefined && 'field' in wrapsAtOf) add(wrapsAtOf.field, learnRange);
    return lessons;
  }

  #learn({ key, source, learn }: Lesson, value: number): void {
    const state = this.#series.get(key);
    // Before its first reading there is nothing to know; it comes again with every interval.
    if (state === undefined || !isBy(state, source)) return;
    const next = learn(state, value);
    if (next !== state) this.#series.set(key, next);
  }

  #read(meter: Meter, point: Point, value: FieldValue, out: Point[]): void {
    const known = this.#series.get(meter.key);
    if (known === undefined && this.#series.size >= this.#maxSeries) {
      this.#context.drop('series_limit');
      return;
    }
    const state = known ?? NEW_SERIES;
    // `#meter` lets numbers through only.
    const reading = { ms: point.ms, ns: point.ns, value: value as number | bigint };
    meter.out = out;
    const next = receive(meter.origin, state, reading, this.#integration, meter);
    if (next === state) return;
    this.#series.set(meter.key, next);
    if (next.held.length > 0) this.#waiting.set(meter.key, meter);
  }
}

/** What an operator should hear of, beside the count. */
const WARNINGS: Partial<Record<Rejection, string>> = {
  implausible: 'a reading beyond what its source can do was not counted',
  frozen: 'a source repeats itself: its readings are not counted until one differs',
};
