/**
 * The processor `energy`. `bind` finds the fields that carry power or energy, their state, their place in a host total and the
 * series of what they become; a point then costs the look-up of its state and the arithmetic.
 */
import { EnergyPoints, energySeries, ENERGY, EQUIVALENT } from '../../../energy/points.ts';
import type { EnergySample, IntegrationOptions, Rejection } from '../../../energy/integrate.ts';
import { learnLimit, receive, release, type Receiver } from '../../../energy/receive.ts';
import { NEW_SERIES, type SeriesState } from '../../../energy/series-state.ts';
import { SourceRegistry } from '../../../energy/sources/registry.ts';
import type { PowerLimit, Source } from '../../../energy/sources/source.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { compareTime } from '../../../metric/time.ts';
import type { Binding, PluginContext, Processor } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import type { EnergyConfig } from './config.ts';
import { Hosts, hostSensor, type HostSensor } from './hosts.ts';
import { seriesSpec } from './state.ts';

/** One field of one series that is integrated. */
interface Meter {
  readonly key: string;
  readonly index: number;
  readonly source: Source;
  readonly points: EnergyPoints;
  readonly sensor: HostSensor | undefined;
}

/** One field of one series that bounds the power of another. */
interface LimitField {
  readonly key: string;
  readonly index: number;
  readonly limit: PowerLimit;
}

export class EnergyProcessor implements Processor {
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
    const limits = this.#limits(shape);
    if (meters.length === 0 && limits.length === 0) return 'pass';
    return (point, out) => {
      out.push(point);
      if (point.stale) return;
      const { values } = point;
      for (const field of limits) this.#learn(field, Number(values[field.index]));
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
      release(meter.source, state, this.#integration, {
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

  #meter(series: Series, field: string, kind: Kind, index: number): Meter[] {
    const source = kind === Kind.Bool || kind === Kind.String ? undefined : this.#registry.find(series, field);
    if (source === undefined) return [];
    const { interner } = this.#context;
    const key = stateKey(series, field);
    const points = new EnergyPoints(interner, energySeries(interner, series.tags, source.name, source.scope));
    const sensor = this.#hosts === undefined ? undefined : hostSensor(series, source, key);
    return [{ key, index, source, points, sensor }];
  }

  /** The fields of a shape that say how much power another field of the same series can have. */
  #limits(shape: Shape): LimitField[] {
    return this.#registry.of(shape.series).flatMap(({ field, limit }) => {
      const index = limit === undefined ? -1 : shape.indexOf(limit.field);
      return limit === undefined || index === -1 ? [] : [{ key: stateKey(shape.series, field), index, limit }];
    });
  }

  #learn({ key, limit }: LimitField, watts: number): void {
    const state = this.#series.get(key);
    // Before its first reading there is nothing to bound; the limit comes again with every interval.
    if (state === undefined) return;
    const next = learnLimit(state, limit, watts);
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
    const next = receive(meter.source, state, reading, this.#integration, this.#receiver(meter, out));
    if (next === state) return;
    this.#series.set(meter.key, next);
    if (next.held.length > 0) this.#waiting.set(meter.key, meter);
  }

  #receiver(meter: Meter, out: Point[]): Receiver {
    return {
      sample: (sample) => {
        out.push(meter.points.point(sample));
        if (meter.sensor !== undefined) this.#hosts?.report(meter.sensor, sample, out);
      },
      rejected: (reason) => this.#reject(meter, reason),
    };
  }

  #reject({ source, key }: Meter, reason: Rejection): void {
    this.#context.drop(reason);
    if (reason !== 'implausible') return;
    this.#context.log.warn('a reading beyond what its source can do was not counted', { source: source.name, series: key });
  }
}

function stateKey(series: Series, field: string): string {
  return `${series.id} ${field}`;
}
