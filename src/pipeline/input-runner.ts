/** Runs one input: hands its points to the pipeline, keeps its schedule, and counts what it does. */
import type { InputCommon } from '../config/common.ts';
import type { Point } from '../metric/point.ts';
import { errorText } from '../telemetry/error-text.ts';
import type { PluginMetrics } from '../telemetry/plugin-metrics.ts';
import { FILTERED } from '../telemetry/self-metrics.ts';
import type { InputStage } from './input-stage.ts';
import type { Delivery, Input, Log, PolledInput, ServiceInput, Sink } from './plugin.ts';
import { runTicker, type TickerOptions } from './ticker.ts';
import { waitFor } from './wait-for.ts';

/** Between the two gathers of an input that compares two readings, when there is one round only; Telegraf's. */
const BETWEEN_GATHERS_MS = 500;

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

/** One input of a pipeline, from `prepare` or `start` to `stop`. */
export class InputRunner implements Sink {
  readonly name: string;
  readonly #options: InputRunnerOptions;
  readonly #abort = new AbortController();
  /** Whether a service was ever asked to start: then it is to be stopped. */
  #asked = false;
  /** Whether a service could not start and is left out. */
  #leftOut = false;
  #ticking: Promise<void> = Promise.resolve();

  constructor(options: InputRunnerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** The contract of `Sink`: filters, processes and queues the points. */
  deliver(points: readonly Point[]): Promise<Delivery> {
    const { stage, metrics } = this.#options;
    return this.#options.deliver(() => {
      const out: Point[] = [];
      metrics.drop(FILTERED, stage.run(points, out));
      metrics.pointsIn(points.length);
      return out;
    });
  }

  /** Takes hold of what `start` will need. Throws what would keep it from starting, where `startup_error_behavior` is `error`. `stop` follows. */
  async prepare(): Promise<void> {
    const { input, startupErrorBehavior } = this.#options;
    if (!isService(input) || input.prepare === undefined) return;
    this.#asked = true;
    try {
      await input.prepare();
    } catch (error) {
      if (startupErrorBehavior === 'error') throw new Error(`${this.name}: ${errorText(error)}`, { cause: error });
    }
  }

  /** Starts the service or the schedule; resolves once a service is ready. Throws what keeps it from starting, where `startup_error_behavior` is `error`. */
  async start(): Promise<void> {
    const { input } = this.#options;
    if (!isService(input)) this.#ticking = this.#everyInterval(() => this.#gather(input, this));
    else if (await this.#startService(input)) this.#ticking = this.#tickService(input);
  }

  /** One round, for `--once` and `--test`: one gather, or a service until `wait` is over and it is finished, where it has an end. */
  async once(wait: Promise<void>): Promise<void> {
    const { input } = this.#options;
    if (!isService(input)) return this.#gatherOnce(input);
    if (input.once !== undefined) {
      this.#asked = true;
      return input.once(this);
    }
    // One that could not start has no end to wait for.
    if (!(await this.#startService(input))) return;
    if (input.tick !== undefined) await this.#timed(() => input.tick?.());
    await Promise.all([wait, input.finished]);
  }

  /** When a service that has an end (a replay) reaches it, or is left out; undefined for all others. */
  get finished(): Promise<void> | undefined {
    if (this.#leftOut) return Promise.resolve();
    const { input } = this.#options;
    return isService(input) ? input.finished : undefined;
  }

  /** Ends schedule or service; resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ticking;
    const { input } = this.#options;
    if (!isService(input)) return input.close?.();
    if (this.#asked) await input.stop();
  }

  /** Whether it started. Throws when it did not and the configuration asks for an error. */
  async #startService(input: ServiceInput): Promise<boolean> {
    const { startupErrorBehavior, ticker } = this.#options;
    this.#asked = true;
    try {
      await input.start(this);
      return true;
    } catch (error) {
      if (startupErrorBehavior === 'error') throw new Error(`${this.name}: ${errorText(error)}`, { cause: error });
      this.#reportFailedStart(error);
      if (startupErrorBehavior === 'retry') this.#ticking = this.#retryStart(input, ticker.intervalMs);
      else this.#leftOut = true;
      return false;
    }
  }

  /** Tries again once per interval until it starts or the end has come. */
  async #retryStart(input: ServiceInput, intervalMs: number): Promise<void> {
    while (await waitFor(intervalMs, this.#abort.signal)) {
      try {
        await input.start(this);
        return await this.#tickService(input);
      } catch (error) {
        this.#reportFailedStart(error);
      }
    }
  }

  /** Tells a service of every interval, if it wants to know. */
  async #tickService(input: ServiceInput): Promise<void> {
    if (input.tick !== undefined) await this.#everyInterval(() => this.#timed(() => input.tick?.()));
  }

  #everyInterval(tick: () => Promise<void>): Promise<void> {
    const { ticker, metrics } = this.#options;
    return runTicker(ticker, this.#abort.signal, tick, (ticks) => metrics.skippedTicks(ticks));
  }

  #reportFailedStart(error: unknown): void {
    const { log, metrics, startupErrorBehavior } = this.#options;
    metrics.startupError();
    log.error('cannot start', { error: errorText(error), startup_error_behavior: startupErrorBehavior });
  }

  async #gatherOnce(input: PolledInput): Promise<void> {
    if (input.needsEarlierGather === true) {
      await this.#gather(input, { deliver: () => Promise.resolve({ status: 'ok' }) });
      await waitFor(BETWEEN_GATHERS_MS, this.#abort.signal);
    }
    await this.#gather(input, this);
  }

  #gather(input: PolledInput, sink: Sink): Promise<void> {
    return this.#timed(() => input.gather(sink, this.#abort.signal));
  }

  /** Runs what an input does at an interval: takes its time, and logs and counts its failure. */
  async #timed(task: () => Promise<void> | undefined): Promise<void> {
    const { log, metrics } = this.#options;
    const started = performance.now();
    try {
      await task();
    } catch (error) {
      metrics.error();
      log.error('Error in plugin', { error: errorText(error) });
    }
    metrics.seconds((performance.now() - started) / 1000);
  }
}

function isService(input: Input): input is ServiceInput {
  return 'start' in input;
}
