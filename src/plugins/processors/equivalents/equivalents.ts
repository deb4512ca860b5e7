import { ENERGY, EQUIVALENT } from '../../../energy/points.ts';
import type { Catalogue, CatalogueRow, Kind as EquivalentKind } from '../../../equivalents/catalogue.ts';
import { amountFor, devicesFor, unitsFor } from '../../../equivalents/convert.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Series } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding } from '../../../pipeline/plugin.ts';

/** What equivalents of a kind are made from. */
interface Quantity {
  readonly measurement: string;
  readonly field: string;
  readonly convert: (value: number, row: CatalogueRow) => number;
}

const QUANTITIES: Record<EquivalentKind, Quantity> = {
  power: { measurement: ENERGY, field: 'watts', convert: devicesFor },
  energy: { measurement: ENERGY, field: 'joules_delta', convert: amountFor },
  carbon: { measurement: 'carbon', field: 'grams_delta', convert: unitsFor },
  cost: { measurement: 'cost', field: 'cost_delta', convert: unitsFor },
};

/** One equivalent of one shape. */
export interface Target {
  readonly shape: Shape;
  /** The field it is made from. */
  readonly index: number;
  readonly row: CatalogueRow;
  readonly convert: Quantity['convert'];
}

/** After each point of `energy`, `carbon` or `cost` with one of the scopes, a point of `equivalent` for every row; all else passes. */
export function bindEquivalents(shape: Shape, scopes: ReadonlySet<string>, catalogue: Catalogue, interner: Interner): Binding {
  if (!isAskedFor(shape.series, scopes)) return 'pass';
  const targets = [...catalogue].flatMap(([id, row]) => target(shape, id, row, interner));
  if (targets.length === 0) return 'pass';
  return (point, out) => {
    out.push(point);
    if (point.stale) return;
    const { values, ms, ns } = point;
    for (const { shape: made, index, row, convert } of targets) {
      out.push(Point.fromValues(made, ms, ns, [convert(Number(values[index]), row)]));
    }
  };
}

/** Whether equivalents are made of it. The prices of the catalogue are in euros. */
export function isAskedFor(series: Series, scopes: ReadonlySet<string>): boolean {
  return scopes.has(series.tag('scope') ?? '') && (series.tag('currency') ?? 'EUR') === 'EUR';
}

/** How many of a row's things a point of this shape is worth; undefined where it says nothing about that kind. */
export function valueOf(shape: Shape, row: CatalogueRow): Omit<Target, 'shape' | 'row'> | undefined {
  const { measurement, field, convert } = QUANTITIES[row.kind];
  const index = shape.series.measurement === measurement ? numericIndex(shape, field) : -1;
  return index === -1 ? undefined : { index, convert };
}

/** None where the field is missing: a window without power says nothing about devices. */
function target(shape: Shape, id: string, row: CatalogueRow, interner: Interner): Target[] {
  const value = valueOf(shape, row);
  if (value === undefined) return [];
  const series = interner.series(EQUIVALENT, [...shape.series.tags, ['equivalent', id], ['kind', row.kind]]);
  return [{ ...value, row, shape: interner.shape(series, [{ name: 'value', kind: Kind.Float }]) }];
}

/** The place of a field that holds numbers; -1 when there is none. */
export function numericIndex(shape: Shape, name: string): number {
  const index = shape.indexOf(name);
  return index >= 0 && shape.fields[index].kind <= Kind.Uint ? index : -1;
}
