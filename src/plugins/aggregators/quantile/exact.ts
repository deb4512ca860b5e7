/** Quantiles of all numbers, sorted: R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996). */
import type { Distribution } from './distribution.ts';

/** Where the quantile `q` of so many sorted numbers lies, counted from 0, with a fraction between two of them. */
export type Position = (q: number, count: number) => number;

/** Their definition 7, which spreadsheets and numpy use. */
export const positionR7: Position = (q, count) => q * (count - 1);

/** Their definition 8, which they recommend: its median is unbiased whatever the distribution. */
export const positionR8: Position = (q, count) => q * (count + 1 / 3) - 2 / 3;

const FIRST_CAPACITY = 16;

/** How many numbers all distributions of a window together may keep. */
export class Budget {
  readonly #max: number;
  readonly #refuse: () => void;
  #left: number;

  /** `refuse` is told of every number for which there is no room. */
  constructor(max: number, refuse: () => void) {
    this.#max = max;
    this.#left = max;
    this.#refuse = refuse;
  }

  /** Whether there is room for so many numbers more, which is taken then. */
  take(numbers: number): boolean {
    if (numbers > this.#left) {
      this.#refuse();
      return false;
    }
    this.#left -= numbers;
    return true;
  }

  /** The next window has the whole again. */
  renew(): void {
    this.#left = this.#max;
  }
}

export class ExactDistribution implements Distribution {
  readonly #position: Position;
  readonly #budget: Budget;
  #values = new Float64Array(0);
  #count = 0;
  #isSorted = true;

  constructor(position: Position, budget: Budget) {
    this.#position = position;
    this.#budget = budget;
  }

  add(value: number): void {
    if (this.#count === this.#values.length && !this.#grow()) return;
    this.#values[this.#count++] = value;
    this.#isSorted = false;
  }

  /** Linear between the two numbers around it. Beyond the last pair it is the last number, where Telegraf reads behind its list and ends. */
  quantile(q: number): number {
    if (this.#count === 0) return Number.NaN;
    const values = this.#sorted();
    const position = this.#position(q, this.#count);
    const index = Math.trunc(position);
    if (index + 1 >= this.#count) return values[this.#count - 1];
    return values[index] + (position - index) * (values[index + 1] - values[index]);
  }

  #sorted(): Float64Array {
    if (!this.#isSorted) this.#values.subarray(0, this.#count).sort();
    this.#isSorted = true;
    return this.#values;
  }

  #grow(): boolean {
    const added = Math.max(FIRST_CAPACITY, this.#count);
    if (!this.#budget.take(added)) return false;
    const values = new Float64Array(this.#count + added);
    values.set(this.#values);
    this.#values = values;
    return true;
  }
}
