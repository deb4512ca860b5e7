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
  /** The name as UTF-8. */
  readonly bytes: Buffer;
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
  readonly slots: unknown[];

  /** `slots`: how many stages there are; it may be more later. */
  constructor(series: Series, fields: readonly Field[], sumA: number, sumB: number, slots: number) {
    this.series = series;
    this.fields = fields;
    this.sumA = sumA;
    this.sumB = sumB;
    this.slots = Array.from({ length: slots });
  }

  /** The position among the values of the field that `source[from, to)` names; it must be one of them. */
  indexOfBytes(source: Buffer, from: number, to: number): number {
    const { fields } = this;
    const length = to - from;
    let index = fields.length - 1;
    while (index > 0 && !isName(fields[index].key.bytes, source, from, length)) index--;
    return index;
  }

  /** The position of a field among the values, or -1. */
  indexOf(name: string): number {
    return this.fields.findIndex((field) => field.key.name === name);
  }
}

function isName(name: Buffer, source: Buffer, from: number, length: number): boolean {
  if (name.length !== length) return false;
  // Names of a measurement tend to share their beginnings (`usage_…`) and to differ at their ends.
  for (let at = length - 1; at >= 0; at--) {
    if (name[at] !== source[from + at]) return false;
  }
  return true;
}
