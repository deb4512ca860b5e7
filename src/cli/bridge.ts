/** A bridge that runs until it is stopped: one pipeline after the other, each with the configuration of its time, on what outlives them. */
import type { Health } from '../admin/health.ts';
import { startAdmin, type Admin } from '../admin/server.ts';
import { listenAddressText, type ListenAddress } from '../config/listen-address.ts';
import { createPipeline, type RunSummary } from '../pipeline/pipeline.ts';
import type { Handover } from '../pipeline/services.ts';
import { errorText } from '../telemetry/error-text.ts';
import type { Logger } from '../telemetry/log.ts';
import { diagnosticText, examine, type Candidate, type Reloading, type Running } from './candidate.ts';
import { contents } from './contents.ts';
import { pipelineHealth } from './health.ts';
import type { LoadedPipeline } from './load.ts';

export class Bridge {
  readonly #reloading: Reloading | undefined;
  /** On the monotonic clock. */
  readonly #startedMs = performance.now();
  readonly #finished = Promise.withResolvers<void>();
  #running: Running;
  #admin: Admin | undefined;
  #isWanted = false;
  #isChanging = false;
  #isStopping = false;
  #reload: Promise<void> | undefined;
  /** Why the configuration on the disk is not the one that runs. */
  #refusal: string | undefined;

  /** `reloading` is left out where there is nothing to load anew. */
  constructor(first: Running, reloading?: Reloading) {
    this.#running = first;
    this.#reloading = reloading;
  }

  /** Resolves once points are taken. Rejects with what keeps an input from starting; call `stop` then, too. */
  async start(): Promise<void> {
    this.#running.services.metrics.describeProcess();
    await this.#serveAdmin();
    await this.#running.pipeline.start();
    this.#follow();
  }

  /** The one that runs, and what it runs on. */
  get running(): Running {
    return this.#running;
  }

  /** Resolves when every input has come to its end. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Whether another configuration is being put in force. */
  get isChanging(): boolean {
    return this.#isChanging;
  }

  /**
   * Goes on with the configuration as it is now, if that is sound; else with the one that runs, and says in the log all that is wrong. Asked
   * while one is under way, another follows. Rejects where neither can be put in force any more: what was accepted is in the store then.
   */
  reload(): Promise<void> {
    this.#isWanted = true;
    this.#reload ??= this.#reloadWhileWanted().finally(() => (this.#reload = undefined));
    return this.#reload;
  }

  /** Sends what is queued without waiting for full batches. */
  flush(): void {
    this.#running.services.logger.info('sending what is queued');
    this.#running.pipeline.flush();
  }

  /** What the admin server tells. */
  get health(): Health {
    const { pipeline, services } = this.#running;
    const health = pipelineHealth(pipeline, services.store);
    return this.#refusal === undefined ? health : { ...health, troubles: [...health.troubles, this.#refusal] };
  }

  /** Ends as `Pipeline.stop` does, after a change-over that is under way; what that came to is told by `reload`. */
  async stop(): Promise<RunSummary> {
    this.#isStopping = true;
    if (this.#isChanging) await this.#reload?.catch(() => undefined);
    const summary = await this.#running.pipeline.stop();
    await this.#admin?.close();
    return { ...summary, seconds: (performance.now() - this.#startedMs) / 1000 };
  }

  async #reloadWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isStopping && this.#reloading !== undefined) {
      this.#isWanted = false;
      await this.#reloadOnce(this.#reloading);
    }
  }

  async #reloadOnce(reloading: Reloading): Promise<void> {
    const { metrics, logger } = this.#running.services;
    logger.info('loading the configuration again');
    const candidate = await examine(this.#running, reloading);
    if ('problems' in candidate) {
      const { problems } = candidate;
      metrics.reload('refused');
      this.#refuse(problems.length === 1 ? 'one mistake' : `${problems.length} mistakes`, problems);
      return;
    }
    if (this.#isStopping) {
      candidate.logger.close();
      return candidate.trial.discard();
    }
    this.#isChanging = true;
    const isDone = await this.#changeOver(candidate, reloading).finally(() => candidate.trial.discard());
    this.#isChanging = false;
    metrics.reload(isDone ? 'done' : 'undone');
    this.#follow();
  }

  /** Puts a configuration in force, or the one before again; false for that. */
  async #changeOver({ loaded, logger, trial }: Candidate, reloading: Reloading): Promise<boolean> {
    const before = this.#running;
    const sinceMs = performance.now();
    const handover = await before.pipeline.handOver(trial.stateNames);
    await before.services.store.close();
    try {
      await this.#begin(loaded, logger, handover, reloading);
    } catch (error) {
      logger.close();
      this.#refuse(errorText(error));
      await this.#begin(before.loaded, before.services.logger, handover, reloading);
      return false;
    }
    before.services.logger.close();
    this.#refusal = undefined;
    for (const warning of loaded.config.warnings) logger.warn(warning);
    const waited = `${((performance.now() - sinceMs) / 1000).toFixed(2)} s`;
    logger.info(`the configuration was reloaded: ${contents(loaded.config)}`, { waited });
    await this.#serveAdmin(before.loaded.config.agent.admin_address);
    return true;
  }

  /** Starts a pipeline on what the one before left. Where that fails, all is as before. */
  async #begin(loaded: LoadedPipeline, logger: Logger, handover: Handover, reloading: Reloading): Promise<void> {
    const before = this.#running;
    const services = await reloading.services(loaded, logger, before.services, handover);
    const pipeline = createPipeline(loaded.config, services);
    if ('diagnostics' in pipeline) {
      await services.store.close();
      throw new Error(pipeline.diagnostics.map(diagnosticText).join('; '));
    }
    try {
      await pipeline.start();
    } catch (error) {
      // Inputs that did start may have taken points.
      await pipeline.handOver(before.pipeline.stateNames);
      await services.store.close();
      throw error;
    }
    this.#running = { loaded, services, pipeline };
  }

  #refuse(reason: string, problems: readonly string[] = []): void {
    this.#refusal = `the configuration was not reloaded: ${reason}; the one before goes on`;
    this.#running.services.logger.list([...problems, this.#refusal]);
  }

  /** The end of the inputs is the end of the bridge, unless they end for others. */
  #follow(): void {
    const { pipeline } = this.#running;
    const onFinished = (): void => {
      if (pipeline === this.#running.pipeline && !this.#isChanging) this.#finished.resolve();
    };
    void pipeline.finished.then(onFinished);
  }

  /** Serves on the address of the configuration; where it is another than before, on that first. */
  async #serveAdmin(before?: ListenAddress): Promise<void> {
    const { services, loaded } = this.#running;
    const { admin_address: address } = loaded.config.agent;
    if (this.#admin !== undefined && textOf(address) === textOf(before)) return;
    const { metrics, logger } = services;
    const admin = address && (await startAdmin({ address, metrics, health: () => this.health, log: logger }));
    if (address !== undefined && admin === undefined) return;
    await this.#admin?.close();
    this.#admin = admin;
  }
}

function textOf(address: ListenAddress | undefined): string {
  return address === undefined ? '' : listenAddressText(address);
}
