import { metricName } from '../../formats/remote-write/names.ts';
import type { PluginContext, PolledInput, Sink } from '../../pipeline/plugin.ts';
import { makePoint, type PointParts } from './make-point.ts';
import { deliverPatiently } from './patient-delivery.ts';

/** What a machine said, without the moment. */
export interface Reading extends Omit<PointParts, 'time'> {
  /** What its numbers are, for outputs that tell Prometheus. */
  readonly type?: 'counter' | 'gauge';
}

/** An input that asks the machine at every interval, and takes what it says as of the moment when all was read. */
export class MachineReader implements PolledInput {
  readonly #context: PluginContext;
  readonly #read: () => Promise<readonly Reading[]>;
  readonly #close: () => void;
  /** Measurements of which the types are noted. */
  readonly #noted = new Set<string>();

  constructor(context: PluginContext, read: () => Promise<readonly Reading[]>, close: () => void = () => undefined) {
    this.#context = context;
    this.#read = read;
    this.#close = close;
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    const readings = await this.#read();
    for (const reading of readings) this.#noteType(reading);
    const time = this.#context.clock.now();
    const points = readings.map((reading) => makePoint(this.#context.interner, { ...reading, time }));
    await deliverPatiently(sink, points, signal);
  }

  #noteType({ measurement, fields, type }: Reading): void {
    if (type === undefined) return;
    for (const { name } of fields) {
      const metric = metricName(measurement, name);
      if (this.#noted.has(metric)) continue;
      this.#noted.add(metric);
      this.#context.metadata.note(metric, { type, help: '', unit: '' });
    }
  }

  close(): Promise<void> {
    this.#close();
    return Promise.resolve();
  }
}
