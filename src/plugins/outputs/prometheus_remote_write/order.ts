/**
 * What was last encoded of each series: Prometheus refuses a whole request for one sample that is not newer than the last
 * of its series, so such samples must not get into one.
 *
 * The times are state and outlive a restart (see `blocks.ts`). Shapes hold on to the objects, so that a point finds its series without
 * a look-up; `generation` tells them when some have been forgotten and all must be looked up again.
 */
import { labelSet, labelSetKey } from '../../../formats/remote-write/label-set.ts';
import type { Label } from '../../../formats/remote-write/names.ts';
import { sampleGroup, type SampleGroup } from '../../../formats/remote-write/request-writer.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { Blocks, namesState, timesState, type Block, type LastSample } from './blocks.ts';

export interface OrderedSeries {
  readonly group: SampleGroup;
  readonly last: LastSample;
}

/** The series of one measurement and one set of labels: they mostly change together. */
export interface SeriesFamily {
  readonly key: string;
  readonly labels: readonly Label[];
  /** By metric name. */
  readonly series: Map<string, OrderedSeries>;
  readonly known: Known;
}

/** What there is of a family's series, whether a point has asked for them or not. */
interface Known {
  readonly last: Map<string, LastSample>;
  /** Where their times are. */
  readonly blocks: Block[];
}

/** Of a scrape nearly every series is a family of its own, at some 1.5 KB: 150 MB when all are there. One of ten fields takes 4 KB. */
const MAX_FAMILIES = 100_000;

/** The last samples of one output's series. */
export class SeriesOrder {
  readonly #blocks: Blocks;
  readonly #maxFamilies: number;
  readonly #known = new Map<string, Known>();
  #families = new Map<string, SeriesFamily>();
  #generation = 0;

  constructor(context: Pick<PluginContext, 'state'>, maxFamilies: number = MAX_FAMILIES) {
    this.#maxFamilies = maxFamilies;
    this.#blocks = new Blocks(context.state(namesState), context.state(timesState));
    for (const { block, name, last } of this.#blocks.entries()) this.#place(name[0], name[1], last, block);
  }

  /** Changes when families have been forgotten: those got before must be looked up again. */
  get generation(): number {
    return this.#generation;
  }

  /** The one object for this measurement and these legal labels. */
  family(measurement: string, labels: readonly Label[]): SeriesFamily {
    const key = labelSetKey(measurement, labels);
    const found = this.#families.get(key);
    if (found !== undefined) return found;
    const family = { key, labels, series: new Map(), known: this.#knownOf(key) };
    this.#families.set(key, family);
    return family;
  }

  /** The one object for a metric of a family. */
  series(family: SeriesFamily, name: string): OrderedSeries {
    const found = family.series.get(name);
    if (found !== undefined) return found;
    const last = family.known.last.get(name) ?? this.#add(family.key, name, { ms: -Infinity, value: 0, restored: false });
    const series = { group: sampleGroup(labelSet(name, family.labels).bytes), last };
    family.series.set(name, series);
    return series;
  }

  /** Notes that a family has newer samples now. */
  touch({ known }: SeriesFamily): void {
    for (const block of known.blocks) this.#blocks.touch(block);
  }

  /** Marks in the state what has changed. Returns how many families had to be forgotten to stay within the bound. */
  commit(): number {
    const forgotten = this.#known.size > this.#maxFamilies ? this.#forget() : 0;
    this.#blocks.commit();
    return forgotten;
  }

  #knownOf(key: string): Known {
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const known: Known = { last: new Map(), blocks: [] };
    this.#known.set(key, known);
    return known;
  }

  #add(key: string, name: string, last: LastSample): LastSample {
    this.#place(key, name, last, this.#blocks.add([key, name], last));
    return last;
  }

  #place(key: string, name: string, last: LastSample, block: Block): void {
    const known = this.#knownOf(key);
    known.last.set(name, last);
    if (known.blocks.at(-1) !== block) known.blocks.push(block);
  }

  /** Forgets the half of the families that has been silent longest, and gives the others new places. */
  #forget(): number {
    const forgotten = this.#known.size - Math.floor(this.#maxFamilies / 2);
    const kept = [...this.#known].sort(([, a], [, b]) => newest(a) - newest(b)).slice(forgotten);
    this.#known.clear();
    this.#families = new Map();
    this.#blocks.clear();
    this.#generation++;
    for (const [key, { last }] of kept) for (const [name, sample] of last) this.#add(key, name, sample);
    for (const { block } of this.#blocks.entries()) this.#blocks.touch(block);
    return forgotten;
  }
}

function newest({ last }: Known): number {
  let ms = -Infinity;
  for (const sample of last.values()) ms = Math.max(ms, sample.ms);
  return ms;
}
