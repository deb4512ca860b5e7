import type { DeliveryState } from '../telemetry/delivery-metrics.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import { backoffMs } from './backoff.ts';
import type { Log } from './plugin.ts';

export interface CircuitOptions {
  readonly log: Log;
  readonly metrics: PluginMetrics;
  /** Points that wait, for the log. */
  readonly waiting: () => number;
}

/**
 * Whether an output's server takes requests now: shared by all that are under way. A failure opens it; then one request at a time
 * asks, after a back-off, and the first that is answered well closes it. A log line marks each change, and no try.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  #state: DeliveryState = 'starting';
  #reason = '';
  #failures = 0;
  /** On the monotonic clock. */
  #probeAtMs = 0;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get state(): DeliveryState {
    return this.#state;
  }

  /** The words of the last failure, while it lasts. */
  get reason(): string {
    return this.#reason;
  }

  get isOpen(): boolean {
    return this.#state === 'retrying';
  }

  /** When the next request may ask whether the server is back, while open. */
  get probeAtMs(): number {
    return this.#probeAtMs;
  }

  /** Lets the next request ask at once. */
  probeNow(): void {
    this.#probeAtMs = 0;
  }

  /** The server can't be reached, or refuses for now. */
  failed(reason: string, retryAfterMs?: number): void {
    const { log, metrics, waiting } = this.#options;
    metrics.error();
    this.#failures++;
    this.#probeAtMs = performance.now() + backoffMs(this.#failures, retryAfterMs);
    if (this.isOpen) log.debug('still cannot deliver', { reason, tries: this.#failures });
    else log.error('cannot deliver, will keep trying', { reason, waiting: waiting() });
    this.#state = 'retrying';
    this.#reason = reason;
  }

  /** The server took something. */
  succeeded(): void {
    if (this.isOpen) this.#options.log.info('reached again', { afterTries: this.#failures });
    this.#state = 'ok';
    this.#reason = '';
    this.#failures = 0;
  }

  /** The server answers, and refused all of a request for good. */
  refused(reason: string): void {
    this.succeeded();
    this.#state = 'refusing';
    this.#reason = reason;
  }
}
