import type { Interner } from '../../metric/interner.ts';
import { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import type { Shape } from '../../metric/shape.ts';
import type { NewField } from './make-point.ts';

/** How a list of fields stands in a shape. */
interface Layout {
  /** On the series that came first with these fields. */
  readonly shape: Shape;
  /** Where in the list the value of each of the shape's fields is. */
  readonly places: readonly number[];
}

/** Lists of fields that are remembered; beyond that all are worked out anew. */
const MAX_LAYOUTS = 4096;

/** Makes points of series and lists of fields: those of an aggregator are the same for many series, window after window, and sorted once. */
export class SeriesPoints {
  readonly #interner: Interner;
  readonly #layouts = new Map<string, Layout>();

  constructor(interner: Interner) {
    this.#interner = interner;
  }

  /** A point with these fields, in any order; of a name given twice the last counts. Undefined without any. */
  point(series: Series, fields: readonly NewField[], ms: number, ns: number): Point | undefined {
    if (fields.length === 0) return undefined;
    const { shape, places } = this.#layout(series, fields);
    const values = places.map((place) => fields[place].value);
    return Point.fromValues(this.#interner.reshape(shape, series), ms, ns, values);
  }

  #layout(series: Series, fields: readonly NewField[]): Layout {
    // Names carry their lengths, so that no two lists have one key.
    const key = fields.map(({ name, kind }) => `${kind}${name.length}:${name}`).join(',');
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const shape = this.#interner.shape(series, fields);
    const layout = { shape, places: shape.fields.map((field) => fields.findLastIndex(({ name }) => name === field.key.name)) };
    if (this.#layouts.size >= MAX_LAYOUTS) this.#layouts.clear();
    this.#layouts.set(key, layout);
    return layout;
  }
}
