import type { PluginContext } from '../../../pipeline/plugin.ts';
import { fieldsOf, intField, uintField } from '../../shared/fields.ts';
import type { Reading } from '../../shared/machine-reader.ts';
import type { InternalConfig } from './config.ts';
import { memoryStats, type GcCounter } from './memory-stats.ts';
import { createMeanTurn, instances, pluginStats } from './plugin-stats.ts';

/** Makes readings of what the bridge knows of itself; see `plugin.ts`. */
export class SelfReader {
  readonly #config: InternalConfig;
  readonly #context: PluginContext;
  readonly #collections: GcCounter | undefined;
  readonly #meanTurn = createMeanTurn();

  constructor(config: InternalConfig, context: PluginContext, collections: GcCounter | undefined) {
    this.#config = config;
    this.#context = context;
    this.#collections = collections;
  }

  read(): Reading[] {
    const { self } = this.#context;
    const stats = instances(pluginStats(self, this.#meanTurn), this.#config.per_instance);
    const readings: Reading[] = stats.map(({ measurement, tags, values }) => ({
      measurement,
      tags: [...tags, ['version', self.version]],
      fields: fieldsOf(intField, values),
    }));
    if (this.#collections === undefined) return readings;
    const memory = { measurement: 'internal_memstats', tags: [], fields: fieldsOf(uintField, memoryStats(this.#collections.count)) };
    return [...readings, memory];
  }
}
