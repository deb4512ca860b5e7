import type { Series } from '../../metric/series.ts';
import type { FieldId } from '../series-state.ts';
import { bmc } from './bmc.ts';
import { gpu } from './gpu.ts';
import { kepler } from './kepler.ts';
import { nodeExporter } from './node-exporter.ts';
import { powerApi } from './powerapi.ts';
import { powercap } from './powercap.ts';
import { powerJoular } from './powerjoular.ts';
import { powerstatPackage } from './powerstat-package.ts';
import { scaphandre } from './scaphandre.ts';
import { smartPlugs } from './smart-plugs.ts';
import { PROMETHEUS, type Source } from './source.ts';
import { turbostat } from './turbostat.ts';

/** Every source that is recognised without being asked. */
export const builtInSources: readonly Source[] = [
  ...powerstatPackage,
  ...powercap,
  ...scaphandre,
  ...nodeExporter,
  ...kepler,
  ...powerApi,
  ...powerJoular,
  ...turbostat,
  ...bmc,
  ...smartPlugs,
  ...gpu,
];

/** The fields of Telegraf's `metric_version = 1`, where the metric is the measurement. */
const METRIC_FIELDS: readonly string[] = ['counter', 'gauge', 'value'];

/** Finds what a field means. The user's own declarations come before the built-in ones. */
export class SourceRegistry {
  readonly #byMeasurement = new Map<string, Source[]>();

  constructor(own: readonly Source[] = []) {
    for (const source of [...own, ...builtInSources]) {
      for (const place of placesOf(source)) {
        const known = this.#byMeasurement.get(place.measurement);
        if (known === undefined) this.#byMeasurement.set(place.measurement, [place]);
        else known.push(place);
      }
    }
  }

  /** The source of one field of a series, or undefined when it says nothing about energy. */
  find(series: Series, field: string): Source | undefined {
    return this.of(series).find((source) => source.field === field);
  }

  /** The source of a field that makes the same energy as `like`; undefined when there is none. */
  alike({ name, scope }: Source, { measurement, field }: FieldId): Source | undefined {
    const sources = this.#byMeasurement.get(measurement) ?? [];
    return sources.find((source) => source.field === field && source.name === name && source.scope === scope);
  }

  /** The sources that may have fields on this series, the first of a field being the one that counts. */
  of(series: Series): readonly Source[] {
    const sources = this.#byMeasurement.get(series.measurement) ?? [];
    return sources.filter((source) => matches(source, series));
  }
}

/** Whether a series has the tags that a source wants, and none that it does not. */
export function matches({ where, unless = {} }: Pick<Source, 'where' | 'unless'>, series: Series): boolean {
  if (!Object.entries(where).every(([key, value]) => series.tag(key) === value)) return false;
  return !Object.entries(unless).some(([key, values]) => values.includes(series.tag(key) ?? ''));
}

/** Where a source's values are found: a scraped metric may be a field of `prometheus`, or a measurement of its own. */
function placesOf(source: Source): Source[] {
  if (source.measurement !== PROMETHEUS) return [source];
  return [source, ...METRIC_FIELDS.map((field) => ({ ...source, measurement: source.field, field }))];
}
