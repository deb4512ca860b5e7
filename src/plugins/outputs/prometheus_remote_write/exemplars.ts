/**
 * Which exemplars of a series are sent. A target shows an exemplar at every scrape until another takes its place, and receivers take
 * only one that is newer than the last of its series; so each is sent once, and what no receiver would take is not sent at all.
 */
import type { Exemplar } from '../../../metric/origin.ts';
import { exemplarField, labelCharacters, MAX_EXEMPLAR_CHARACTERS } from '../../../formats/remote-write/exemplar.ts';
import { legalLabels, type NameRules } from '../../../formats/remote-write/names.ts';
import type { SampleGroup } from '../../../formats/remote-write/request-writer.ts';

/** Why an exemplar goes no further. Its sample does. */
export type ExemplarReason = 'exemplar_too_long' | 'exemplar_future' | 'exemplar_out_of_order';

interface Sent {
  readonly ms: number;
  /** Labels and value. */
  readonly key: string;
}

export class ExemplarOrder {
  readonly #names: NameRules;
  readonly #last = new WeakMap<SampleGroup, Sent>();

  constructor(names: NameRules) {
    this.#names = names;
  }

  /**
   * What is to be sent of an exemplar whose sample is of `sampleMs`: the field; undefined if it was sent before; or why it can't be.
   * One without a time of its own has the sample's.
   */
  take(group: SampleGroup, exemplar: Exemplar, sampleMs: number, latestMs: number): Buffer | ExemplarReason | undefined {
    const { value, timestampMs } = exemplar;
    const { labels } = legalLabels(exemplar.labels, [], this.#names);
    if (labelCharacters(labels) > MAX_EXEMPLAR_CHARACTERS) return 'exemplar_too_long';
    const isTimed = timestampMs > 0;
    const ms = isTimed ? timestampMs : sampleMs;
    if (ms > latestMs) return 'exemplar_future';
    const key = JSON.stringify([labels, String(value)]);
    const last = this.#last.get(group);
    if (last !== undefined && last.key === key && (!isTimed || last.ms === ms)) return undefined;
    if (last !== undefined && ms <= last.ms) return 'exemplar_out_of_order';
    this.#last.set(group, { ms, key });
    return exemplarField(labels, value, ms);
  }
}
