import type { Series } from '../../metric/series.ts';
import { powerstatPackage } from './powerstat-package.ts';
import type { Source } from './source.ts';

/** Every source that is recognised without being asked. */
const builtInSources: readonly Source[] = [...powerstatPackage];

/** Finds what a field means. The user's own declarations come before the built-in ones. */
export class SourceRegistry {
  readonly #byMeasurement = new Map<string, Source[]>();

  constructor(own: readonly Source[] = []) {
    for (const source of [...own, ...builtInSources]) {
      const known = this.#byMeasurement.get(source.measurement);
      if (known === undefined) this.#byMeasurement.set(source.measurement, [source]);
      else known.push(source);
    }
  }

  /** The source of one field of a series, or undefined when it says nothing about energy. */
  find(series: Series, field: string): Source | undefined {
    return this.of(series).find((source) => source.field === field);
  }

  /** The sources that may have fields on this series, the first of a field being the one that counts. */
  of(series: Series): readonly Source[] {
    const sources = this.#byMeasurement.get(series.measurement) ?? [];
    return sources.filter(({ where }) => Object.entries(where).every(([key, value]) => series.tag(key) === value));
  }
}
