import type { PluginContext } from '../../../pipeline/plugin.ts';

/** Whether a target answers as it should: one line in the log for each change, not for each scrape. */
export class TargetHealth {
  readonly #context: PluginContext;
  /** What names the target in the log. */
  readonly #name: object;
  #isUp: boolean | undefined;

  constructor(context: PluginContext, name: object) {
    this.#context = context;
    this.#name = name;
  }

  /** Notes how a scrape went: what was wrong with it, or undefined. */
  note(problem: string | undefined): void {
    const { log } = this.#context;
    const isUp = problem === undefined;
    if (!isUp) this.#context.error();
    if (isUp === this.#isUp) return;
    if (!isUp) log.error('target is down', { ...this.#name, reason: problem });
    else if (this.#isUp === false) log.info('target is up again', this.#name);
    this.#isUp = isUp;
  }
}
