import { Kind } from '../../../metric/kind.ts';
import type { NewField } from '../../shared/make-point.ts';
import type { Summary } from '../../shared/number-windows.ts';

/** What an algorithm keeps of numbers, to tell their quantiles. */
export interface Distribution {
  add(value: number): void;
  /** The value below which the fraction `q`, from 0 to 1, of the numbers lies; NaN without any number. */
  quantile(q: number): number;
}

/** A quantile with the end of the name of its field. */
export interface NamedQuantile {
  readonly q: number;
  readonly suffix: string;
}

/** Telegraf's suffix: the percent, of which it cuts off what follows the point of the product as a double has it, so that 0.29 is `_028`. */
export function nameQuantile(q: number): NamedQuantile {
  return { q, suffix: `_${String(Math.trunc(q * 100)).padStart(3, '0')}` };
}

/** The quantiles of one field in one window. */
export class QuantileSummary implements Summary {
  readonly #distribution: Distribution;
  readonly #quantiles: readonly NamedQuantile[];

  constructor(distribution: Distribution, quantiles: readonly NamedQuantile[]) {
    this.#distribution = distribution;
    this.#quantiles = quantiles;
  }

  add(value: number): void {
    this.#distribution.add(value);
  }

  tell(field: string, out: NewField[]): void {
    for (const { q, suffix } of this.#quantiles) {
      const value = this.#distribution.quantile(q);
      if (!Number.isNaN(value)) out.push({ name: `${field}${suffix}`, kind: Kind.Float, value });
    }
  }
}
