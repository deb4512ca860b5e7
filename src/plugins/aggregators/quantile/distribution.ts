import { Kind } from '../../../metric/kind.ts';
import type { NewField } from '../../shared/make-point.ts';
import type { Summary } from '../../shared/number-windows.ts';
import type { SuffixedNames } from '../../shared/suffixed-names.ts';

/** What an algorithm keeps of numbers, to tell their quantiles. */
export interface Distribution {
  add(value: number): void;
  /** The value below which the fraction `q`, from 0 to 1, of the numbers lies; NaN without any number. */
  quantile(q: number): number;
}

/** Telegraf's suffix of a quantile: the percent, of which it cuts off what follows the point of the product as a double has it, so that 0.29 is `_028`. */
export function quantileSuffix(q: number): string {
  return `_${String(Math.trunc(q * 100)).padStart(3, '0')}`;
}

/** The quantiles of one field in one window. */
export class QuantileSummary implements Summary {
  readonly #distribution: Distribution;
  readonly #quantiles: readonly number[];
  readonly #names: SuffixedNames;

  /** `names`: those of the quantiles. */
  constructor(distribution: Distribution, quantiles: readonly number[], names: SuffixedNames) {
    this.#distribution = distribution;
    this.#quantiles = quantiles;
    this.#names = names;
  }

  add(value: number): void {
    this.#distribution.add(value);
  }

  emit(field: string, out: NewField[]): void {
    const names = this.#names.of(field);
    for (const [index, q] of this.#quantiles.entries()) {
      const value = this.#distribution.quantile(q);
      if (!Number.isNaN(value)) out.push({ name: names[index], kind: Kind.Float, value });
    }
  }
}
