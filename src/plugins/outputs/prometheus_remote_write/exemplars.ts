/**
 * Which exemplars of a series are sent. A target shows an exemplar at every scrape until another takes its place, and receivers take
 * only one that is newer than the last of its series; so each is sent once, and what no receiver would take is not sent at all.
 */
import type { Exemplar } from '../../../metric/origin.ts';
import { exemplarField, labelCharacters, MAX_EXEMPLAR_CHARACTERS } from '../../../formats/remote-write/exemplar.ts';
import { legalLabels, type Label, type NameRules } from '../../../formats/remote-write/names.ts';
import type { SampleGroup } from '../../../formats/remote-write/request-writer.ts';

/** Why an exemplar goes no further. Its sample does. */
export type ExemplarReason = 'exemplar_too_long' | 'exemplar_future' | 'exemplar_out_of_order';

/** What there was last of a series. */
interface Seen {
  /** All that the sample before had, by labels, value and time: none of them is news. */
  readonly keys: ReadonlySet<string>;
  /** The time of the newest that was sent. */
  newestMs: number;
}

const NOTHING_SEEN: Readonly<Seen> = { keys: new Set(), newestMs: -Infinity };

/** What was last seen of the exemplars of each series. */
export class ExemplarOrder {
  readonly #names: NameRules;
  readonly #seen = new WeakMap<SampleGroup, Seen>();

  constructor(names: NameRules) {
    this.#names = names;
  }

  /**
   * What is to be sent of the exemplars of a sample at `sampleMs`, which come in the order of their times: for each that is news the
   * field, or why it can't be sent. One without a time of its own has the sample's.
   */
  take(group: SampleGroup, exemplars: readonly Exemplar[], sampleMs: number, latestMs: number): (Buffer | ExemplarReason)[] {
    const before = this.#seen.get(group) ?? NOTHING_SEEN;
    const keys = exemplars.map(keyOf);
    const seen: Seen = { keys: new Set(keys), newestMs: before.newestMs };
    this.#seen.set(group, seen);
    return exemplars
      .filter((_, at) => !before.keys.has(keys[at]))
      .map((exemplar) => this.#field(exemplar, exemplar.timestampMs > 0 ? exemplar.timestampMs : sampleMs, latestMs, seen));
  }

  #field({ labels: own, value }: Exemplar, ms: number, latestMs: number, seen: Seen): Buffer | ExemplarReason {
    const labels: readonly Label[] = legalLabels(own, [], this.#names).labels;
    if (labelCharacters(labels) > MAX_EXEMPLAR_CHARACTERS) return 'exemplar_too_long';
    if (ms > latestMs) return 'exemplar_future';
    if (ms <= seen.newestMs) return 'exemplar_out_of_order';
    seen.newestMs = ms;
    return exemplarField(labels, value, ms);
  }
}

function keyOf({ labels, value, timestampMs }: Exemplar): string {
  return JSON.stringify([labels, String(value), String(timestampMs)]);
}
