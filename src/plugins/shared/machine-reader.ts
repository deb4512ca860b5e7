import type { PluginContext, PolledInput, Sink } from '../../pipeline/plugin.ts';
import { makePoint, type PointParts } from './make-point.ts';
import { deliverPatiently } from './patient-delivery.ts';

/** What a machine said, without the moment. */
export type Reading = Omit<PointParts, 'time'>;

/** An input that asks the machine at every interval, and takes what it says as of the moment when all was read. */
export class MachineReader implements PolledInput {
  readonly #context: PluginContext;
  readonly #read: () => Promise<readonly Reading[]>;
  readonly #close: () => void;

  constructor(context: PluginContext, read: () => Promise<readonly Reading[]>, close: () => void = () => undefined) {
    this.#context = context;
    this.#read = read;
    this.#close = close;
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    const readings = await this.#read();
    const time = this.#context.clock.now();
    const points = readings.map((reading) => makePoint(this.#context.interner, { ...reading, time }));
    await deliverPatiently(sink, points, signal);
  }

  close(): Promise<void> {
    this.#close();
    return Promise.resolve();
  }
}
