/**
 * The processor `energy`. `bind` finds the fields that carry power or energy, their state, what their energy adds to and the
 * series of what they become; a point then costs the look-up of its state and the arithmetic.
 */
import { isBy } from '../../../energy/contend.ts';
import { energySeries, ENERGY, EQUIVALENT } from '../../../energy/points.ts';
import type { EnergySample, IntegrationOptions, Rejection } from '../../../energy/integrate.ts';
import { learnLimit, learnRange, receive, release } from '../../../energy/receive.ts';
import { NEW_SERIES, type FieldId, type SeriesState } from '../../../energy/series-state.ts';
import type { SourceRegistry } from '../../../energy/sources/registry.ts';
import type { Source } from '../../../energy/sources/source.ts';
import type { Frame } from '../../../energy/total.ts';
import { isNumeric, type FieldValue } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import { seriesText } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { compareTime } from '../../../metric/time.ts';
import type { Binding, PluginContext, Processor } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import type { EnergyConfig } from './config.ts';
import { Derived } from './derived.ts';
import { Forgetter } from '../../shared/forget.ts';
import type { Meter, MeterOwner } from './meter.ts';
import { seriesSpec } from './state.ts';
import { Totals, type Membership, type Whole } from './totals.ts';
import { Users, type User } from './users.ts';
import { Wiring } from './wiring.ts';

/** A series that is silent must not keep the batch that it was in. */
const NOWHERE: Point[] = [];

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
  readonly #forgetter: Forgetter;
  readonly #series: State<SeriesState>;
  readonly #wiring: Wiring;
  readonly #totals: Totals;
  readonly #derived: Derived;
  readonly #users: Users;
  /** The meters whose readings may be waiting, for `flush`. */
  readonly #waiting = new Map<string, Meter>();

  constructor(config: EnergyConfig, registry: SourceRegistry, context: PluginContext) {
    const { max_gap: maxGap, max_series: maxSeries, facility, unattributed } = config;
    this.#context = context;
    this.#registry = registry;
    this.#integration = {
      maxGapSeconds: maxGap === undefined ? undefined : maxGap / 1000,
      latenessMs: config.lateness,
      now: () => context.clock.now().ms,
    };
    this.#forgetter = new Forgetter(maxSeries);
    this.#series = context.state(seriesSpec);
    this.#wiring = new Wiring(config, registry, context.interner);
    this.#totals = new Totals(context, maxSeries, (of, frame, out) => this.#frame(of, frame, out));
    const overhead = facility && { psuEfficiency: facility.psu_efficiency, pue: facility.pue };
    this.#derived = new Derived({ overhead, unattributed: unattributed !== undefined }, context);
    this.#users = new Users(config.shares.length, maxSeries, context);
  }

  bind(shape: Shape): Binding {
    const { series } = shape;
    if (series.measurement === ENERGY || series.measurement === EQUIVALENT) return 'pass';
    const meters = this.#wiring.meters(shape, this);
    const lessons = this.#registry.of(series).flatMap((source) => this.#lessons(shape, source));
    const texts = this.#countTexts(shape);
    if (meters.length === 0 && lessons.length === 0 && texts === 0) return 'pass';
    for (const { place } of meters) if (place.user !== undefined) this.#users.add(place.user);
    return (point, out) => {
      out.push(point);
      if (point.stale) return;
      if (texts > 0) this.#context.drop('not_a_number', texts);
      const { values } = point;
      for (const lesson of lessons) this.#learn(lesson, Number(values[lesson.index]));
      for (const meter of meters) this.#read(meter, point, values[meter.place.index], out);
    };
  }

  /** What would come if no more readings did; the state stays as it is, so that after a restart they may still come. */
  flush(out: Point[]): void {
    const released: { of: Membership; sample: EnergySample }[] = [];
    for (const meter of this.#waiting.values()) {
      const { key, points, memberships } = meter.place;
      const state = this.#series.get(key);
      if (state === undefined || state.held.length === 0) continue;
      release(state, this.#integration, {
        source: (of) => meter.source(of),
        sample: (sample) => {
          if (points !== undefined) out.push(points.point(sample));
          for (const of of memberships) released.push({ of, sample });
        },
        rejected: () => undefined, // counted when it is refused for good
      });
    }
    released.sort((a, b) => compareTime(a.sample.ms, a.sample.ns, b.sample.ms, b.sample.ns));
    this.#totals.preview(released, this.#wiring.wholes, out);
  }

  alike(source: Source, of: FieldId): Source | undefined {
    return this.#registry.alike(source, of);
  }

  report(membership: Membership, sample: EnergySample, out: Point[]): void {
    this.#totals.report(membership, sample, out);
  }

  use(user: User, sample: EnergySample, out: Point[]): void {
    this.#users.report(user, sample, this.#totals, out);
  }

  reject({ place: { origin, points, user } }: Meter, reason: Rejection): void {
    // Another field says the same, and better: nothing is lost.
    if (reason === 'superseded') return;
    this.#context.drop(reason);
    const why = WARNINGS[reason];
    if (why === undefined) return;
    const made = points ?? user?.points;
    this.#context.log.warn(why, { source: origin.name, series: made && seriesText(made.series) });
  }

  #frame(of: Whole, frame: Frame, out: Point[]): void {
    this.#derived.frame(of, frame, out);
    if (of.scope === 'host') this.#users.frame(of.tags, frame);
  }

  /** How many fields would carry energy, were they numbers. Somebody meant them to count, and must hear that they do not. */
  #countTexts({ series, fields }: Shape): number {
    const texts = fields.filter(({ key, kind }) => !isNumeric(kind) && this.#registry.find(series, key.name) !== undefined);
    if (texts.length > 0) {
      const why = 'a power or an energy came as text, not as a number, and was not counted; convert it with the processor converter';
      this.#context.log.warn(why, { series: seriesText(series), fields: texts.map(({ key }) => key.name).join(', ') });
    }
    return texts.length;
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
    const { key, origin } = meter.place;
    const known = this.#series.get(key);
    if (known === undefined && !this.#forgetter.hasRoom(this.#series, point.ms, this.#integration.now(), lastMs)) {
      this.#context.drop('series_limit');
      return;
    }
    const state = known ?? NEW_SERIES;
    // The wiring lets numbers through only.
    const reading = { ms: point.ms, ns: point.ns, value: value as number | bigint };
    meter.out = out;
    const next = receive(origin, state, reading, this.#integration, meter);
    meter.out = NOWHERE;
    if (next === state) return;
    this.#series.set(key, next);
    if (next.held.length > 0) this.#waiting.set(key, meter);
  }
}

function lastMs({ last, held }: SeriesState): number | undefined {
  return held.at(-1)?.ms ?? last?.ms;
}

/** What an operator should hear of, beside the count. */
const WARNINGS: Partial<Record<Rejection, string>> = {
  implausible: 'a reading beyond what its source can do was not counted',
  frozen: 'a source repeats itself: its readings are not counted until one differs',
};
