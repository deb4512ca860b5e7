import type { Interner } from '../../metric/interner.ts';
import { Point } from '../../metric/point.ts';
import type { Series } from '../../metric/series.ts';
import type { Shape } from '../../metric/shape.ts';
import type { NewField } from './make-point.ts';

/** A list of fields, and how it stands in a shape. */
interface Layout {
  readonly fields: readonly Pick<NewField, 'name' | 'kind'>[];
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
  /** The last of each measurement: mostly the next one's, and found without a look at the letters of its names. */
  readonly #latest = new Map<string, Layout>();

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
    const latest = this.#latest.get(series.measurement);
    if (latest !== undefined && isSame(latest.fields, fields)) return latest;
    const layout = this.#known(series, fields);
    if (this.#latest.size >= MAX_LAYOUTS) this.#latest.clear();
    this.#latest.set(series.measurement, layout);
    return layout;
  }

  #known(series: Series, fields: readonly NewField[]): Layout {
    // Names carry their lengths, so that no two lists have one key.
    const key = fields.map(({ name, kind }) => `${kind}${name.length}:${name}`).join(',');
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const shape = this.#interner.shape(series, fields);
    const places = shape.fields.map((field) => fields.findLastIndex(({ name }) => name === field.key.name));
    const layout = { fields: fields.map(({ name, kind }) => ({ name, kind })), shape, places };
    if (this.#layouts.size >= MAX_LAYOUTS) this.#layouts.clear();
    this.#layouts.set(key, layout);
    return layout;
  }
}

function isSame(a: Layout['fields'], b: Layout['fields']): boolean {
  return a.length === b.length && a.every(({ name, kind }, index) => name === b[index].name && kind === b[index].kind);
}
