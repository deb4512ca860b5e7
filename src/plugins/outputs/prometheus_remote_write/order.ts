/**
 * What was last encoded of each series: Prometheus refuses a whole request for one sample that is not newer than the last
 * of its series, so such samples must not get into one.
 *
 * The times are state and outlive a restart. They are kept together for all fields of a measurement and its labels, since
 * those change together. Shapes hold on to the objects, so that a point finds its series without a look-up; `generation`
 * tells them when some have been forgotten and all must be looked up again.
 */
import { labelSet } from '../../../formats/remote-write/label-set.ts';
import type { Label } from '../../../formats/remote-write/names.ts';
import { sampleGroup, type SampleGroup } from '../../../formats/remote-write/request-writer.ts';
import type { State, StateSpec } from '../../../queue/store.ts';

/** The newest sample encoded of one series. */
export interface LastSample {
  ms: number;
  value: number;
}

/** By metric name: the newest samples of the metrics that share a measurement and labels. */
export type LastSamples = Map<string, LastSample>;

export interface OrderedSeries {
  readonly group: SampleGroup;
  readonly last: LastSample;
}

/** The series of one measurement and one set of labels. */
export interface SeriesFamily {
  readonly key: string;
  readonly labels: readonly Label[];
  readonly last: LastSamples;
  readonly series: Map<string, OrderedSeries>;
  /** Whether a sample has been added since the last `commit`. */
  touched: boolean;
}

/** What can't stand in a name as it is. */
const BLANKS = /[% \n]/;

/** A line per metric: its name (blanks in it as `%20`), milliseconds, value. */
export const lastSamplesState: StateSpec<LastSamples> = {
  name: 'last_samples',
  version: 1,
  encode: (samples) => {
    let text = '';
    for (const [name, { ms, value }] of samples) {
      if (!Number.isFinite(ms)) continue;
      text += `${text === '' ? '' : '\n'}${BLANKS.test(name) ? name.replaceAll(/[% \n]/g, encodeURIComponent) : name} ${ms} ${value}`;
    }
    return text;
  },
  decode: (text) => {
    const samples: LastSamples = new Map();
    for (const line of text.split('\n')) {
      const [name, ms, value] = line.split(' ');
      if (value === undefined || !Number.isSafeInteger(Number(ms))) return undefined;
      samples.set(name.replaceAll(/%(?:25|20|0A)/g, decodeURIComponent), { ms: Number(ms), value: Number(value) });
    }
    return samples;
  },
};

/** Of a scrape nearly every series is a family of its own, at some 1.5 KB: 150 MB when all are there. One of ten fields takes 4 KB. */
const MAX_FAMILIES = 100_000;

export class SeriesOrder {
  readonly #state: State<LastSamples>;
  readonly #maxFamilies: number;
  #families = new Map<string, SeriesFamily>();
  #touched: SeriesFamily[] = [];
  #generation = 0;

  constructor(state: State<LastSamples>, maxFamilies: number = MAX_FAMILIES) {
    this.#state = state;
    this.#maxFamilies = maxFamilies;
  }

  /** Changes when families have been forgotten: those got before must be looked up again. */
  get generation(): number {
    return this.#generation;
  }

  /** The one object for this measurement and these legal labels. */
  family(measurement: string, labels: readonly Label[]): SeriesFamily {
    const { key } = labelSet(measurement, labels);
    const known = this.#families.get(key);
    if (known !== undefined) return known;
    const last = this.#state.get(key) ?? new Map();
    const family = { key, labels, last, series: new Map(), touched: false };
    this.#families.set(key, family);
    return family;
  }

  /** The one object for a metric of a family. */
  series(family: SeriesFamily, name: string): OrderedSeries {
    const known = family.series.get(name);
    if (known !== undefined) return known;
    const last = family.last.get(name) ?? { ms: -Infinity, value: 0 };
    const series = { group: sampleGroup(labelSet(name, family.labels).bytes), last };
    family.series.set(name, series);
    family.last.set(name, last);
    return series;
  }

  /** Notes that a family has newer samples now. */
  touch(family: SeriesFamily): void {
    if (family.touched) return;
    family.touched = true;
    this.#touched.push(family);
  }

  /** Marks in the state what has changed. Returns how many families had to be forgotten to stay within the bound. */
  commit(): number {
    for (const family of this.#touched) {
      family.touched = false;
      this.#state.set(family.key, family.last);
    }
    this.#touched = [];
    return Math.max(this.#state.size, this.#families.size) > this.#maxFamilies ? this.#forget() : 0;
  }

  /** Forgets the half of the families that has been silent longest. */
  #forget(): number {
    const entries = Array.from(this.#state.entries(), ([key, samples]) => ({ key, ms: newest(samples) }));
    entries.sort((a, b) => a.ms - b.ms);
    const excess = Math.max(0, entries.length - Math.floor(this.#maxFamilies / 2));
    for (const { key } of entries.slice(0, excess)) this.#state.delete(key);
    this.#families = new Map();
    this.#generation++;
    return excess;
  }
}

function newest(samples: LastSamples): number {
  let ms = -Infinity;
  for (const sample of samples.values()) ms = Math.max(ms, sample.ms);
  return ms;
}
