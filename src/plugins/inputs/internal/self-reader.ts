import type { PluginContext } from '../../../pipeline/plugin.ts';
import { fieldsOf, intField, uintField } from '../../shared/fields.ts';
import type { Reading } from '../../shared/machine-reader.ts';
import type { InternalConfig } from './config.ts';
import { GcCounter, memoryStats } from './memory-stats.ts';
import { createMeanTurn, instances, pluginStats } from './plugin-stats.ts';

/** Makes readings of what the bridge knows of itself; see `plugin.ts`. */
export class SelfReader {
  readonly #config: InternalConfig;
  readonly #context: PluginContext;
  readonly #meanTurn = createMeanTurn();
  /** From the first reading on. */
  #collections: GcCounter | undefined;

  constructor(config: InternalConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
  }

  read(): Reading[] {
    const { self } = this.#context;
    const stats = instances(pluginStats(self, this.#meanTurn), this.#config.per_instance);
    const readings: Reading[] = stats.map(({ measurement, tags, values }) => ({
      measurement,
      tags: [...tags, ['version', self.version]],
      fields: fieldsOf(intField, values),
    }));
    if (!this.#config.collect_memstats) return readings;
    this.#collections ??= new GcCounter();
    const memory = { measurement: 'internal_memstats', tags: [], fields: fieldsOf(uintField, memoryStats(this.#collections.count)) };
    return [...readings, memory];
  }

  close(): void {
    this.#collections?.close();
  }
}
