import type { Point } from '../metric/point.ts';
import type { QueuedPayload } from '../queue/payload.ts';
import type { Store } from '../queue/store.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import type { OutputStage } from './output-stage.ts';
import type { Delivery } from './plugin.ts';

export interface OutputStep {
  readonly name: string;
  readonly stage: OutputStage;
  readonly metrics: PluginMetrics;
}

/** Shown every point that reaches the outputs, before their filters. */
export type Tap = (points: readonly Point[]) => void;

/** How long a batch waits for room before its sender is told to come again: well below the 5 s after which Telegraf gives up a request. */
const PATIENCE_MS = 2000;
/** When to come again: a queue that stayed full that long is not empty a moment later. */
const RETRY_AFTER_SECONDS = 5;

const TAKEN: Delivery = { status: 'ok' };

/**
 * The end of the pipeline: asks for room, and only then lets points be processed, encoded and committed. Points that were
 * processed have moved state on, so after that nothing may be refused any more.
 */
export class DeliveryPoint {
  readonly #store: Store;
  readonly #outputs: readonly OutputStep[];

  readonly #tap: Tap | undefined;

  constructor(store: Store, outputs: readonly OutputStep[], tap?: Tap) {
    this.#store = store;
    this.#outputs = outputs;
    this.#tap = tap;
  }

  /** Runs `process` once there is room and commits what it gives; `busy` if there is none in time, and nothing was run. */
  async deliver(process: () => readonly Point[]): Promise<Delivery> {
    const deadline = performance.now() + PATIENCE_MS;
    let admission = this.#store.admit();
    while (admission.status === 'busy') {
      const left = deadline - performance.now();
      if (left <= 0) return { status: 'busy', reason: admission.reason, retryAfterSeconds: RETRY_AFTER_SECONDS };
      await this.#store.room(left);
      admission = this.#store.admit();
    }
    // Returned, not awaited: what waits for the disk must not keep the points, of which nobody needs to know any more.
    return this.commit(process()).then(() => TAKEN);
  }

  /** Encodes the points for every output and commits, whether there is room or not. */
  commit(points: readonly Point[]): Promise<void> {
    this.#tap?.(points);
    const payloads = new Map<string, readonly QueuedPayload[]>();
    for (const { name, stage, metrics } of this.#outputs) {
      const encoded = stage.encode(points);
      metrics.pointsIn(encoded.taken);
      payloads.set(name, encoded.payloads);
    }
    return this.#store.commit({ payloads });
  }
}
