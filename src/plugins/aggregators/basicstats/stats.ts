/** Telegraf's statistics of one field in one window. */
import { Kind } from '../../../metric/kind.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import type { Point } from '../../../metric/point.ts';
import { elapsedNanoseconds, elapsedSeconds } from '../../shared/elapsed.ts';
import type { NewField } from '../../shared/make-point.ts';
import type { Summary } from '../../shared/number-windows.ts';
import type { SuffixedNames } from '../../shared/suffixed-names.ts';

/** All there are, in the order of Telegraf's documentation. */
export const statNames = [
  'count',
  'min',
  'max',
  'mean',
  's2',
  'stdev',
  'sum',
  'diff',
  'non_negative_diff',
  'rate',
  'non_negative_rate',
  'percent_change',
  'interval',
  'last',
  'first',
] as const;
export type StatName = (typeof statNames)[number];

/** What Telegraf tells where `stats` is not set. */
export const defaultStats: readonly StatName[] = ['count', 'min', 'max', 'mean', 's2', 'stdev'];

export class Stats implements Summary {
  readonly #stats: readonly StatName[];
  readonly #names: SuffixedNames;
  #count = 0;
  #min = 0;
  #max = 0;
  #sum = 0;
  #mean = 0;
  /** Sum of the squares of differences from the mean. */
  #m2 = 0;
  #first = 0;
  #firstMs = 0;
  #firstNs = 0;
  #last = 0;
  #lastMs = 0;
  #lastNs = 0;
  /** The last of those with another time than the first: Telegraf's rate is theirs, also when one with the first's time follows. */
  #apart = 0;
  #apartMs = 0;
  #apartNs = 0;

  /** `names`: those of the statistics. */
  constructor(stats: readonly StatName[], names: SuffixedNames) {
    this.#stats = stats;
    this.#names = names;
  }

  add(value: number, { ms, ns }: Point): void {
    if (this.#count === 0) this.#start(value, ms, ns);
    else this.#change(value);
    this.#last = value;
    this.#lastMs = ms;
    this.#lastNs = ns;
    if (ms === this.#firstMs && ns === this.#firstNs) return;
    this.#apart = value;
    this.#apartMs = ms;
    this.#apartNs = ns;
  }

  #start(value: number, ms: number, ns: number): void {
    this.#count = 1;
    this.#m2 = 0;
    this.#min = this.#max = this.#sum = this.#mean = value;
    this.#first = this.#apart = value;
    this.#firstMs = this.#apartMs = ms;
    this.#firstNs = this.#apartNs = ns;
  }

  #change(value: number): void {
    this.#count++;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    this.#sum += value;
    // Welford 1962: one pass, and no difference of two large sums of squares.
    const delta = value - this.#mean;
    this.#mean += delta / this.#count;
    this.#m2 += delta * (value - this.#mean);
  }

  emit(field: string, out: NewField[]): void {
    if (this.#count === 0) return;
    const names = this.#names.of(field);
    for (const [index, stat] of this.#stats.entries()) {
      const value = this.#stat(stat);
      if (value !== undefined) out.push({ name: names[index], kind: stat === 'interval' ? Kind.Int : Kind.Float, value });
    }
  }

  reset(): void {
    this.#count = 0;
  }

  /** Undefined where it says nothing: a variance or a difference of one number, a change down that only changes up count for. */
  #stat(stat: StatName): number | bigint | undefined {
    switch (stat) {
      case 'count':
        return this.#count;
      case 'min':
        return this.#min;
      case 'max':
        return this.#max;
      case 'mean':
        return this.#mean;
      case 'sum':
        return this.#sum;
      case 'first':
        return this.#first;
      case 'last':
        return this.#last;
      default:
        return this.#count > 1 ? this.#comparison(stat) : undefined;
    }
  }

  /** What takes two numbers. Differences are those of the last from the first, as in Telegraf, not from the one before. */
  #comparison(stat: StatName): number | bigint | undefined {
    const diff = this.#last - this.#first;
    switch (stat) {
      case 's2':
        return this.#variance();
      case 'stdev':
        return Math.sqrt(this.#variance());
      case 'diff':
        return diff;
      case 'non_negative_diff':
        return diff >= 0 ? diff : undefined;
      case 'rate':
        return this.#rate();
      case 'non_negative_rate':
        return diff >= 0 ? this.#rate() : undefined;
      case 'percent_change':
        return (diff / this.#first) * 100;
      case 'interval':
        return safeInteger(elapsedNanoseconds(this.#firstTime(), { ms: this.#lastMs, ns: this.#lastNs }));
      default:
        return undefined;
    }
  }

  /** Of the sample: over one less than there are numbers. */
  #variance(): number {
    return this.#m2 / (this.#count - 1);
  }

  /** Per second; 0 while all have one time. */
  #rate(): number {
    const seconds = elapsedSeconds(this.#firstTime(), { ms: this.#apartMs, ns: this.#apartNs });
    return seconds === 0 ? 0 : (this.#apart - this.#first) / seconds;
  }

  #firstTime(): Pick<Point, 'ms' | 'ns'> {
    return { ms: this.#firstMs, ns: this.#firstNs };
  }
}
