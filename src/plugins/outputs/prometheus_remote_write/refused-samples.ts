/** Samples that a server refused for good, and the dead letters that come of them. */
import { type Sample, type TimeSeries } from '../../../formats/remote-write/decode.ts';
import type { SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { decodePart, payloadOf, pointLabels } from './parts.ts';

/** What one letter says: series of one set of labels, refused in the same words. */
interface Letter {
  readonly reason: string;
  readonly part: TimeSeries[];
  readonly times: Set<number>;
}

/** The samples of one payload that were refused, each once. */
export class RefusedSamples {
  readonly #payload: Payload;
  readonly #letters = new Map<string, Letter>();
  /** Each sample once, by `keyOf`. */
  readonly #keys = new Set<string>();

  constructor(payload: Payload) {
    this.#payload = payload;
  }

  get samples(): number {
    return this.#keys.size;
  }

  keys(): IterableIterator<string> {
    return this.#keys.values();
  }

  add(series: TimeSeries, reason: string): void {
    const fresh = series.samples.filter((sample) => !this.#keys.has(keyOf(series, sample)));
    if (fresh.length === 0) return;
    for (const sample of fresh) this.#keys.add(keyOf(series, sample));
    const key = `${reason}\n${pointLabels(series)}`;
    const letter = this.#letters.get(key) ?? { reason, part: [], times: new Set() };
    this.#letters.set(key, letter);
    letter.part.push({ labels: series.labels, samples: fresh });
    for (const { ms } of fresh) letter.times.add(ms);
  }

  /** What became of the payload: everything that was not refused is delivered. */
  result(): SendResult {
    const letters = [...this.#letters.values()];
    if (letters.length === 0) return { status: 'ok' };
    const [{ reason }] = letters;
    // One letter instead of thousands where nothing was stored and all for one reason.
    if (letters.every((letter) => letter.reason === reason) && this.samples === countOf(this.#payload)) return { status: 'reject', reason };
    // Samples of one time whose labels differ in the name only were fields of one point, which counts once.
    const refused = letters.map(({ part, times, reason: words }) => ({ ...payloadOf(this.#payload, part, times.size), reason: words }));
    return { status: 'partial', refused };
  }
}

/** Names a sample among all others. */
export function keyOf({ labels }: TimeSeries, { ms }: Sample): string {
  return `${ms} ${labels.latin1Slice()}`;
}

function countOf({ body }: Payload): number {
  return decodePart(body).reduce((sum, { samples }) => sum + samples.length, 0);
}
