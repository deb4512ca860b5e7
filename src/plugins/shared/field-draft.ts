/**
 * The fields of a shape while a processor changes them. Which names may come out is known when the shape is bound; which of them do,
 * and of which kinds, may depend on a point's values. So names become slots once, and each choice of kinds that comes up becomes a
 * shape once: per point there is nothing but values to move.
 */
import type { Interner } from '../../metric/interner.ts';
import { isNumeric, type FieldValue, type Kind } from '../../metric/kind.ts';
import { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import type { Shape } from '../../metric/shape.ts';

/** Field names, in order, with their slots. */
export type NamedSlots = ReadonlyMap<string, number>;

export interface DraftOptions {
  readonly interner: Interner;
  /** Of the points that come. */
  readonly shape: Shape;
  /** Of the points that go. */
  readonly series: Series;
  /** New names for the fields that a point has in the end. */
  readonly rename?: ((fields: NamedSlots) => NamedSlots) | undefined;
}

/** What the points with one choice of kinds become. */
interface Layout {
  /** The changes of kinds that led to it, in order. */
  readonly changes: readonly number[];
  readonly shape: Shape;
  /** For each field of the shape the slot of its value. */
  readonly slots: readonly number[];
  /** As many values of the kinds that there will be: a copy of it need not change its form while it is filled. */
  readonly template: readonly FieldValue[];
}

/** Choices of kinds remembered; with more than these, kinds follow values without end. */
const MAX_LAYOUTS = 64;

/** A change of kind as a number: the slot, and what is in it then (0: nothing). */
const STATES = 8;

/** The draft for points of one shape. `begin`, then changes, then `finish`: for one point at a time. */
export class FieldDraft {
  /** Whether the shape's own fields keep their names. */
  readonly keepsNames: boolean;
  readonly #options: DraftOptions;
  /** The point's own shape in the other series. */
  readonly #moved: Shape;
  readonly #slots = new Map<string, number>();
  readonly #ownKinds: (Kind | undefined)[] = [];
  readonly #kinds: (Kind | undefined)[] = [];
  readonly #layouts = new Map<string, Layout>();
  #last: Layout | undefined;
  /** Those of the point at hand, and of none before it once it has begun. */
  readonly #changes: number[] = [];
  /** The point's own values until the first change, then `#copies`. */
  #values: readonly FieldValue[] = [];
  readonly #copies: FieldValue[] = [];

  constructor(options: DraftOptions) {
    this.#options = options;
    const { interner, shape, series } = options;
    this.#moved = interner.reshape(shape, series);
    for (const { key, kind } of shape.fields) this.#addSlot(key.name, kind);
    const named = options.rename?.(this.#slots) ?? this.#slots;
    this.keepsNames = named.size === this.#slots.size && [...named].every(([name, slot]) => this.#slots.get(name) === slot);
  }

  /** The slot of a name, a new one where the shape has no such field. For `bind`, before the first point. */
  slot(name: string): number {
    return this.#slots.get(name) ?? this.#addSlot(name, undefined);
  }

  #addSlot(name: string, kind: Kind | undefined): number {
    const slot = this.#slots.size;
    this.#slots.set(name, slot);
    this.#ownKinds.push(kind);
    this.#kinds.push(kind);
    this.#copies.push(0);
    return slot;
  }

  /** Begins with a point as it came. */
  begin(point: Point): void {
    const changes = this.#changes;
    for (let index = 0; index < changes.length; index++) {
      const slot = Math.floor(changes[index] / STATES);
      this.#kinds[slot] = this.#ownKinds[slot];
    }
    changes.length = 0;
    this.#values = point.values;
  }

  /** The kind of what is in a slot now; undefined: nothing. */
  kind(slot: number): Kind | undefined {
    return this.#kinds[slot];
  }

  /** What is in a slot now; there must be something. */
  value(slot: number): FieldValue {
    return this.#values[slot];
  }

  set(slot: number, kind: Kind, value: FieldValue): void {
    if (this.#kinds[slot] !== kind) this.#changeKind(slot, kind);
    else if (this.#values[slot] === value) return;
    this.#copy();
    this.#copies[slot] = value;
  }

  remove(slot: number): void {
    if (this.#kinds[slot] !== undefined) this.#changeKind(slot, undefined);
    this.#copy();
  }

  /** Puts what the point has become into `out`, with its bytes where no field was touched. False, and nothing put, where no field is left. */
  finish(point: Point, out: Point[]): boolean {
    if (this.#values !== this.#copies && this.keepsNames) {
      out.push(point.withShape(this.#moved));
      return true;
    }
    const { shape, slots, template } = this.#layout();
    const drafted = this.#values;
    const values = template.slice();
    for (let index = 0; index < slots.length; index++) values[index] = drafted[slots[index]];
    if (values.length > 0) out.push(Point.fromValues(shape, point.ms, point.ns, values));
    return values.length > 0;
  }

  /** Puts the staleness marker of what the last point became into `out`: that is what has ended. */
  stale(point: Point, out: Point[]): void {
    this.begin(point);
    const { shape } = this.#last ?? this.#layout();
    out.push(Point.stale(shape, point.ms, point.ns));
  }

  #changeKind(slot: number, kind: Kind | undefined): void {
    this.#kinds[slot] = kind;
    this.#changes.push(slot * STATES + (kind === undefined ? 0 : kind + 1));
  }

  /** Values belong to points, which never change. */
  #copy(): void {
    const values = this.#values;
    if (values === this.#copies) return;
    for (let slot = 0; slot < values.length; slot++) this.#copies[slot] = values[slot];
    this.#values = this.#copies;
  }

  #layout(): Layout {
    if (this.#last !== undefined && this.#isLast(this.#last.changes)) return this.#last;
    const key = this.#changes.join(' ');
    const known = this.#layouts.get(key);
    if (known !== undefined) return (this.#last = known);
    if (this.#layouts.size >= MAX_LAYOUTS) this.#layouts.clear();
    this.#last = this.#makeLayout();
    this.#layouts.set(key, this.#last);
    return this.#last;
  }

  #isLast(changes: readonly number[]): boolean {
    if (changes.length !== this.#changes.length) return false;
    for (let index = 0; index < changes.length; index++) if (changes[index] !== this.#changes[index]) return false;
    return true;
  }

  #makeLayout(): Layout {
    const kinds = this.#kinds;
    const { interner, series, rename = (fields) => fields } = this.#options;
    const present = rename(new Map([...this.#slots].filter(([, slot]) => kinds[slot] !== undefined)));
    const shape = interner.shape(
      series,
      [...present].flatMap(([name, slot]) => {
        const kind = kinds[slot];
        return kind === undefined ? [] : [{ name, kind }];
      }),
    );
    // The shape has the names of `present` and no others.
    const filler = shape.fields.every(({ kind }) => isNumeric(kind)) ? 0.5 : '';
    return {
      changes: [...this.#changes],
      template: shape.fields.map(() => filler),
      shape,
      slots: shape.fields.map(({ key }) => present.get(key.name) ?? 0),
    };
  }
}
