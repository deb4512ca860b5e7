/** Points of what belongs to one host: all with its tags. */
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';

export interface Moment {
  readonly ms: number;
  readonly ns: number;
}

interface Told {
  readonly measurement: string;
  readonly tags: Tags;
  readonly fields: ReadonlyMap<string, number>;
}

export class PointMaker {
  readonly #interner: Interner;
  readonly #tags: Tags;

  /** `tags` go on every point. */
  constructor(interner: Interner, tags: Tags) {
    this.#interner = interner;
    this.#tags = tags;
  }

  /** One point, all fields float: Prometheus has nothing else. */
  point({ measurement, tags, fields }: Told, { ms, ns }: Moment): Point {
    const series = this.#interner.series(measurement, [...tags, ...this.#tags]);
    const shape = this.#interner.shape(
      series,
      [...fields.keys()].map((name) => ({ name, kind: Kind.Float })),
    );
    const values = shape.fields.map(({ key }) => fields.get(key.name) ?? 0);
    return Point.fromValues(shape, ms, ns, values);
  }
}
