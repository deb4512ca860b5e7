import type { BigIntStatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { waitFor } from '../../../pipeline/wait-for.ts';

/** A file system that takes longer is passed over this time. */
const TIMEOUT_MS = 2000;

/**
 * Questions without an answer at one time. Each holds one of Node's four threads until the server of a dead NFS mount comes back, and the
 * queue on the disk needs threads too.
 */
const MAX_HANGING = 2;

/** Asks file systems how full they are, and does not wait for those that don't answer; Telegraf would hang there. */
export class PatientStatfs {
  readonly #hanging = new Set<string>();
  readonly #statfs: typeof statfs;
  readonly #timeoutMs: number;

  constructor(ask: typeof statfs = statfs, timeoutMs = TIMEOUT_MS) {
    this.#statfs = ask;
    this.#timeoutMs = timeoutMs;
  }

  /** Throws what asking throws, and when there is no answer. */
  async ask(path: string): Promise<BigIntStatsFs> {
    if (this.#hanging.has(path)) throw new Error('it still does not answer');
    if (this.#hanging.size >= MAX_HANGING) throw new Error('it was not asked, since too many others do not answer');
    const answer = this.#statfs(path, { bigint: true });
    this.#hanging.add(path);
    const forget = (): void => void this.#hanging.delete(path);
    answer.then(forget, forget);
    const done = new AbortController();
    const late = waitFor(this.#timeoutMs, done.signal);
    try {
      const first = await Promise.race([answer, late]);
      if (typeof first === 'object') return first;
      throw new Error(`it does not answer within ${this.#timeoutMs / 1000} s`);
    } finally {
      done.abort();
    }
  }
}
