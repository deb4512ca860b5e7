import type { Interner } from '../../metric/interner.ts';
import { Kind, type FieldValue } from '../../metric/kind.ts';
import type { Series } from '../../metric/series.ts';
import type { Shape } from '../../metric/shape.ts';

/** Which of the fields are there, and where each stands among the shape's. */
interface Layout {
  readonly shape: Shape;
  /** Field numbers in the order of the shape's fields. */
  readonly numbers: readonly number[];
}

/** The fields of one metric that come as several samples and go out as one point: a histogram's count, sum and buckets. */
export class JoinedFields {
  readonly #interner: Interner;
  readonly #series: Series;
  readonly #kind: typeof Kind.Float | typeof Kind.Bool;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #values: number[] = [];
  readonly #isSet: boolean[] = [];
  #setCount = 0;
  #layout: Layout | undefined;

  constructor(interner: Interner, series: Series, kind: typeof Kind.Float | typeof Kind.Bool) {
    this.#interner = interner;
    this.#series = series;
    this.#kind = kind;
  }

  /** The number of a field of this name. */
  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.length;
    this.#numbers.set(name, number);
    this.#names.push(name);
    this.#values.push(0);
    this.#isSet.push(false);
    return number;
  }

  set(number: number, value: number): void {
    if (!this.#isSet[number]) this.#setCount++;
    this.#isSet[number] = true;
    this.#values[number] = value;
  }

  has(number: number): boolean {
    return this.#isSet[number];
  }

  /** The last value of a field, set or not. */
  value(number: number): number {
    return this.#values[number];
  }

  /** The shape and the values of what was set, undefined for nothing; after it nothing is set. */
  take(): readonly [Shape, FieldValue[]] | undefined {
    if (this.#setCount === 0) return undefined;
    const { shape, numbers } = this.#findLayout();
    const isBool = this.#kind === Kind.Bool;
    const values = numbers.map((number) => (isBool ? this.#values[number] > 0 : this.#values[number]));
    this.#isSet.fill(false);
    this.#setCount = 0;
    return [shape, values];
  }

  /** The layout of the fields that are set: mostly the last one, since a metric has the same fields every time. */
  #findLayout(): Layout {
    const last = this.#layout;
    if (last !== undefined && last.numbers.length === this.#setCount && last.numbers.every((number) => this.#isSet[number])) return last;
    const fields = this.#names.filter((_, number) => this.#isSet[number]).map((name) => ({ name, kind: this.#kind }));
    const shape = this.#interner.shape(this.#series, fields);
    this.#layout = { shape, numbers: shape.fields.map(({ key }) => this.number(key.name)) };
    return this.#layout;
  }
}
