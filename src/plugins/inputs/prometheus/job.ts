/** Scrapes as Prometheus does: each target on its own, with the labels, series and markers that make it a job. */
import type { PluginContext, ServiceInput, Sink } from '../../../pipeline/plugin.ts';
import { waitFor } from '../../../pipeline/wait-for.ts';
import type { PrometheusConfig } from './config.ts';
import { Scraper } from './scraper.ts';
import type { Target } from './target.ts';
import { TargetFiles } from './target-files.ts';
import { TargetLoop } from './target-loop.ts';

/** How often the files of targets are looked at. */
const REFRESH_MS = 2000;

/** A file with more targets is a mistake. */
const MAX_TARGETS = 10_000;

export class Job implements ServiceInput {
  readonly #config: PrometheusConfig;
  readonly #context: PluginContext;
  readonly #fixed: readonly Target[];
  readonly #files: TargetFiles | undefined;
  readonly #scraper: Scraper;
  readonly #loops = new Map<string, TargetLoop>();
  readonly #abort = new AbortController();
  #refreshing: Promise<void> = Promise.resolve();
  #left = 0;

  constructor(job: string, targets: readonly Target[], config: PrometheusConfig, context: PluginContext) {
    const { baseDirectory, intervalMs, log } = context;
    this.#config = config;
    this.#context = context;
    this.#fixed = targets;
    this.#files = config.file_sd === undefined ? undefined : new TargetFiles({ patterns: config.file_sd, baseDirectory, job, log });
    this.#scraper = new Scraper(config, baseDirectory, intervalMs);
  }

  async start(sink: Sink): Promise<void> {
    const begin = (loop: TargetLoop): void => {
      loop.start();
      void loop.ended.then(() => this.#loops.delete(loop.target.key));
    };
    await this.#sync(sink, begin);
    if (this.#files !== undefined) this.#refreshing = this.#refresh(() => this.#sync(sink, begin));
  }

  async once(sink: Sink): Promise<void> {
    await this.#sync(sink, () => undefined);
    await Promise.all([...this.#loops.values()].map((loop) => loop.once()));
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#refreshing;
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()));
    await this.#scraper.close();
  }

  async #refresh(sync: () => Promise<void>): Promise<void> {
    while (await waitFor(REFRESH_MS, this.#abort.signal)) await sync();
  }

  /** Begins with targets that are new; those that are none any more end at their next moment. */
  async #sync(sink: Sink, begin: (loop: TargetLoop) => void): Promise<void> {
    const targets = await this.#targets();
    for (const [key, loop] of this.#loops) loop.gone = !targets.has(key);
    const options = { config: this.#config, context: this.#context, scraper: this.#scraper, sink };
    for (const [key, target] of targets) {
      if (this.#loops.has(key)) continue;
      const loop = new TargetLoop(target, options);
      this.#loops.set(key, loop);
      begin(loop);
    }
  }

  /** By key, so that a target that is named twice is scraped once. */
  async #targets(): Promise<Map<string, Target>> {
    const all = [...this.#fixed, ...((await this.#files?.read()) ?? [])];
    const targets = new Map(all.map((target) => [target.key, target]));
    const left = Math.max(0, targets.size - MAX_TARGETS);
    if (left > 0 && left !== this.#left) {
      this.#context.log.error('too many targets; the last ones are left out', { left, most: MAX_TARGETS });
    }
    this.#left = left;
    return left === 0 ? targets : new Map([...targets].slice(0, MAX_TARGETS));
  }
}
