import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { Series } from '../metric/series.ts';
import type { Shape } from '../metric/shape.ts';
import type { Binding, Transform } from './plugin.ts';
import type { MetricFilter } from './filter.ts';

/**
 * One step of a pipeline: asks `bind` once per shape, keeps the answer on the shape, and from then on only follows it. This is
 * what makes filters, renames and tag edits free per point.
 */
export class Stage {
  readonly #slot: number;
  readonly #bind: (shape: Shape) => Binding;

  constructor(interner: Interner, bind: (shape: Shape) => Binding) {
    this.#slot = interner.slot();
    this.#bind = bind;
  }

  /** Appends what becomes of the points to `out`, in order; returns how many were dropped by their shape alone. */
  run(points: readonly Point[], out: Point[]): number {
    const slot = this.#slot;
    let dropped = 0;
    for (const point of points) {
      const { shape } = point;
      const binding = (shape.slots[slot] as Binding | undefined) ?? (shape.slots[slot] = this.#bind(shape));
      if (binding === 'pass') out.push(point);
      else if (binding === 'drop') dropped++;
      else binding(point, out);
    }
    return dropped;
  }
}

/** Puts a filter's field and tag edits before a binding for the shape they lead to. `next` is asked for that shape. */
export function bindModified(filter: MetricFilter, shape: Shape, next: (shape: Shape) => Binding): Binding {
  const modified = filter.modify(shape);
  if (modified === 'unchanged') return next(shape);
  if (modified === 'empty') return 'drop';
  const binding = next(modified.shape);
  if (binding === 'drop') return 'drop';
  const { apply } = modified;
  if (binding === 'pass') return (point, out) => void out.push(apply(point));
  return (point, out) => binding(apply(point), out);
}

/** Puts a filter's test of values before a binding; `otherwise` says what becomes of points that fail it. */
export function bindSelected(filter: MetricFilter, binding: Binding, otherwise: 'pass' | 'drop'): Binding {
  const { metricpass } = filter;
  if (metricpass === undefined || binding === otherwise) return binding;
  const selected = toTransform(binding);
  const rest = toTransform(otherwise);
  // A staleness marker has no values to judge by; where its series was not selected, it ends nothing.
  return (point, out) => (point.stale || metricpass(point) ? selected : rest)(point, out);
}

/** A binding as a function. */
export function toTransform(binding: Binding): Transform {
  if (binding === 'pass') return (point, out) => void out.push(point);
  if (binding === 'drop') return () => undefined;
  return binding;
}

/** Moves a shape's points to another series: nothing per point but a new head. */
export function bindSeries(interner: Interner, shape: Shape, series: Series): Binding {
  if (series === shape.series) return 'pass';
  const target = interner.reshape(shape, series);
  return (point, out) => void out.push(point.withShape(target));
}

/**
 * Moves a shape's points to another series and set of fields: `places` says, by the new names, where each value stands. Where all
 * of them keep name and place, points keep their bytes.
 */
export function bindFields(interner: Interner, shape: Shape, series: Series, places: ReadonlyMap<string, number>): Binding {
  const { fields } = shape;
  const isSame = places.size === fields.length && fields.every(({ key }, place) => places.get(key.name) === place);
  if (isSame) return bindSeries(interner, shape, series);
  const target = interner.shape(
    series,
    [...places].map(([name, place]) => ({ name, kind: fields[place].kind })),
  );
  // The new names may sort in another order, so each value is fetched from where it stood.
  const sources = target.fields.map(({ key }) => places.get(key.name) ?? 0);
  return (point, out) => void out.push(point.withFields(target, sources));
}

export interface NameOptions {
  readonly name_override?: string | undefined;
  readonly name_prefix?: string | undefined;
  readonly name_suffix?: string | undefined;
}

/** The measurement's name after a plugin's override, prefix and suffix, in Telegraf's order. */
export function rename(measurement: string, options: NameOptions): string {
  const name = options.name_override === undefined || options.name_override === '' ? measurement : options.name_override;
  return `${options.name_prefix ?? ''}${name}${options.name_suffix ?? ''}`;
}
