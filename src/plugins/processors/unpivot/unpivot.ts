import { fieldPlaces } from '../../../metric/field-bytes.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Transform } from '../../../pipeline/plugin.ts';

export interface UnpivotOptions {
  /** The tag for a field's name; undefined: it becomes the measurement's name. */
  readonly tagKey: string | undefined;
  /** The field for its value. */
  readonly valueKey: string;
}

/**
 * A point of its own for every field, in the order in which the fields came where the point still knows it, and sorted by name
 * otherwise (docs/decisions/0160).
 */
export function bindUnpivot(shape: Shape, options: UnpivotOptions, interner: Interner): Transform {
  const targets = shape.fields.map(({ key, kind }) =>
    interner.shape(seriesOf(shape.series, key.name, options, interner), [{ name: options.valueKey, kind }]),
  );
  const sorted = [...targets.keys()];
  return (point, out) => {
    const { ms, ns, source } = point;
    if (point.stale) {
      for (const target of targets) out.push(Point.stale(target, ms, ns));
      return;
    }
    const { values } = point;
    const places = source === null ? sorted : fieldPlaces(shape, source, point.from, point.to);
    for (const place of places) out.push(Point.fromValues(targets[place], ms, ns, [values[place]]));
  };
}

function seriesOf({ measurement, tags }: Series, name: string, { tagKey }: UnpivotOptions, interner: Interner): Series {
  return tagKey === undefined ? interner.series(name, tags) : interner.series(measurement, [...tags, [tagKey, name]]);
}
