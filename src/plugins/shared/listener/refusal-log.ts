import type { Log } from '../../../pipeline/plugin.ts';

/** One line in so long: a pusher that is wrong is wrong thousands of times an hour. */
const INTERVAL_MS = 10_000;

/** Logs refused requests, the first at once and after that one line per interval that says how many there were. */
export class RefusalLog {
  readonly #log: Log;
  readonly #nowMs: () => number;
  #quietUntilMs = -Infinity;
  #unlogged = 0;

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  note(status: number, message: string, client: string | undefined): void {
    const nowMs = this.#nowMs();
    if (nowMs < this.#quietUntilMs) {
      this.#unlogged++;
      return;
    }
    const others = this.#unlogged === 0 ? '' : `; ${this.#unlogged} others since the last such line`;
    this.#log.warn(`refused a request of ${client ?? 'a client that is gone'} with ${status}: ${message}${others}`);
    this.#quietUntilMs = nowMs + INTERVAL_MS;
    this.#unlogged = 0;
  }
}
