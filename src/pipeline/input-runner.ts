/** Runs one input: hands its points to the pipeline, keeps its schedule, and counts what it does. */
import type { InputCommon } from '../config/common.ts';
import type { Point } from '../metric/point.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import { FILTERED } from '../telemetry/self-metrics.ts';
import type { InputStage } from './input-stage.ts';
import type { Delivery, Input, Log, PolledInput, ServiceInput, Sink } from './plugin.ts';
import { runTicker, waitFor, type TickerOptions } from './ticker.ts';

export interface InputRunnerOptions {
  readonly name: string;
  readonly input: Input;
  readonly stage: InputStage;
  readonly log: Log;
  readonly metrics: PluginMetrics;
  readonly ticker: TickerOptions;
  readonly startupErrorBehavior: InputCommon['startup_error_behavior'];
  /** Takes points through the rest of the pipeline. */
  readonly deliver: (points: () => readonly Point[]) => Promise<Delivery>;
}

export class InputRunner implements Sink {
  readonly name: string;
  readonly #options: InputRunnerOptions;
  readonly #abort = new AbortController();
  #started = false;
  #ticking: Promise<void> = Promise.resolve();

  constructor(options: InputRunnerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** The contract of `Sink`: filters, processes and queues the points. */
  async deliver(points: readonly Point[]): Promise<Delivery> {
    const { stage, metrics } = this.#options;
    const delivery = await this.#options.deliver(() => {
      const out: Point[] = [];
      metrics.drop(FILTERED, stage.run(points, out));
      return out;
    });
    if (delivery.status === 'ok') metrics.pointsIn(points.length);
    return delivery;
  }

  /** Starts the service or the schedule; resolves once a service is ready. Throws what keeps it from starting, unless told otherwise. */
  async start(): Promise<void> {
    const { input, ticker, metrics } = this.#options;
    if (isService(input)) return this.#startService(input);
    const skipped = (ticks: number): void => {
      for (let tick = 0; tick < Math.min(ticks, 1000); tick++) metrics.skippedTick();
    };
    this.#ticking = runTicker(ticker, this.#abort.signal, () => this.#gather(input), skipped);
  }

  /** One round, for `--once` and `--test`: one gather, or a service until `wait` is over and it is finished, where it has an end. */
  async once(wait: Promise<void>): Promise<void> {
    const { input } = this.#options;
    if (!isService(input)) return this.#gather(input);
    await this.#startService(input);
    await Promise.all([wait, input.finished]);
  }

  /** When a service that has an end (a replay) reaches it; undefined for all others. */
  get finished(): Promise<void> | undefined {
    const { input } = this.#options;
    return isService(input) ? input.finished : undefined;
  }

  /** Ends schedule or service; resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ticking;
    const { input } = this.#options;
    if (!isService(input)) return input.close?.();
    if (this.#started) await input.stop();
  }

  async #startService(input: ServiceInput): Promise<void> {
    const { startupErrorBehavior, log, ticker } = this.#options;
    this.#started = true;
    try {
      await input.start(this);
    } catch (error) {
      if (startupErrorBehavior === 'error') throw new Error(`${this.name}: ${errorText(error)}`, { cause: error });
      this.#started = false;
      log.error('cannot start', { error: errorText(error), startup_error_behavior: startupErrorBehavior });
      if (startupErrorBehavior === 'retry') this.#ticking = this.#retryStart(input, ticker.intervalMs);
    }
  }

  /** Tries again once per interval until it starts or the end has come. */
  async #retryStart(input: ServiceInput, intervalMs: number): Promise<void> {
    while (!this.#started && (await waitFor(intervalMs, this.#abort.signal))) {
      try {
        await input.start(this);
        this.#started = true;
      } catch (error) {
        this.#options.log.error('cannot start', { error: errorText(error), startup_error_behavior: 'retry' });
      }
    }
  }

  async #gather(input: PolledInput): Promise<void> {
    const { log, metrics } = this.#options;
    const started = performance.now();
    try {
      await input.gather(this, this.#abort.signal);
    } catch (error) {
      metrics.error();
      log.error('Error in plugin', { error: errorText(error) });
    }
    metrics.seconds((performance.now() - started) / 1000);
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isService(input: Input): input is ServiceInput {
  return 'start' in input;
}
