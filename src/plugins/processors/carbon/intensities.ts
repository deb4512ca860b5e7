import { z } from 'zod';
import { addRate, seriesRate, type DatedRate, type Rate } from '../../../energy/rate.ts';
import { readJson } from '../../../energy/series-state.ts';
import { isNumeric } from '../../../metric/kind.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { PluginContext, Transform } from '../../../pipeline/plugin.ts';
import type { State, StateSpec } from '../../../queue/store.ts';

export interface IntensityOptions {
  readonly measurement: string;
  readonly field: string;
  readonly where: Readonly<Record<string, string>>;
  readonly maxAgeMs: number;
}

const Stored = z.array(z.tuple([z.number(), z.number()]));

const ratesSpec: StateSpec<readonly DatedRate[]> = {
  name: 'intensities',
  version: 1,
  encode: (rates) => JSON.stringify(rates.map(({ ms, perKwh }) => [ms, perKwh])),
  decode: (text) => Stored.safeParse(readJson(text)).data?.map(([ms, perKwh]) => ({ ms, perKwh })),
};

const KEY = 'all';

/** The intensities that points tell as they pass by. */
export class Intensities {
  readonly rate: Rate;
  readonly #options: IntensityOptions;
  readonly #rates: State<readonly DatedRate[]>;
  readonly #drop: PluginContext['drop'];

  constructor(options: IntensityOptions, context: PluginContext) {
    this.#options = options;
    this.#rates = context.state(ratesSpec);
    this.#drop = context.drop.bind(context);
    this.rate = seriesRate(() => this.#rates.get(KEY) ?? [], options.maxAgeMs);
  }

  /** Learns from points of the series and lets them pass; undefined for other shapes. */
  bind(shape: Shape): Transform | undefined {
    const { measurement, field, where } = this.#options;
    const index = shape.indexOf(field);
    if (shape.series.measurement !== measurement || index === -1) return undefined;
    if (!Object.entries(where).every(([key, value]) => shape.series.tag(key) === value)) return undefined;
    if (!isNumeric(shape.fields[index].kind)) return undefined;
    return (point, out) => {
      out.push(point);
      const perKwh = Number(point.values[index]);
      if (perKwh >= 0 && Number.isFinite(perKwh)) this.#rates.set(KEY, addRate(this.#rates.get(KEY) ?? [], { ms: point.ms, perKwh }));
      else if (!point.stale) this.#drop('implausible');
    };
  }
}
