/** What an aggregator keeps of each series: a bounded table, whose entries are found once and not at every point. */
import type { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import type { Adder, PluginContext } from '../../pipeline/plugin.ts';

/** Series in one table at the most; thousands of new process ids an hour stay far below. */
const MAX_SERIES = 200_000;

/** Bindings that are remembered for each series at the most, on average; one has as many as it has sets of fields. */
const MAX_FINDINGS = 8;

/** What one binding found in the table, until that is no longer there. */
interface Finding<Use> {
  readonly id: string;
  use: Use | undefined;
}

export class SeriesTable<Entry> {
  readonly #context: Pick<PluginContext, 'drop' | 'log'>;
  readonly #create: (series: Series) => Entry;
  readonly #maxSeries: number;
  /** By `Series.id`, since a series that the interner forgot comes back as another object. */
  #entries = new Map<string, Entry>();
  #findings: Finding<object>[] = [];
  #isFull = false;

  /** `create` makes the entry of a series at its first point. */
  constructor(context: Pick<PluginContext, 'drop' | 'log'>, create: (series: Series) => Entry, maxSeries = MAX_SERIES) {
    this.#context = context;
    this.#create = create;
    this.#maxSeries = maxSeries;
  }

  /**
   * What an aggregator's `bind` returns for a series: `use` is asked once, and again after the entry has left the table, for what `add`
   * needs of it. At the bound, points of new series are refused and counted.
   */
  bind<Use extends object>(series: Series, use: (entry: Entry) => Use, add: (use: Use, point: Point) => void): Adder {
    const finding: Finding<Use> = { id: series.id, use: undefined };
    return (point) => {
      if (finding.use === undefined) {
        const entry = this.#find(series);
        if (entry === undefined) return 'refused';
        finding.use = use(entry);
        this.#findings.push(finding);
      }
      add(finding.use, point);
      return undefined;
    };
  }

  /** The entries in the order in which their series came first. */
  values(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** Keeps the entries for which `isKept` says so. */
  retain(isKept: (entry: Entry) => boolean): void {
    for (const [id, entry] of this.#entries) if (!isKept(entry)) this.#entries.delete(id);
    this.#loosen();
  }

  /** Starts over, as at the end of a window. */
  clear(): void {
    this.#entries = new Map();
    this.#loosen();
  }

  #find(series: Series): Entry | undefined {
    const known = this.#entries.get(series.id);
    if (known !== undefined) return known;
    if (this.#entries.size >= this.#maxSeries) return this.#refuse();
    const entry = this.#create(series);
    this.#entries.set(series.id, entry);
    return entry;
  }

  #refuse(): undefined {
    this.#context.drop('too_many_series');
    if (!this.#isFull) {
      this.#context.log.warn('no room for another series, which is not aggregated; choose series with namepass or tagpass', {
        series: this.#maxSeries,
      });
    }
    this.#isFull = true;
  }

  /** Bindings outlive entries by far; what they found must not, nor may they add to what is gone. */
  #loosen(): void {
    this.#isFull = false;
    // Bindings of shapes that are no more are among them, so now and then all have to look again.
    const isCrowded = this.#findings.length > MAX_FINDINGS * this.#entries.size;
    const findings: Finding<object>[] = [];
    for (const finding of this.#findings) {
      if (!isCrowded && this.#entries.has(finding.id)) findings.push(finding);
      else finding.use = undefined;
    }
    this.#findings = findings;
  }
}
