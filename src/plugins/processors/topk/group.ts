/** What metrics of one group in one period come to, by the field. */
import type { Point } from '../../../metric/point.ts';

export const aggregations = ['sum', 'mean', 'min', 'max'] as const;
export type Aggregation = (typeof aggregations)[number];

/** Telegraf's beginnings of a maximum and a minimum, which infinities do not move. */
const LARGEST = Number.MAX_VALUE;

interface Tally {
  count: number;
  sum: number;
  min: number;
  max: number;
}

export class Group {
  /** In their order, decoded. */
  readonly points: Point[] = [];
  readonly #tallies = new Map<string, Tally>();

  /** Takes in a value of a field. NaN ranks nothing. */
  add(field: string, value: number): void {
    if (Number.isNaN(value)) return;
    const tally = this.#tally(field);
    tally.count++;
    tally.sum += value;
    if (value < tally.min) tally.min = value;
    if (value > tally.max) tally.max = value;
  }

  /** 0 for a field that had no value, as in Telegraf. */
  aggregate(field: string, aggregation: Aggregation): number {
    const tally = this.#tallies.get(field);
    if (tally === undefined) return 0;
    return aggregation === 'mean' ? tally.sum / tally.count : tally[aggregation];
  }

  #tally(field: string): Tally {
    const known = this.#tallies.get(field);
    if (known !== undefined) return known;
    const tally = { count: 0, sum: 0, min: LARGEST, max: -LARGEST };
    this.#tallies.set(field, tally);
    return tally;
  }
}
