/**
 * Takes payloads from one output's queue, oldest first, and sends them until they are delivered or refused for good.
 *
 * A full batch is sent at once, the rest at `flush_interval`. One request is under way at a time, so the order holds. A
 * failure is retried with back-off and the same payloads; a log line marks each change of state, not each try.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { joinPayloads, PARTITIONS, type Payload, type Refused } from '../queue/payload.ts';
import type { Lease, PayloadQueue, TakeLimits } from '../queue/store.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import type { AttemptResult } from '../telemetry/self-metrics.ts';
import { backoffMs } from './backoff.ts';
import type { Log, Output, SendResult } from './plugin.ts';

export interface SenderOptions {
  readonly output: Output;
  readonly queue: PayloadQueue;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  readonly flushJitterMs: number;
  readonly log: Log;
  readonly metrics: PluginMetrics;
  readonly onAttempt: (result: AttemptResult) => void;
}

/** `refusing`: the server answers, and took nothing of the last request. */
export type SenderState = 'connecting' | 'ok' | 'retrying' | 'refusing';

/** Below the 25 MB that InfluxDB takes, not compressed. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Words for points that a server refused for good, in counters. */
const REFUSED = 'refused';

export class Sender {
  readonly #options: SenderOptions;
  readonly #abort = new AbortController();
  /** Aborted to end a pause early. */
  #wake = new AbortController();
  #state: SenderState = 'connecting';
  #reason = '';
  #failures = 0;
  #flushing = false;
  #stopping = false;
  #loop: Promise<void> | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#abort.signal.addEventListener('abort', () => this.#wake.abort());
    options.queue.onAdded(() => {
      if ((this.#state === 'ok' || this.#state === 'refusing') && this.#hasFullBatch()) this.#wake.abort();
    });
  }

  /** What the output is doing, and why where it is not `ok`. */
  get status(): { readonly state: SenderState; readonly reason: string } {
    return { state: this.#state, reason: this.#reason };
  }

  /** Begins to send. */
  start(): void {
    this.#loop = this.#run();
  }

  /** Sends what is queued now, without waiting for a full batch. */
  flush(): void {
    this.#flushing = true;
    this.#wake.abort();
  }

  /**
   * Sends what is queued, until the queue is empty or the time is over, then lets go of the output. Resolves to the number
   * of points left behind. A server that can't be reached is asked once more, not until the deadline.
   */
  async stop(timeoutMs: number): Promise<number> {
    this.#stopping = true;
    this.flush();
    const timer = setTimeout(() => this.#abort.abort(), Math.max(0, timeoutMs));
    await this.#loop;
    clearTimeout(timer);
    await this.#options.output.close?.();
    return this.#options.queue.depth.points;
  }

  async #run(): Promise<void> {
    if (!(await this.#connect())) return;
    while (!this.#abort.signal.aborted) {
      const flushAll = this.#flushing || this.#stopping;
      this.#flushing = false;
      await this.#drain(flushAll);
      if (this.#stopping && flushAll) return;
      if (this.#flushing || this.#stopping || this.#hasFullBatch()) continue;
      this.#flushing = await this.#pause(this.#nextFlushMs());
    }
  }

  /** True once connected; false when the end came before. */
  async #connect(): Promise<boolean> {
    const { output } = this.#options;
    while (!this.#abort.signal.aborted) {
      try {
        await output.connect?.(this.#abort.signal);
        this.#succeeded();
        return true;
      } catch (error) {
        this.#failed(error instanceof Error ? error.message : String(error));
        if (this.#stopping) return false;
        await this.#pause(backoffMs(this.#failures));
      }
    }
    return false;
  }

  /** Sends everything, or only full batches. */
  async #drain(flushAll: boolean): Promise<void> {
    const { queue } = this.#options;
    while (!this.#abort.signal.aborted && queue.depth.payloads > 0 && (flushAll || this.#hasFullBatch())) {
      const lease = await queue.take(this.#limits());
      if (lease === undefined) return;
      const result = await this.#sendLease(lease);
      if (result.status !== 'retry') continue;
      if (this.#stopping) return;
      await this.#pause(backoffMs(this.#failures, result.retryAfterMs));
    }
  }

  #limits(): TakeLimits {
    const { batchSize, output } = this.#options;
    return {
      maxPoints: batchSize,
      maxBytes: MAX_REQUEST_BYTES,
      maxPartitions: PARTITIONS,
      separateResent: output.refusesRepeats === true,
    };
  }

  async #sendLease(lease: Lease): Promise<SendResult> {
    const { output, metrics, onAttempt } = this.#options;
    const payload = joinPayloads(lease.payloads);
    const { resent } = lease;
    if (output.refusesRepeats === true && !resent) await lease.markTried();
    const started = performance.now();
    const result = await this.#send(payload, resent);
    metrics.seconds((performance.now() - started) / 1000);
    onAttempt(result.status);
    if (result.status === 'retry') {
      lease.release();
      if (!this.#abort.signal.aborted) this.#failed(result.reason);
      return result;
    }
    await lease.settle(refusedOf(payload, result));
    this.#succeeded();
    if (result.status === 'reject') {
      this.#state = 'refusing';
      this.#reason = result.reason;
    }
    this.#account(payload, result);
    return result;
  }

  async #send(payload: Payload, resent: boolean): Promise<SendResult> {
    try {
      return await this.#options.output.send(payload, { signal: this.#abort.signal, resent });
    } catch (error) {
      this.#options.log.error('bug in the output, the payload is kept and tried again', { error });
      return { status: 'retry', reason: String(error) };
    }
  }

  #account(payload: Payload, result: Exclude<SendResult, { status: 'retry' }>): void {
    const { metrics, log } = this.#options;
    const letters = refusedOf(payload, result);
    const refused = letters.reduce((sum, { points }) => sum + points, 0);
    metrics.pointsOut(payload.points - refused);
    if (result.status === 'ok') return;
    metrics.drop(REFUSED, refused);
    log.error('the server refused points for good', {
      refused,
      of: payload.points,
      destination: payload.destination,
      reason: letters[0]?.reason,
    });
  }

  #succeeded(): void {
    if (this.#state === 'retrying') this.#options.log.info('reached again', { afterTries: this.#failures });
    this.#state = 'ok';
    this.#reason = '';
    this.#failures = 0;
  }

  #failed(reason: string): void {
    const { log, metrics, queue } = this.#options;
    this.#failures++;
    metrics.error();
    if (this.#state !== 'retrying' || this.#reason !== reason) {
      log.error('cannot deliver, will keep trying', { reason, waiting: queue.depth.points });
    }
    this.#state = 'retrying';
    this.#reason = reason;
  }

  #hasFullBatch(): boolean {
    return this.#options.queue.depth.points >= this.#options.batchSize;
  }

  #nextFlushMs(): number {
    const { flushIntervalMs, flushJitterMs } = this.#options;
    return flushIntervalMs + Math.random() * flushJitterMs;
  }

  /** Waits, but no longer than until something wakes it; whether the time went by, or the wait was for a flush that was asked for meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    this.#wake = new AbortController();
    const { signal } = this.#wake;
    try {
      await sleep(ms, undefined, { signal });
      return true;
    } catch (error) {
      if (!signal.aborted) throw error;
      return this.#flushing;
    }
  }
}

function refusedOf(payload: Payload, result: Exclude<SendResult, { status: 'retry' }>): readonly Refused[] {
  if (result.status === 'ok') return [];
  return result.status === 'partial' ? result.refused : [{ ...payload, reason: result.reason }];
}
