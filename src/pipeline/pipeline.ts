/** The life of a pipeline: start, run, drain, stop. */
import type { PipelineConfig } from '../config/pipeline-config.ts';
import type { Diagnostic } from '../config/diagnostics.ts';
import type { Interner } from '../metric/interner.ts';
import type { Summary } from '../telemetry/self-metrics.ts';
import { buildParts, type Parts } from './build.ts';
import type { DeliveryState } from '../telemetry/delivery-metrics.ts';
import { errorText } from '../telemetry/error-text.ts';
import type { Handover, Services } from './services.ts';
import { waitFor } from './wait-for.ts';

/** What became of a run. */
export interface RunSummary extends Summary {
  readonly seconds: number;
  /** Points that were queued and could not be delivered before the end. */
  readonly unsent: number;
}

export interface PipelineHealth {
  /** Whether points are taken: all inputs are up and no queue is at its bound. */
  readonly ready: boolean;
  /** Why not, in words; empty when ready. */
  readonly reasons: readonly string[];
  readonly outputs: ReadonlyMap<string, { readonly state: DeliveryState; readonly reason: string }>;
}

/** How long past the end of a window of arrival its timer may fire early; below the resolution of timers. */
const TIMER_SLACK_MS = 1;

/** How long requests to servers that are under way may take to end when another pipeline takes over; they are sent again then. */
const LAST_REQUESTS_MS = 1000;

/** Makes a pipeline of a checked configuration; what its plugins still object to comes back as diagnostics. */
export function createPipeline(config: PipelineConfig, services: Services): Pipeline | { readonly diagnostics: readonly Diagnostic[] } {
  const parts = buildParts(config, services);
  return 'diagnostics' in parts ? parts : new Pipeline(config, services, parts);
}

/** Inputs, processors, aggregators and outputs of one configuration. Starts once, and ends once: by `stop`, `handOver` or `discard`. */
export class Pipeline {
  readonly #config: PipelineConfig;
  readonly #services: Services;
  readonly #parts: Parts;
  readonly #abort = new AbortController();
  /** On the monotonic clock, like the end of a shutdown: neither may depend on somebody setting the time. */
  readonly #startedMs = performance.now();
  #isUp = false;
  #windows: Promise<void> = Promise.resolve();
  #end: Promise<RunSummary> | undefined;

  constructor(config: PipelineConfig, services: Services, parts: Parts) {
    this.#config = config;
    this.#services = services;
    this.#parts = parts;
  }

  /**
   * For a pipeline that is to take over from one that runs, and in place of `start`: takes hold of what it will need and others may have.
   * Resolves to everything that would keep it from starting, in words. `discard` follows.
   */
  async prepare(): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const part of [...this.#parts.inputs, ...this.#parts.senders.values()]) {
      await part.prepare().catch((error: unknown) => problems.push(errorText(error)));
    }
    return problems;
  }

  /** Lets go of what `prepare` took hold of. */
  async discard(): Promise<void> {
    await Promise.all(this.#parts.inputs.map((input) => input.stop()));
    await Promise.all([...this.#parts.senders.values()].map((sender) => sender.retire(0)));
  }

  /** Starts outputs, then inputs; resolves once all inputs are ready. Throws what keeps an input from starting; call `stop` then, too. */
  async start(): Promise<void> {
    this.#startOutputs();
    for (const input of this.#parts.inputs) await input.start();
    this.#isUp = true;
  }

  /**
   * Runs every input once (service inputs for `waitMs`, those with an end to their end), then drains as `stop` does. For
   * `--once` and `--test`.
   */
  async runOnce(waitMs = 0): Promise<RunSummary> {
    this.#startOutputs();
    const wait = waitFor(waitMs, this.#abort.signal).then(() => undefined);
    try {
      await Promise.all(this.#parts.inputs.map((input) => input.once(wait)));
    } finally {
      this.#abort.abort();
    }
    return this.stop();
  }

  /** Resolves when every input has an end and has reached it; never if one goes on for ever. */
  get finished(): Promise<void> {
    const ends = this.#parts.inputs.map((input) => input.finished ?? new Promise<void>(() => undefined));
    return Promise.all(ends).then(() => undefined);
  }

  /** The table of series that its points belong to; for a `tap` that writes them. */
  get interner(): Interner {
    return this.#parts.interner;
  }

  /** Sends what is queued without waiting for full batches. */
  flush(): void {
    for (const sender of this.#parts.senders.values()) sender.flush();
  }

  /** What state it is in, for health pages. */
  health(): PipelineHealth {
    const admission = this.#services.store.admit();
    const reasons = [...(this.#isUp ? [] : ['starting or stopping']), ...(admission.status === 'busy' ? [admission.reason] : [])];
    const outputs = new Map([...this.#parts.senders].map(([name, sender]) => [name, sender.status] as const));
    return { ready: reasons.length === 0, reasons, outputs };
  }

  /**
   * Stops the inputs, ends all open windows, and delivers what is queued, for as long as `agent.shutdown_timeout` allows. Safe
   * after a `start` that failed, and when asked again. Resolves to what the run came to.
   */
  stop(): Promise<RunSummary> {
    this.#end ??= this.#drain();
    return this.#end;
  }

  /**
   * Ends in favour of a pipeline that goes on with the same queues and states, which is to be built only then. What was taken is committed;
   * what is queued stays queued. `heirs` are the states of which that pipeline knows (`stateNames`). In place of `stop`, and once; a `stop`
   * that follows has nothing left to do.
   */
  handOver(heirs: ReadonlySet<string>): Promise<Handover> {
    const handover = this.#leave(heirs);
    this.#end ??= handover.then(() => this.#summary(0));
    return handover;
  }

  async #leave(heirs: ReadonlySet<string>): Promise<Handover> {
    const { flow, delivery, senders } = this.#parts;
    const retired = Promise.all([...senders.values()].map((sender) => sender.retire(LAST_REQUESTS_MS)));
    await this.#endInputs();
    const { windows } = flow;
    await delivery.commit(flow.end(heirs));
    await retired;
    return { windows };
  }

  /** The names of all states that its plugins keep. */
  get stateNames(): ReadonlySet<string> {
    return this.#parts.stateNames;
  }

  async #drain(): Promise<RunSummary> {
    const deadlineMs = performance.now() + this.#config.agent.shutdown_timeout;
    await this.#endInputs();
    await this.#parts.delivery.commit(this.#parts.flow.end());
    const unsent = await Promise.all([...this.#parts.senders.values()].map((sender) => sender.stop(deadlineMs - performance.now())));
    return this.#summary(unsent.reduce((sum, points) => sum + points, 0));
  }

  #summary(unsent: number): RunSummary {
    return { ...this.#services.metrics.summary(), seconds: (performance.now() - this.#startedMs) / 1000, unsent };
  }

  async #endInputs(): Promise<void> {
    this.#isUp = false;
    this.#abort.abort();
    await Promise.all(this.#parts.inputs.map((input) => input.stop()));
    await this.#windows;
  }

  #startOutputs(): void {
    if (this.#services.sends !== false) {
      for (const sender of this.#parts.senders.values()) sender.start();
    }
    this.#windows = this.#endWindows();
  }

  /** Ends windows of arrival, and tells others as they stand, when their time has come. */
  async #endWindows(): Promise<void> {
    const { flow, delivery } = this.#parts;
    while (flow.dueMs < Number.POSITIVE_INFINITY) {
      if (!(await waitFor(flow.dueMs - this.#services.clock.now().ms + TIMER_SLACK_MS, this.#abort.signal))) return;
      await delivery.commit(flow.flush());
    }
  }
}
