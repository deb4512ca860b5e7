import { ENERGY, EQUIVALENT } from '../../../energy/points.ts';
import type { Catalogue, CatalogueRow } from '../../../equivalents/catalogue.ts';
import { amountFor, devicesFor } from '../../../equivalents/convert.ts';
import type { Interner } from '../../../metric/interner.ts';
import { Kind } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding } from '../../../pipeline/plugin.ts';

/** One equivalent of one shape. */
interface Target {
  readonly row: CatalogueRow;
  readonly shape: Shape;
  /** The field it is made from: watts, or joules_delta. */
  readonly index: number;
  readonly convert: (value: number, row: CatalogueRow) => number;
}

/** After each point of `energy` with one of the scopes, a point of `equivalent` for every row; all else passes. */
export function bindEquivalents(shape: Shape, scopes: ReadonlySet<string>, catalogue: Catalogue, interner: Interner): Binding {
  const { series } = shape;
  if (series.measurement !== ENERGY || !scopes.has(series.tag('scope') ?? '')) return 'pass';
  const targets = [...catalogue].flatMap(([id, row]) => target(shape, id, row, interner));
  if (targets.length === 0) return 'pass';
  return (point, out) => {
    out.push(point);
    if (point.stale) return;
    const { values } = point;
    for (const { row, shape: made, index, convert } of targets) {
      out.push(Point.fromValues(made, point.ms, point.ns, [convert(Number(values[index]), row)]));
    }
  };
}

/** None where the field is missing: a window without power says nothing about devices. */
function target(shape: Shape, id: string, row: CatalogueRow, interner: Interner): Target[] {
  const index = shape.indexOf(row.kind === 'power' ? 'watts' : 'joules_delta');
  if (index === -1 || !isNumeric(shape.fields[index].kind)) return [];
  const series = interner.series(EQUIVALENT, [...shape.series.tags, ['equivalent', id], ['kind', row.kind]]);
  return [
    {
      row,
      index,
      shape: interner.shape(series, [{ name: 'value', kind: Kind.Float }]),
      convert: row.kind === 'power' ? devicesFor : amountFor,
    },
  ];
}

function isNumeric(kind: Kind): boolean {
  return kind !== Kind.String && kind !== Kind.Bool;
}
