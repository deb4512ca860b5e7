import { Kind } from '../../../metric/kind.ts';
import type { NewField } from '../../shared/make-point.ts';
import type { Summary } from '../../shared/number-windows.ts';
import type { SuffixedNames } from '../../shared/suffixed-names.ts';

/** The smallest and the largest of the numbers. An empty range has its ends the wrong way round. */
export class Range implements Summary {
  readonly #names: SuffixedNames;
  #min = Infinity;
  #max = -Infinity;

  /** `names`: those of the minimum and the maximum. */
  constructor(names: SuffixedNames) {
    this.#names = names;
  }

  add(value: number): void {
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  emit(field: string, out: NewField[]): void {
    if (this.#min > this.#max) return;
    const [min, max] = this.#names.of(field);
    out.push({ name: min, kind: Kind.Float, value: this.#min }, { name: max, kind: Kind.Float, value: this.#max });
  }

  reset(): void {
    this.#min = Infinity;
    this.#max = -Infinity;
  }
}
