import { writtenOrder } from '../../../metric/field-bytes.ts';
import type { Interner } from '../../../metric/interner.ts';
import type { FieldValue, Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { TypedValue } from '../field-literal.ts';
import type { ShapeView } from './shape-view.ts';

/** The fields of a metric while a script changes them: those that came, at their places in the shape, and those that were added. */
export class FieldTable {
  /** Undefined for a metric that the script made. */
  readonly #view: ShapeView | undefined;
  readonly #values: FieldValue[];
  /** Undefined: taken out. */
  readonly #kinds: (Kind | undefined)[];
  #added = new Map<string, TypedValue>();
  /** Where the order on the wire can be read. */
  readonly #point: Point | undefined;
  #order: readonly number[] | undefined;
  #taken = 0;

  constructor(view: ShapeView | undefined, point: Point | undefined) {
    this.#view = view;
    this.#point = point;
    this.#values = point === undefined ? [] : [...point.values];
    this.#kinds = view === undefined ? [] : view.shape.fields.map(({ kind }) => kind);
  }

  get size(): number {
    return this.#values.length - this.#taken + this.#added.size;
  }

  get(name: string): TypedValue | undefined {
    const place = this.#view?.placeOf(name);
    const kind = place === undefined ? undefined : this.#kinds[place];
    return place === undefined || kind === undefined ? this.#added.get(name) : { kind, value: this.#values[place] };
  }

  /** A field keeps its place in the order while it is there. */
  set(name: string, field: TypedValue): void {
    const place = this.#view?.placeOf(name);
    if (place === undefined || this.#kinds[place] === undefined) {
      this.#added.set(name, field);
      return;
    }
    this.#kinds[place] = field.kind;
    this.#values[place] = field.value;
  }

  remove(name: string): void {
    const place = this.#view?.placeOf(name);
    if (place === undefined || this.#kinds[place] === undefined) {
      this.#added.delete(name);
      return;
    }
    this.#kinds[place] = undefined;
    this.#taken++;
  }

  clear(): void {
    this.#kinds.fill(undefined);
    this.#taken = this.#kinds.length;
    this.#added.clear();
  }

  /** In the order in which they came; where nobody knows that any more, by name. */
  entries(): (readonly [name: string, field: TypedValue])[] {
    const fields = this.#view?.shape.fields ?? [];
    const own = this.#ownOrder().flatMap((place) => {
      const kind = this.#kinds[place];
      return kind === undefined ? [] : [[fields[place].key.name, { kind, value: this.#values[place] }] as const];
    });
    return [...own, ...this.#added];
  }

  /** The same fields, without the bytes that the point came in. */
  copy(): FieldTable {
    const copy = new FieldTable(undefined, undefined);
    for (const [name, field] of this.entries()) copy.#added.set(name, field);
    return copy;
  }

  /** A point of these fields; undefined where there are none. */
  toPoint(series: Series, ms: number, ns: number, interner: Interner): Point | undefined {
    if (this.#view === undefined || this.size === 0) return undefined;
    const { shape, slots } = this.#view.layout({ kinds: this.#kinds, added: this.#added }, interner);
    const values = this.#added.size === 0 ? this.#values : [...this.#values, ...Array.from(this.#added.values(), ({ value }) => value)];
    return Point.fromValues(
      interner.reshape(shape, series),
      ms,
      ns,
      slots.map((slot) => values[slot]),
    );
  }

  #ownOrder(): readonly number[] {
    return (this.#order ??= orderOf(this.#point));
  }
}

/** The places of a point's fields in the order in which they were written; sorted where it was not written. */
export function orderOf(point: Point | undefined): number[] {
  if (point === undefined) return [];
  const { shape, source, from, to } = point;
  return source === null ? [...shape.fields.keys()] : writtenOrder(shape, source, from, to);
}
