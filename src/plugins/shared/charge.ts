/**
 * Energy charged by a rate: for each sample of `energy`, what it cost, as a delta and as a total that only rises. Windows of
 * energy are left alone: their cost is the sum of their samples' costs, which the aggregator `energy` makes of these.
 */
import { z } from 'zod';
import { addMicros, MICROS_PER_JOULE, NO_ENERGY, toJoules, type Energy } from '../../energy/amount.ts';
import { isFromTheFuture, isNoInterval } from '../../energy/credible-time.ts';
import { COVERED_SECONDS, ENERGY } from '../../energy/points.ts';
import { readJson } from '../../energy/series-state.ts';
import type { Rate } from '../../energy/rate.ts';
import { Kind } from '../../metric/kind.ts';
import { Point } from '../../metric/point.ts';
import type { Tags } from '../../metric/series.ts';
import type { Shape } from '../../metric/shape.ts';
import type { Binding, PluginContext } from '../../pipeline/plugin.ts';
import type { State, StateSpec } from '../../queue/store.ts';
import { Forgetter } from './forget.ts';

const JOULES_PER_KWH = 3_600_000;

/** What is made of a charge. */
export interface ChargeForm {
  /** `carbon`, `cost`. */
  readonly measurement: string;
  /** `grams`: the fields are `grams_delta`, `grams_total` and `grams_per_kwh`. */
  readonly unit: string;
  /** Say what it is charged by. They never change while it runs: a series that changed its tags would be two, and neither of them whole. */
  readonly tags: Tags;
}

/** What has been charged to one series so far: in whole units and millionths, and the fraction of a millionth that they lack. */
interface Charged {
  readonly total: Energy;
  readonly rest: number;
  /** The time of the last sample, in milliseconds. */
  readonly ms: number;
  /** Seconds before it that are not charged, and of which nothing has been told yet. */
  readonly gapSeconds: number;
}

const Stored = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number().default(0)]);

const chargedSpec: StateSpec<Charged> = {
  name: 'charged',
  version: 2,
  encode: ({ total, rest, ms, gapSeconds }) => JSON.stringify([total.joules, total.micros, rest, ms, gapSeconds]),
  decode(text) {
    const { data } = Stored.safeParse(readJson(text));
    return data && { total: { joules: data[0], micros: data[1] }, rest: data[2], ms: data[3], gapSeconds: data[4] };
  },
};

export interface ChargeOptions {
  readonly scopes: ReadonlySet<string>;
  readonly maxSeries: number;
  /** In order: the first that knows its value counts. */
  readonly rates: readonly Rate[];
}

/** Where a shape of `energy` has what is needed, and what is made of it. */
interface Bound {
  readonly delta: number;
  /** -1 where there is no gap. */
  readonly gap: number;
  readonly plain: Shape;
  readonly withGap: Shape;
}

/** Charges samples of `energy` in one form. */
export class Charges {
  readonly #form: ChargeForm;
  readonly #options: ChargeOptions;
  readonly #context: PluginContext;
  readonly #charged: State<Charged>;
  readonly #forgetter: Forgetter;

  constructor(form: ChargeForm, options: ChargeOptions, context: PluginContext) {
    this.#form = form;
    this.#options = options;
    this.#context = context;
    this.#charged = context.state(chargedSpec);
    this.#forgetter = new Forgetter(options.maxSeries);
  }

  /** After each sample of `energy` in the scopes, what it cost; all else passes. */
  bind(shape: Shape): Binding {
    const { series } = shape;
    const delta = shape.indexOf('joules_delta');
    if (series.measurement !== ENERGY || delta === -1 || !this.#options.scopes.has(series.tag('scope') ?? '')) return 'pass';
    if (shape.indexOf(COVERED_SECONDS) !== -1) return 'pass';
    const bound = { delta, gap: shape.indexOf('gap_seconds'), plain: this.#shape(shape, false), withGap: this.#shape(shape, true) };
    return (point, out) => {
      out.push(point);
      if (!point.stale) this.#charge(point, bound, out);
    };
  }

  #charge({ ms, ns, series, values }: Point, { delta, gap, plain, withGap }: Bound, out: Point[]): void {
    const nowMs = this.#context.clock.now().ms;
    const known = this.#charged.get(series.id);
    if (known === undefined && !this.#forgetter.hasRoom(this.#charged, ms, nowMs, (charged) => charged.ms)) {
      return this.#context.drop('series_limit');
    }
    const joules = Number(values[delta]);
    if (!(joules >= 0) || !Number.isFinite(joules)) return this.#context.drop('implausible');
    // A sample that comes again has been charged already; one of a clock that is right again has not.
    if (known !== undefined && ms <= known.ms && !isFromTheFuture(known.ms, nowMs)) return this.#context.drop('late');
    const sinceMs = known === undefined || known.ms > ms || isNoInterval(known.ms, ms) ? ms : known.ms;
    const perKwh = this.#rateOver(sinceMs, ms);
    const energyGap = gap === -1 ? 0 : Number(values[gap]);
    const { micros, ...charged } = charge(known, ms, joules, perKwh, perKwh === undefined ? (ms - sinceMs) / 1000 : energyGap);
    if (perKwh === undefined) {
      this.#charged.set(series.id, charged);
      return this.#context.drop('no_rate');
    }
    this.#charged.set(series.id, { ...charged, gapSeconds: 0 });
    const { gapSeconds, total } = charged;
    const told = [micros / MICROS_PER_JOULE, perKwh, toJoules(total)];
    out.push(gapSeconds > 0 ? Point.fromValues(withGap, ms, ns, [gapSeconds, ...told]) : Point.fromValues(plain, ms, ns, told));
  }

  #rateOver(sinceMs: number, ms: number): number | undefined {
    for (const rate of this.#options.rates) {
      const perKwh = rate.over(sinceMs, ms);
      if (perKwh !== undefined) return perKwh;
    }
    return undefined;
  }

  #shape(shape: Shape, hasGap: boolean): Shape {
    const { measurement, unit, tags } = this.#form;
    const { interner } = this.#context;
    const names = ['delta', 'per_kwh', 'total'].map((name) => `${unit}_${name}`);
    const fields = hasGap ? ['gap_seconds', ...names] : names;
    return interner.shape(
      interner.series(measurement, [...shape.series.tags, ...tags]),
      fields.map((name) => ({ name, kind: Kind.Float })),
    );
  }
}

/** What has been charged once these joules are, and the millionths that they cost: none where the rate is not known. */
function charge(known: Charged | undefined, ms: number, joules: number, perKwh = 0, gapSeconds = 0): Charged & { readonly micros: number } {
  const exact = (joules / JOULES_PER_KWH) * perKwh * MICROS_PER_JOULE + (known?.rest ?? 0);
  const micros = Math.max(0, Math.round(exact));
  const total = addMicros(known?.total ?? NO_ENERGY, micros);
  return { total, rest: exact - micros, ms, gapSeconds: (known?.gapSeconds ?? 0) + gapSeconds, micros };
}
