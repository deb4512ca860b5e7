import { Kind } from '../../../metric/kind.ts';
import type { NewField } from '../../shared/make-point.ts';
import type { Summary } from '../../shared/number-windows.ts';

/** The smallest and the largest of the numbers. An empty range has its ends the wrong way round. */
export class Range implements Summary {
  #min = Infinity;
  #max = -Infinity;

  add(value: number): void {
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  tell(field: string, out: NewField[]): void {
    if (this.#min > this.#max) return;
    out.push({ name: `${field}_min`, kind: Kind.Float, value: this.#min }, { name: `${field}_max`, kind: Kind.Float, value: this.#max });
  }
}
