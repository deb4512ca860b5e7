import type { Logger } from './log.ts';

/** Once said, it is said again only after this; the counters in /metrics are exact at any time. */
const QUIET_MS = 10 * 60_000;

const WORDS: Readonly<Record<string, string>> = {
  overflow: 'the queue is full, and points are given up, as overflow says',
  expired: 'points have waited longer than queue_max_age, and are given up',
  damaged: 'points were damaged in the queue file, and are lost',
};

interface Said {
  readonly atMs: number;
  unsaid: number;
}

/** Says that an output loses points: when that begins, and every ten minutes while it goes on. */
export class LossLog {
  readonly #logger: Pick<Logger, 'plugin'>;
  readonly #nowMs: () => number;
  readonly #said = new Map<string, Said>();

  /** `nowMs`: on a clock that nobody sets. */
  constructor(logger: Pick<Logger, 'plugin'>, nowMs: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /** Takes note of a loss, for one of few reasons. */
  note(output: string, reason: string, points: number): void {
    const key = `${output} ${reason}`;
    const said = this.#said.get(key);
    const unsaid = (said?.unsaid ?? 0) + points;
    const atMs = this.#nowMs();
    if (said !== undefined && atMs - said.atMs < QUIET_MS) {
      said.unsaid = unsaid;
      return;
    }
    this.#said.set(key, { atMs, unsaid: 0 });
    this.#logger.plugin(output).warn(WORDS[reason] ?? 'points are lost', { points: unsaid, reason });
  }
}
