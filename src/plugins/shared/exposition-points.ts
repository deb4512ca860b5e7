/**
 * Points of an exposition, as Telegraf's `metric_version` 1 and 2 make them: `exposition-roles.ts` says which series becomes what,
 * once; here it is done, per sample. Exemplars and start times stay with samples that become points of their own.
 *
 * One of these per target, with a parser of its own: what it works out is kept on the parser's series.
 */
import type { ExposedSeries } from '../../formats/prometheus-text/exposed-series.ts';
import type { Dialect, Exposition, Family } from '../../formats/prometheus-text/exposition.ts';
import { Kind, type FieldValue } from '../../metric/kind.ts';
import type { Origin } from '../../metric/origin.ts';
import { Point } from '../../metric/point.ts';
import type { Shape } from '../../metric/shape.ts';
import { isInRange } from '../../metric/time.ts';
import type { PluginContext } from '../../pipeline/plugin.ts';
import { roleOf, type FieldForm, type FieldRole, type MetricVersion, type SeriesRole } from './exposition-roles.ts';
import { expositionOrigins } from './exposition-origins.ts';
import { JoinedFields } from './joined-fields.ts';
import type { TagPairs } from './tag-setter.ts';

export interface ExpositionPointsOptions {
  readonly version: MetricVersion;
  /** Take the time of the scrape for all samples. */
  readonly ignoreTimestamp: boolean;
  /** Tags that every point gets, over labels of the same name. */
  readonly tags?: TagPairs;
}

/** A metric of several samples. */
interface Metric {
  readonly fields: JoinedFields;
  /** The numbers of the fields that are there in any case. */
  readonly defaults: readonly number[];
  /** The bucket that is there in any case, and the number of the field that it is equal to. */
  readonly infinite: { readonly shape: Shape; readonly count: number } | undefined;
  hasInfinite: boolean;
  /** The scrape that it was last part of, and whether its point is still to be made. */
  scrape: number;
  isOpen: boolean;
  timestampMs: number;
  isForgotten: boolean;
}

/** What is kept on a series, with the family for which it holds: a TYPE line may change from one scrape to the next. */
export interface SampleMemo {
  readonly family: string;
  readonly type: Family['type'];
  readonly unit: string;
  /** The shape of a point of its own. */
  readonly shape: Shape | undefined;
  readonly form: FieldForm;
  readonly skipsNaN: boolean;
  /** The metric that it is a part of, its number among that's fields (-1: none), and whether it is the bucket without an upper bound. */
  readonly metric: Metric | undefined;
  readonly number: number;
  readonly isInfinite: boolean;
}

type Time = ReturnType<PluginContext['clock']['now']>;

/** Metrics are forgotten once there are several times as many as a scrape had. */
const SPARE_METRICS = 1024;

export class ExpositionPoints {
  readonly #context: PluginContext;
  readonly #options: ExpositionPointsOptions;
  #metrics = new Map<string, Metric>();
  #touched: Metric[] = [];
  #scrape = 0;
  #dialect: Dialect = 'text';
  #now: Time = { ms: 0, ns: 0 };
  #out: Point[] = [];

  constructor(options: ExpositionPointsOptions, context: PluginContext) {
    this.#options = options;
    this.#context = context;
  }

  /** The points of a scrape, those without a time at `now`. Samples that make none (NaN, a time out of range) are counted as dropped. */
  points(exposition: Exposition<SampleMemo>, dialect: Dialect, now: Time): Point[] {
    const { count, families, series, value, timestampMs, family } = exposition;
    this.#scrape++;
    this.#dialect = dialect;
    this.#now = now;
    this.#out = [];
    this.#touched = [];
    const origins = expositionOrigins(exposition);
    let notNumbers = 0;
    let outOfRange = 0;
    for (let row = 0; row < count; row++) {
      const memo = this.#memo(series[row], families[family[row]]);
      const sampleMs = timestampMs[row];
      const origin = origins?.of(row) ?? null;
      if (sampleMs > 0 && !isInRange(sampleMs, 0)) outOfRange++;
      else if (!this.#take(memo, value[row], sampleMs, origin)) notNumbers++;
    }
    for (const metric of this.#touched) this.#finish(metric);
    this.#forget();
    if (notNumbers > 0) this.#context.drop('not_a_number', notNumbers);
    if (outOfRange > 0) this.#context.drop('time_out_of_range', outOfRange);
    return this.#out;
  }

  #memo(series: ExposedSeries<SampleMemo>, family: Family): SampleMemo {
    const { memo } = series;
    if (memo !== undefined && memo.family === family.name && memo.type === family.type && memo.unit === family.unit) {
      if (memo.metric === undefined || !memo.metric.isForgotten) return memo;
    }
    return (series.memo = this.#newMemo(series, family));
  }

  /** False if the sample says nothing for being NaN. */
  #take(
    { shape, form, skipsNaN, metric, number, isInfinite }: SampleMemo,
    value: number,
    timestampMs: number,
    origin: Origin | null,
  ): boolean {
    if (metric !== undefined) this.#touch(metric, timestampMs);
    if (skipsNaN && Number.isNaN(value)) return false;
    if (shape !== undefined) {
      this.#add(shape, timestampMs, [form === 'number' ? value : formed(form, value)], origin);
      if (isInfinite && metric !== undefined) metric.hasInfinite = true;
    } else if (number !== -1) {
      metric?.fields.set(number, value);
    }
    return true;
  }

  /** Notes that a metric is part of this scrape. OpenMetrics may have it several times, at several times. */
  #touch(metric: Metric, timestampMs: number): void {
    if (metric.scrape !== this.#scrape) {
      metric.scrape = this.#scrape;
      metric.timestampMs = NaN;
      this.#touched.push(metric);
    }
    if (timestampMs !== metric.timestampMs && !Number.isNaN(timestampMs)) {
      if (this.#dialect === 'openmetrics' && !Number.isNaN(metric.timestampMs)) this.#finish(metric);
      metric.timestampMs = timestampMs;
    }
    metric.isOpen = true;
  }

  /** Makes the point of a metric's joined fields, and the bucket that it should have had. */
  #finish(metric: Metric): void {
    if (!metric.isOpen) return;
    const { fields, defaults, infinite, timestampMs, hasInfinite } = metric;
    for (const number of defaults) if (!fields.has(number)) fields.set(number, 0);
    const [shape, values] = fields.take() ?? [];
    if (shape !== undefined && values !== undefined) this.#add(shape, timestampMs, values, null);
    if (infinite !== undefined && !hasInfinite) this.#add(infinite.shape, timestampMs, [fields.value(infinite.count)], null);
    metric.hasInfinite = false;
    metric.isOpen = false;
  }

  #add(shape: Shape, timestampMs: number, values: readonly FieldValue[], origin: Origin | null): void {
    const isTimed = timestampMs > 0 && !this.#options.ignoreTimestamp;
    this.#out.push(Point.fromValues(shape, isTimed ? timestampMs : this.#now.ms, isTimed ? 0 : this.#now.ns, values, origin));
  }

  #newMemo(series: ExposedSeries, family: Family): SampleMemo {
    const role = roleOf(series.name, series.labels, family, { dialect: this.#dialect, version: this.#options.version });
    const metric = role?.defaults === undefined ? undefined : this.#metric(role, family);
    const field = role?.own ?? role?.joined;
    return {
      family: family.name,
      type: family.type,
      unit: family.unit,
      shape: role?.own === undefined ? undefined : this.#shape(role, role.own, role.own.tag),
      form: field?.form ?? 'number',
      skipsNaN: field?.skipsNaN ?? false,
      metric,
      number: role?.joined === undefined || metric === undefined ? -1 : metric.fields.number(role.joined.field),
      isInfinite: role?.own?.tag?.[1] === '+Inf',
    };
  }

  /** The metric that a series is a part of; labels in another order belong to the same. */
  #metric(role: SeriesRole, family: Family): Metric {
    const series = this.#context.interner.series(role.measurement, this.#tags(role));
    const key = `${family.name} ${series.id}`;
    const known = this.#metrics.get(key);
    if (known !== undefined) return known;
    const fields = new JoinedFields(this.#context.interner, series, role.joined?.form === 'state' ? Kind.Bool : Kind.Float);
    const metric: Metric = {
      fields,
      defaults: (role.defaults ?? []).map((name) => fields.number(name)),
      infinite: role.infinite && {
        shape: this.#shape(role, { field: role.infinite.field, form: 'number' }, ['le', '+Inf']),
        count: fields.number(role.infinite.count),
      },
      hasInfinite: false,
      scrape: 0,
      isOpen: false,
      timestampMs: NaN,
      isForgotten: false,
    };
    this.#metrics.set(key, metric);
    return metric;
  }

  #shape(role: SeriesRole, { field, form }: Pick<FieldRole, 'field' | 'form'>, tag: readonly [string, string] | undefined): Shape {
    const { interner } = this.#context;
    const series = interner.series(role.measurement, this.#tags(role, tag));
    return interner.shape(series, [{ name: field, kind: KINDS[form] }]);
  }

  #tags(role: SeriesRole, tag?: readonly [string, string]): TagPairs {
    return [...role.tags, ...(tag === undefined ? [] : [tag]), ...(this.#options.tags ?? [])];
  }

  #forget(): void {
    if (this.#metrics.size <= 4 * this.#touched.length + SPARE_METRICS) return;
    for (const [key, metric] of this.#metrics) {
      if (metric.scrape === this.#scrape) continue;
      metric.isForgotten = true;
      this.#metrics.delete(key);
    }
  }
}

const KINDS: Readonly<Record<FieldForm, Kind>> = { number: Kind.Float, state: Kind.Bool, one: Kind.Uint };

function formed(form: FieldForm, value: number): FieldValue {
  if (form === 'state') return value > 0;
  return form === 'one' ? 1 : value;
}
