import type { Interner } from '../../metric/interner.ts';
import type { Point } from '../../metric/point.ts';
import type { Shape } from '../../metric/shape.ts';

export type TagPairs = readonly (readonly [key: string, value: string])[];

interface Tagged {
  /** The tags that were set, as text. */
  readonly key: string;
  readonly shape: Shape;
}

/**
 * Sets tags on points that come in, over those of the same name: a file's path, a request's database. The work is done once
 * per shape: each remembers what it became the last time, since one source sends the same tags again and again.
 */
export class TagSetter {
  readonly #interner: Interner;
  readonly #slot: number;
  #key = '';

  constructor(interner: Interner) {
    this.#interner = interner;
    this.#slot = interner.slot();
  }

  /** Replaces each point by the same with the tags set; pairs without a key or a value are left out. */
  set(points: Point[], tags: TagPairs): void {
    const wanted = tags.filter(([key, value]) => key !== '' && value !== '');
    if (wanted.length === 0) return;
    const key = JSON.stringify(wanted);
    // One string object for equal texts: comparing it with itself, per point, reads no letter.
    if (key !== this.#key) this.#key = key;
    for (let index = 0; index < points.length; index++) {
      const point = points[index];
      points[index] = point.withShape(this.#tagged(point.shape, wanted));
    }
  }

  #tagged(shape: Shape, tags: TagPairs): Shape {
    const known = shape.slots[this.#slot] as Tagged | undefined;
    if (known !== undefined && known.key === this.#key) return known.shape;
    const series = this.#interner.series(shape.series.measurement, [...shape.series.tags, ...tags]);
    const tagged = this.#interner.reshape(shape, series);
    shape.slots[this.#slot] = { key: this.#key, shape: tagged } satisfies Tagged;
    return tagged;
  }
}
