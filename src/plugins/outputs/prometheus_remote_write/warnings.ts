import type { Log } from '../../../pipeline/plugin.ts';

/** Warnings of which one in the life of an output is enough. */
export class Warnings {
  readonly #log: Log;
  readonly #told = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Logs the first warning of a topic. */
  once(topic: string, message: string, details: object): void {
    if (this.#told.has(topic)) return;
    this.#told.add(topic);
    this.#log.warn(message, details);
  }
}
