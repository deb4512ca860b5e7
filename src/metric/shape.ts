import type { Kind } from './kind.ts';
import type { Series } from './series.ts';

/**
 * An interned field name. `a` and `b` are random numbers, drawn when the name is interned: the sum of `a * (2 * kind + 1)`
 * over a point's fields, and the same for `b`, names its set of fields whatever their order. See `Interner.findShape`.
 */
export interface FieldKey {
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

export interface Field {
  readonly key: FieldKey;
  readonly kind: Kind;
}

/**
 * A series with one set of field names and their kinds: all that points have in common before any value is read. Whatever
 * depends on names only is worked out once per shape and kept in `slots`.
 */
export class Shape {
  readonly series: Series;
  /** Sorted by name: the one order in which decoded values stand. The order on the wire belongs to a point's bytes. */
  readonly fields: readonly Field[];
  readonly sumA: number;
  readonly sumB: number;
  /** What each stage of a pipeline remembers of this shape, by the slot number that `Interner.slot` gave it. */
  readonly slots: unknown[] = [];

  constructor(series: Series, fields: readonly Field[], sumA: number, sumB: number) {
    this.series = series;
    this.fields = fields;
    this.sumA = sumA;
    this.sumB = sumB;
  }

  /** The position of a field among the values, or -1. */
  indexOf(name: string): number {
    return this.fields.findIndex((field) => field.key.name === name);
  }
}
