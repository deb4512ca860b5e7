import { Thing, typeOf, type Comparison, type Cursor, type Value } from './value.ts';
import { EvalError } from '../errors.ts';
import { Float } from './float.ts';

/** `range(start, stop, step)`: numbers that are not all kept. */
export class Range extends Thing {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly #size: number;

  constructor(start: number, stop: number, step: number) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.#size = Math.max(0, Math.ceil((stop - start) / step));
  }

  override get type(): string {
    return 'range';
  }

  override get size(): number {
    return this.#size;
  }

  override repr(): string {
    const { start, stop, step } = this;
    if (step !== 1) return `range(${start}, ${stop}, ${step})`;
    return start === 0 ? `range(${stop})` : `range(${start}, ${stop})`;
  }

  override get truth(): boolean {
    return this.size > 0;
  }

  override get isIndexable(): boolean {
    return true;
  }

  override element(index: number): number {
    return this.start + index * this.step;
  }

  override slice(start: number, end: number, step: number): Range {
    return new Range(this.element(start), this.element(end), this.step * step);
  }

  override contains(value: Value): boolean {
    const number = value instanceof Float ? Math.trunc(value.value) : value;
    if (typeof number === 'bigint') return false;
    if (typeof number !== 'number') throw new EvalError(`'in <range>' requires integer as left operand, not ${typeOf(value)}`);
    const index = (number - this.start) / this.step;
    return Number.isInteger(index) && index >= 0 && index < this.size;
  }

  /** Ranges are equal that give the same numbers. */
  override compare(op: Comparison, other: Range, depth: number): boolean {
    if (op !== '==' && op !== '!=') return super.compare(op, other, depth);
    const { size, start, step } = this;
    const same = size === other.size && (size === 0 || (start === other.start && (size === 1 || step === other.step)));
    return same === (op === '==');
  }

  override iterate(): Cursor {
    let index = 0;
    return { next: () => (index < this.size ? this.element(index++) : undefined), close: () => undefined };
  }
}
