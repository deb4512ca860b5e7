/**
 * Energy charged by a rate: for each sample of `energy`, what it cost, as a delta and as a total that only rises. Windows of
 * energy are left alone: their cost is the sum of their samples' costs, which the aggregator `energy` makes of these.
 */
import { z } from 'zod';
import { addMicros, MICROS_PER_JOULE, NO_ENERGY, type Energy } from '../../energy/amount.ts';
import { COVERED_SECONDS, ENERGY } from '../../energy/points.ts';
import { readJson } from '../../energy/series-state.ts';
import type { Rate } from '../../energy/rate.ts';
import type { Interner } from '../../metric/interner.ts';
import { Kind } from '../../metric/kind.ts';
import { Point } from '../../metric/point.ts';
import type { Shape } from '../../metric/shape.ts';
import type { Binding, PluginContext } from '../../pipeline/plugin.ts';
import type { State, StateSpec } from '../../queue/store.ts';

const JOULES_PER_KWH = 3_600_000;

/** What is made of a charge. */
export interface ChargeForm {
  /** `carbon`, `cost`. */
  readonly measurement: string;
  /** `grams`: the fields are `grams_delta`, `grams_total` and `grams_per_kwh`. */
  readonly unit: string;
}

/** A rate, and the tags that say which. */
export interface NamedRate {
  readonly rate: Rate;
  readonly tags: readonly (readonly [key: string, value: string])[];
}

/** What has been charged to one series so far: in whole units and millionths, and the fraction of a millionth that they lack. */
interface Charged {
  readonly total: Energy;
  readonly rest: number;
  /** The time of the last sample, in milliseconds. */
  readonly ms: number;
}

const Stored = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const chargedSpec: StateSpec<Charged> = {
  name: 'charged',
  version: 1,
  encode: ({ total, rest, ms }) => JSON.stringify([total.joules, total.micros, rest, ms]),
  decode(text) {
    const { data } = Stored.safeParse(readJson(text));
    return data && { total: { joules: data[0], micros: data[1] }, rest: data[2], ms: data[3] };
  },
};

export interface ChargeOptions {
  readonly scopes: ReadonlySet<string>;
  readonly maxSeries: number;
  /** In order: the first that knows its value counts. */
  readonly rates: readonly NamedRate[];
}

export class Charges {
  readonly #form: ChargeForm;
  readonly #options: ChargeOptions;
  readonly #context: PluginContext;
  readonly #charged: State<Charged>;

  constructor(form: ChargeForm, options: ChargeOptions, context: PluginContext) {
    this.#form = form;
    this.#options = options;
    this.#context = context;
    this.#charged = context.state(chargedSpec);
  }

  /** After each sample of `energy` in the scopes, what it cost; all else passes. */
  bind(shape: Shape): Binding {
    const { series } = shape;
    const index = shape.indexOf('joules_delta');
    if (series.measurement !== ENERGY || index === -1 || !this.#options.scopes.has(series.tag('scope') ?? '')) return 'pass';
    if (shape.indexOf(COVERED_SECONDS) !== -1) return 'pass';
    const shapes = this.#options.rates.map(({ tags }) => chargeShape(this.#context.interner, this.#form, shape, tags));
    return (point, out) => {
      out.push(point);
      if (!point.stale) this.#charge(point, Number(point.values[index]), shapes, out);
    };
  }

  #charge({ ms, ns, series }: Point, joules: number, shapes: readonly Shape[], out: Point[]): void {
    const known = this.#charged.get(series.id);
    if (known === undefined && this.#charged.size >= this.#options.maxSeries) return this.#context.drop('series_limit');
    // A sample that comes again has been charged already.
    if (known !== undefined && ms <= known.ms) return this.#context.drop('late');
    const found = this.#rateOver(known?.ms ?? ms, ms);
    if (found === undefined) this.#context.drop('no_rate');
    const exact = (joules / JOULES_PER_KWH) * (found?.perKwh ?? 0) * MICROS_PER_JOULE + (known?.rest ?? 0);
    const micros = Math.max(0, Math.round(exact));
    const total = addMicros(known?.total ?? NO_ENERGY, micros);
    this.#charged.set(series.id, { total, rest: exact - micros, ms });
    if (found === undefined) return;
    const values = [micros / MICROS_PER_JOULE, found.perKwh, total.joules + total.micros / MICROS_PER_JOULE];
    out.push(Point.fromValues(shapes[found.index], ms, ns, values));
  }

  #rateOver(sinceMs: number, ms: number): { readonly index: number; readonly perKwh: number } | undefined {
    for (const [index, { rate }] of this.#options.rates.entries()) {
      const perKwh = rate.over(sinceMs, ms);
      if (perKwh !== undefined) return { index, perKwh };
    }
    return undefined;
  }
}

function chargeShape(interner: Interner, { measurement, unit }: ChargeForm, shape: Shape, tags: NamedRate['tags']): Shape {
  const series = interner.series(measurement, [...shape.series.tags, ...tags]);
  return interner.shape(
    series,
    ['delta', 'per_kwh', 'total'].map((name) => ({ name: `${unit}_${name}`, kind: Kind.Float })),
  );
}
