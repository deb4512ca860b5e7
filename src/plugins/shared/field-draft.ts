/**
 * The fields of a shape while a processor changes them. Which names may come out is known when the shape is bound; which of them do,
 * and of which kinds, may depend on a point's values. So names become slots once, and each choice of kinds that comes up becomes a
 * shape once: per point there is nothing but values to move.
 */
import type { Interner } from '../../metric/interner.ts';
import type { FieldValue, Kind } from '../../metric/kind.ts';
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
  readonly kinds: readonly (Kind | undefined)[];
  readonly shape: Shape;
  /** For each field of the shape the slot of its value. */
  readonly slots: readonly number[];
}

/** Choices of kinds remembered; with more than these, kinds follow values without end. */
const MAX_LAYOUTS = 64;

export class FieldDraft {
  /** Whether the shape's own fields keep their names. */
  readonly keepsNames: boolean;
  readonly #options: DraftOptions;
  /** The point's own shape in the other series. */
  readonly #moved: Shape;
  readonly #slots = new Map<string, number>();
  readonly #ownKinds: (Kind | undefined)[] = [];
  readonly #layouts = new Map<string, Layout>();
  #last: Layout | undefined;
  #kinds: (Kind | undefined)[];
  #values: FieldValue[] = [];
  #isChanged = false;

  constructor(options: DraftOptions) {
    this.#options = options;
    const { interner, shape, series } = options;
    this.#moved = interner.reshape(shape, series);
    shape.fields.forEach(({ key, kind }, index) => {
      this.#slots.set(key.name, index);
      this.#ownKinds.push(kind);
    });
    this.#kinds = [...this.#ownKinds];
    const named = options.rename?.(this.#slots) ?? this.#slots;
    this.keepsNames = named.size === this.#slots.size && [...named].every(([name, slot]) => this.#slots.get(name) === slot);
  }

  /** All names there may be, in order: first the shape's own fields at their positions, then those that were asked for. */
  get names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  /** The slot of a name, a new one where the shape has no such field. For `bind`, before the first point. */
  slot(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    this.#slots.set(name, slot);
    this.#ownKinds.push(undefined);
    this.#kinds.push(undefined);
    return slot;
  }

  /** Begins with a point as it came. */
  begin(point: Point): void {
    this.#isChanged = false;
    this.#values = point.values as FieldValue[];
  }

  /** The kind of what is in a slot now; undefined: nothing. */
  kind(slot: number): Kind | undefined {
    return (this.#isChanged ? this.#kinds : this.#ownKinds)[slot];
  }

  /** What is in a slot now; there must be something. */
  value(slot: number): FieldValue {
    return this.#values[slot];
  }

  set(slot: number, kind: Kind, value: FieldValue): void {
    if (this.kind(slot) === kind && this.#values[slot] === value) return;
    this.#change();
    this.#kinds[slot] = kind;
    this.#values[slot] = value;
  }

  remove(slot: number): void {
    this.#change();
    this.#kinds[slot] = undefined;
  }

  /** Puts what the point has become into `out`, with its bytes where no field was touched. False, and nothing put, where no field is left. */
  finish(point: Point, out: Point[]): boolean {
    if (!this.#isChanged && this.keepsNames) {
      out.push(point.withShape(this.#moved));
      return true;
    }
    this.#change();
    const { shape, slots } = this.#layout();
    const values = slots.map((slot) => this.#values[slot]);
    if (values.length > 0) out.push(Point.fromValues(shape, point.ms, point.ns, values));
    return values.length > 0;
  }

  /** Puts the staleness marker of what the last point became into `out`: that is what has ended. */
  stale(point: Point, out: Point[]): void {
    this.begin(point);
    this.#change();
    const { shape } = this.#last ?? this.#layout();
    out.push(Point.stale(shape, point.ms, point.ns));
  }

  /** Values belong to points, which never change: the first change makes copies. */
  #change(): void {
    if (this.#isChanged) return;
    this.#isChanged = true;
    this.#values = [...this.#values];
    const own = this.#ownKinds;
    for (let slot = 0; slot < own.length; slot++) this.#kinds[slot] = own[slot];
  }

  #layout(): Layout {
    if (this.#last !== undefined && this.#isLast(this.#last.kinds)) return this.#last;
    const key = this.#kinds.map((kind) => kind ?? '-').join('');
    const known = this.#layouts.get(key);
    if (known !== undefined) return (this.#last = known);
    if (this.#layouts.size >= MAX_LAYOUTS) this.#layouts.clear();
    this.#last = this.#makeLayout();
    this.#layouts.set(key, this.#last);
    return this.#last;
  }

  #isLast(kinds: readonly (Kind | undefined)[]): boolean {
    for (let slot = 0; slot < kinds.length; slot++) if (kinds[slot] !== this.#kinds[slot]) return false;
    return true;
  }

  #makeLayout(): Layout {
    const kinds = [...this.#kinds];
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
    return { kinds, shape, slots: shape.fields.map(({ key }) => present.get(key.name) ?? 0) };
  }
}
