import { decodeFields, decodeNumbers } from './field-bytes.ts';
import type { FieldValue } from './kind.ts';
import type { Origin } from './origin.ts';
import type { Series } from './series.ts';
import type { Shape } from './shape.ts';

/**
 * One shape at one time, with its values in one of two forms: the field bytes exactly as they came (checked, not decoded),
 * or a decoded array in the shape's order. Both forms are equal by value. A point never changes: an edit makes a new one,
 * so that a point may be handed to several outputs as it is.
 *
 * A point in its bytes form lies in the body that it came in, whose memory is given back after the batch: do not store points, store what
 * they say. To read one that was kept throws.
 */
export class Point {
  readonly shape: Shape;
  readonly ms: number;
  readonly ns: number;
  readonly #source: Buffer | null;
  readonly from: number;
  readonly to: number;
  #values: readonly FieldValue[] | null;
  #origin: Origin | null = null;

  private constructor(
    shape: Shape,
    ms: number,
    ns: number,
    source: Buffer | null,
    from: number,
    to: number,
    values: readonly FieldValue[] | null,
  ) {
    this.shape = shape;
    this.ms = ms;
    this.ns = ns;
    this.#source = source;
    this.from = from;
    this.to = to;
    this.#values = values;
  }

  /** A point whose fields are `source[from, to)`: a field set in line protocol, checked, without escapes in its names and no name twice. */
  static fromBytes(shape: Shape, ms: number, ns: number, source: Buffer, from: number, to: number): Point {
    return new Point(shape, ms, ns, source, from, to, null);
  }

  /** A point with decoded values, in the order of `shape.fields`. */
  static fromValues(shape: Shape, ms: number, ns: number, values: readonly FieldValue[], origin: Origin | null = null): Point {
    const point = new Point(shape, ms, ns, null, 0, 0, values);
    return origin === null ? point : point.#with(origin);
  }

  /** A staleness marker for every field of the shape. */
  static stale(shape: Shape, ms: number, ns: number): Point {
    return new Point(shape, ms, ns, null, 0, 0, null);
  }

  get series(): Series {
    return this.shape.series;
  }

  /** What its source says about the value beside it; null for nearly all. It stays with the value, whatever becomes of names and tags. */
  get origin(): Origin | null {
    return this.#origin;
  }

  /** The body that the field bytes lie in, at `from` up to `to`; null when only decoded values exist. */
  get source(): Buffer | null {
    const source = this.#source;
    if (source !== null && source.length < this.to) throw new Error('a point was kept beyond its batch, whose memory is gone');
    return source;
  }

  /**
   * Whether it is a staleness marker, which has no values in either form and says that its series ended at its time. Prometheus is
   * told so; outputs that have no word for it write nothing, and whatever looks at values leaves it alone.
   */
  get stale(): boolean {
    return this.#source === null && this.#values === null;
  }

  /** The values in the order of `shape.fields`, decoded on first need; NaN for a staleness marker. */
  get values(): readonly FieldValue[] {
    if (this.#values !== null) return this.#values;
    const { source } = this;
    if (source === null) return new Array<number>(this.shape.fields.length).fill(Number.NaN);
    this.#values = decodeFields(this.shape, source, this.from, this.to);
    return this.#values;
  }

  /** Writes the values to `numbers` as doubles, in the order of `shape.fields`; NaN for strings, and for all of a staleness marker. It must be long enough. */
  readNumbers(numbers: Float64Array): void {
    const { source } = this;
    if (source !== null && this.#values === null) return decodeNumbers(this.shape, source, this.from, this.to, numbers);
    const { values } = this;
    for (let at = 0; at < values.length; at++) numbers[at] = typeof values[at] === 'string' ? Number.NaN : Number(values[at]);
  }

  /** The same values and time under another shape with the same fields. */
  withShape(shape: Shape): Point {
    if (shape === this.shape) return this;
    return new Point(shape, this.ms, this.ns, this.#source, this.from, this.to, this.#values).#with(this.#origin);
  }

  /** The values that stand at `places`, in the order of `shape`: what a choice of fields or new names for them need. */
  withFields(shape: Shape, places: readonly number[]): Point {
    if (this.stale) return Point.stale(shape, this.ms, this.ns);
    const { values } = this;
    return Point.fromValues(
      shape,
      this.ms,
      this.ns,
      places.map((place) => values[place]),
      this.#origin,
    );
  }

  /** The same values and shape at another time. */
  withTime(ms: number, ns: number): Point {
    if (ms === this.ms && ns === this.ns) return this;
    return new Point(this.shape, ms, ns, this.#source, this.from, this.to, this.#values).#with(this.#origin);
  }

  /** Of a point that is being made. */
  #with(origin: Origin | null): this {
    this.#origin = origin;
    return this;
  }
}
