import { freeMemory } from '../metric/memory.ts';
import type { Payload, Refused } from '../queue/payload.ts';
import type { Lease } from '../queue/store.ts';
import type { OutputMetrics } from '../telemetry/delivery-metrics.ts';
import { errorText } from '../telemetry/error-text.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import { REFUSED } from '../telemetry/self-metrics.ts';
import { pointsOf } from './backlog.ts';
import type { Log, Output, SendResult } from './plugin.ts';
import { ship, type Outcome, type Split } from './shipment.ts';
import type { SizeLimit } from './size-limit.ts';

export interface CourierOptions {
  readonly output: Output;
  readonly split: Split;
  readonly limit: SizeLimit;
  readonly log: Log;
  readonly metrics: PluginMetrics;
  readonly delivery: OutputMetrics;
  /** Milliseconds since the epoch, as the queue counts them. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** Carries payloads to the server and keeps the books of it. */
export class Courier {
  readonly #options: CourierOptions;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Sends a lease's payloads. */
  async deliver(lease: Lease): Promise<Outcome> {
    const { output } = this.#options;
    const { resent, payloads } = lease;
    try {
      if (output.refusesRepeats === true && !resent) await lease.markTried();
    } catch (error) {
      return { status: 'retry', reason: errorText(error) };
    }
    return this.carry(payloads, resent);
  }

  /** Sends payloads; `resent` is whether some of it may have been sent before. */
  carry(payloads: readonly Payload[], resent: boolean): Promise<Outcome> {
    const { split, limit } = this.#options;
    return ship(payloads, (payload) => this.#send(payload, resent), split, limit);
  }

  /** Removes what was delivered from the queue, and counts it. */
  async settle(lease: Lease, refused: readonly Refused[]): Promise<void> {
    await lease.settle(refused);
    const { metrics, delivery, log, nowMs } = this.#options;
    const now = nowMs();
    for (const addedMs of lease.addedMs) delivery.delivered((now - addedMs) / 1000);
    const lost = pointsOf(refused);
    const points = pointsOf(lease.payloads);
    metrics.pointsOut(Math.max(0, points - lost));
    if (refused.length === 0) return;
    metrics.drop(REFUSED, lost);
    const [{ destination, reason }] = refused;
    log.error('the server refused points for good', { refused: lost, of: points, destination, reason });
  }

  async #send(payload: Payload, resent: boolean): Promise<SendResult> {
    const { output, metrics, delivery } = this.#options;
    const started = performance.now();
    const result = await this.#trySend(payload, resent);
    metrics.seconds((performance.now() - started) / 1000);
    delivery.attempt(result.status);
    if (result.status === 'ok' && output.sendsCopies === true) freeMemory(payload.body);
    return result;
  }

  async #trySend(payload: Payload, resent: boolean): Promise<SendResult> {
    const { output, log, signal } = this.#options;
    try {
      return await output.send(payload, { signal, resent });
    } catch (error) {
      log.error('bug in the output, the payload is kept and tried again', { error });
      return { status: 'retry', reason: String(error) };
    }
  }
}
