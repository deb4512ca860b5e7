import { floatText } from '../../../metric/number-text.ts';

export interface BucketsOptions {
  readonly measurement_name: string;
  readonly fields: readonly string[];
  readonly buckets: readonly number[];
}

/** The right borders of buckets, in ascending order; behind the last there is one for everything above. */
export type Borders = readonly number[];

/** Finds the borders for a field of a measurement: where several entries of the configuration name it the last counts, as in Telegraf. */
export class BucketRules {
  readonly #rules: readonly (Omit<BucketsOptions, 'buckets'> & { readonly borders: Borders })[];

  constructor(options: readonly BucketsOptions[]) {
    this.#rules = options.map(({ buckets, ...rest }) => ({ ...rest, borders: buckets.toSorted((a, b) => a - b) }));
  }

  bordersOf(measurement: string, field: string): Borders | undefined {
    return this.#rules.findLast(
      ({ measurement_name: name, fields }) => name === measurement && (fields.length === 0 || fields.includes(field)),
    )?.borders;
  }
}

/** How many numbers fell into each bucket. */
export class BucketCounts {
  readonly borders: Borders;
  /** One longer than `borders`. */
  readonly #counts: Float64Array;

  constructor(borders: Borders) {
    this.borders = borders;
    this.#counts = new Float64Array(borders.length + 1);
  }

  /** Counts a number into the first bucket whose right border is not below it; a NaN, as Prometheus does, into the last. */
  add(value: number): void {
    const { borders } = this;
    let from = 0;
    let to = borders.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (borders[middle] >= value) to = middle;
      else from = middle + 1;
    }
    this.#counts[from]++;
  }

  /** The count of each bucket, with `cumulative` those of all buckets before it as well. */
  told(cumulative: boolean): Float64Array {
    const told = this.#counts.slice();
    if (cumulative) for (let bucket = 1; bucket < told.length; bucket++) told[bucket] += told[bucket - 1];
    return told;
  }
}

/** The tags of a bucket: its right border, and where counts are not cumulative its left one. */
export function bucketTags(borders: Borders, bucket: number, cumulative: boolean): readonly (readonly [string, string])[] {
  const le = ['le', bucket < borders.length ? floatText(borders[bucket]) : '+Inf'] as const;
  return cumulative ? [le] : [['gt', bucket > 0 ? floatText(borders[bucket - 1]) : '-Inf'], le];
}
