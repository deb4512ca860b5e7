/** Whether a scrape tells anything new, or is one of Scaphandre's known lies. */
import { compareText } from '../../../metric/text.ts';
import { ENERGY, HOST, POWER, SOCKET, thingsOf, type Snapshot, type Thing } from './snapshot.ts';

/**
 * - `repeated`: the scrape before once more. Scaphandre measures at most every two seconds, and asked more often, never again.
 * - `frozen`: the counters have stood still for too long. Those of a processor never do; a VM's share does when its host no longer writes it.
 * - `zero`: a VM's share reads 0, as after its host restarted, until it is attached again.
 * - `unreadable`: Scaphandre may not read the counters, and says 0 for the whole host.
 */
export type Freshness = 'fresh' | 'repeated' | 'frozen' | 'zero' | 'unreadable';

export class FreshnessCheck {
  readonly #frozenAfterMs: number;
  #counters = '';
  #power: number | undefined;
  /** When the counters last moved. */
  #movedMs: number | undefined;

  constructor(frozenAfterMs: number) {
    this.#frozenAfterMs = frozenAfterMs;
  }

  /** Judges a snapshot, scaled or not. `nowMs` is of a clock that nobody sets. */
  judge(snapshot: Snapshot, isGuest: boolean, nowMs: number): Freshness {
    const sockets = thingsOf(snapshot, SOCKET).filter(({ fields }) => fields.has(ENERGY));
    const host = thingsOf(snapshot, HOST).find(({ fields }) => fields.has(ENERGY));
    if (sockets.length === 0 && host?.fields.get(ENERGY) === 0) return 'unreadable';
    if (isGuest && sockets.every(({ fields }) => fields.get(ENERGY) === 0)) return 'zero';
    const counters = sockets.map(counterText).toSorted(compareText).join();
    const power = host?.fields.get(POWER);
    const isRepeated = counters === this.#counters && power !== undefined && power > 0 && power === this.#power;
    if (counters !== this.#counters) this.#movedMs = nowMs;
    this.#counters = counters;
    this.#power = power;
    if (nowMs - (this.#movedMs ?? nowMs) >= this.#frozenAfterMs) return 'frozen';
    return isRepeated ? 'repeated' : 'fresh';
  }
}

function counterText({ tags, fields }: Thing): string {
  return `${JSON.stringify(tags)} ${fields.get(ENERGY)}`;
}
