import type { Log } from '../../telemetry/log.ts';

/** Redis' words where it answers, and writes nothing: its memory is full, it is a replica, its disk or its replicas fail it, it is still loading. */
const REFUSES = /\b(?:OOM command|READONLY You|MISCONF|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|LOADING Redis)\b/;

/** It is asked every second: after so long without a refusal, it writes again. */
const OVER_MS = 5000;

/** Whether Redis refuses to write, although it can be reached: one line of the log when that begins, and one when it is over. */
export class Refusal {
  readonly #log: Log;
  #words: string | undefined;
  #over: NodeJS.Timeout | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** What Redis says; undefined while it writes. */
  get words(): string | undefined {
    return this.#words;
  }

  /** Hears of an error of a call. */
  hear(error: unknown): void {
    const words = error instanceof Error ? error.message : '';
    if (!REFUSES.test(words)) return;
    if (this.#words === undefined) {
      this.#log.error('Redis writes nothing, points are kept on the disks of their bridges', { reason: words });
    }
    this.#words = words;
    clearTimeout(this.#over);
    this.#over = setTimeout(() => this.#end(), OVER_MS).unref();
  }

  close(): void {
    clearTimeout(this.#over);
  }

  #end(): void {
    this.#words = undefined;
    this.#log.info('Redis writes again');
  }
}
