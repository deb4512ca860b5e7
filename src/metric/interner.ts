/**
 * One object per distinct series, shape and field name.
 *
 * Everything here is bounded: process ids churn, and thousands of new series an hour must not fill the memory. Series live
 * in two generations; a look-up moves a series to the young one, and when that is full the old one is forgotten. What is
 * forgotten is only a cache: the next point of that series makes it anew, and state is kept under `Series.id`, not here.
 */
import type { Kind } from './kind.ts';
import { Series, seriesId, type Tags } from './series.ts';
import { Shape, type Field, type FieldKey } from './shape.ts';
import { compareText, copyToKeep, encodeText } from './text.ts';

export interface InternerLimits {
  /** Series kept at the most. */
  maxSeries: number;
  /** Field names kept at the most. */
  maxFieldKeys: number;
}

/** A series with its shape and what the stages keep on it takes 2 to 5 KB of heap, by how much they keep: 400 MB to 1 GB when the table is full. */
const DEFAULT_LIMITS: InternerLimits = { maxSeries: 200_000, maxFieldKeys: 65_536 };

/** A series with more field sets than this is not settled; its oldest sets make room. */
const MAX_SHAPES_PER_SERIES = 32;

/** A field before it is interned. */
export interface NamedField {
  readonly name: string;
  readonly kind: Kind;
}

export class Interner {
  readonly #limits: InternerLimits;
  #young = new Map<string, Series>();
  #old = new Map<string, Series>();
  #fieldKeys = new Map<string, FieldKey>();
  readonly #fieldLists = new Map<string, readonly Field[]>();
  #slots = 0;
  #evicted = 0;

  constructor(limits: Partial<InternerLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Series forgotten since the start, for the counter of evictions. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Series known now. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** A number for one stage of a pipeline, to keep its own per-shape value at `shape.slots[number]`. */
  slot(): number {
    return this.#slots++;
  }

  /** The series of a measurement and its tags, in any order; of a tag given twice the last counts, empty ones are left out. */
  series(measurement: string, tags: Iterable<readonly [string, string]>): Series {
    return this.sortedSeries(measurement, sortTags(tags));
  }

  /** As `series`, for tags already sorted, without repeats or empty ones. */
  sortedSeries(measurement: string, tags: Tags): Series {
    const id = seriesId(measurement, tags);
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const series = this.#old.get(id) ?? new Series(measurement, tags, id);
    this.#old.delete(id);
    if (this.#young.size >= this.#limits.maxSeries / 2) this.#turn();
    this.#young.set(id, series);
    return series;
  }

  /** The interned form of a field name. */
  fieldKey(name: string): FieldKey {
    const known = this.#fieldKeys.get(name);
    if (known !== undefined) return known;
    // A flood of names is hostile or broken; starting over is cheap, since names in use come back at their next point.
    if (this.#fieldKeys.size >= this.#limits.maxFieldKeys) this.#fieldKeys.clear();
    const key = { name, a: random32(), b: random32(), bytes: copyToKeep(encodeText(name)) };
    this.#fieldKeys.set(name, key);
    return key;
  }

  /** The shape of a series with these fields, in any order; of a name given twice the last counts. */
  shape(series: Series, fields: Iterable<NamedField>): Shape {
    const byName = new Map<string, Field>();
    for (const { name, kind } of fields) byName.set(name, { key: this.fieldKey(name), kind });
    const sorted = [...byName.values()].sort((x, y) => compareText(x.key.name, y.key.name));
    let sumA = 0;
    let sumB = 0;
    for (const { key, kind } of sorted) {
      sumA = (sumA + Math.imul(key.a, 2 * kind + 1)) | 0;
      sumB = (sumB + Math.imul(key.b, 2 * kind + 1)) | 0;
    }
    return this.findShape(series, sumA, sumB, sorted.length) ?? this.#addShape(series, sorted, sumA, sumB);
  }

  /**
   * The known shape with these sums over `count` fields, or undefined. Every name behind the sums was compared byte by byte,
   * and each adds 64 random bits that nobody outside can guess, so two field sets of one size agree by chance once in 2^62.
   * A name given twice makes the count larger than any shape with the same sums has.
   */
  findShape(series: Series, sumA: number, sumB: number, count: number): Shape | undefined {
    for (const shape of series.shapes) {
      if (shape.sumA === sumA && shape.sumB === sumB && shape.fields.length === count) return shape;
    }
    return undefined;
  }

  /** The same fields on another series: what a rename or a tag edit needs. */
  reshape(shape: Shape, series: Series): Shape {
    if (shape.series === series) return shape;
    const { fields, sumA, sumB } = shape;
    return this.findShape(series, sumA, sumB, fields.length) ?? this.#addShape(series, fields, sumA, sumB);
  }

  #addShape(series: Series, fields: readonly Field[], sumA: number, sumB: number): Shape {
    const shape = new Shape(series, this.#sharedFields(fields, sumA, sumB), sumA, sumB, this.#slots);
    // A list of its very length: one that grows has room for 17 from the start, and most series have one shape.
    series.shapes = [shape, ...series.shapes.slice(0, MAX_SHAPES_PER_SERIES - 1)];
    return shape;
  }

  /** One list for all shapes with these fields. */
  #sharedFields(fields: readonly Field[], sumA: number, sumB: number): readonly Field[] {
    const key = `${fields.length} ${sumA} ${sumB}`;
    const known = this.#fieldLists.get(key);
    if (known !== undefined) return known;
    if (this.#fieldLists.size >= this.#limits.maxFieldKeys) this.#fieldLists.clear();
    this.#fieldLists.set(key, fields);
    return fields;
  }

  #turn(): void {
    this.#evicted += this.#old.size;
    this.#old = this.#young;
    this.#young = new Map();
  }
}

/** Sorts by key, drops empty keys and values, and lets the last of a repeated key win. */
function sortTags(tags: Iterable<readonly [string, string]>): Tags {
  const byKey = new Map<string, string>();
  for (const [key, value] of tags) byKey.set(key, value);
  return [...byKey].filter(([key, value]) => key !== '' && value !== '').sort((x, y) => compareText(x[0], y[0]));
}

function random32(): number {
  return (Math.random() * 0x1_0000_0000) | 0;
}
