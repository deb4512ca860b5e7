/**
 * What the rules make of a shape. Names and tags have their texts already; of each field all that the rules do to it is worked out
 * at once, so that a point only has its values taken through that.
 */
import type { Interner } from '../../../metric/interner.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding } from '../../../pipeline/plugin.ts';
import { bindSeries } from '../../../pipeline/stage.ts';
import type { Operation } from './operations.ts';

/** What one rule applies its operation to: each part a name, `*` for all, or empty for none. */
export interface Targets {
  readonly measurement: string;
  readonly tag: string;
  readonly tag_key: string;
  readonly field: string;
  readonly field_key: string;
  /** Where the result goes of a single tag or field. */
  readonly dest: string;
}

export interface Rule {
  readonly targets: Targets;
  readonly operation: Operation;
}

/** A field of the point that came, and what is done to its text. */
interface Source {
  readonly kind: Kind;
  readonly index: number;
  readonly operations: readonly Operation[];
}

/** A shape while the rules change it. */
interface Draft {
  measurement: string;
  tags: Map<string, string>;
  fields: Map<string, Source>;
}

export function bindRules(shape: Shape, rules: readonly Rule[], interner: Interner): Binding {
  const draft: Draft = {
    measurement: shape.series.measurement,
    tags: new Map(shape.series.tags),
    fields: new Map(shape.fields.map(({ key, kind }, index) => [key.name, { kind, index, operations: [] }])),
  };
  for (const rule of rules) apply(rule, draft);
  const series = interner.series(draft.measurement, draft.tags);
  const sources = [...draft.fields];
  const isSame = sources.length === shape.fields.length && sources.every(([name, source]) => isUntouched(name, source, shape));
  if (isSame) return bindSeries(interner, shape, series);
  const target = interner.shape(
    series,
    sources.map(([name, { kind }]) => ({ name, kind })),
  );
  return bindFields(
    target,
    target.fields.map(({ key }) => draft.fields.get(key.name) as Source),
  );
}

function isUntouched(name: string, { index, operations }: Source, shape: Shape): boolean {
  return operations.length === 0 && shape.fields[index].key.name === name;
}

function bindFields(target: Shape, sources: readonly Source[]): Binding {
  const places = sources.map(({ index }) => index);
  if (sources.every(({ operations }) => operations.length === 0)) return (point, out) => void out.push(point.withFields(target, places));
  return (point, out) => {
    if (point.stale) return void out.push(Point.stale(target, point.ms, point.ns));
    const { values } = point;
    out.push(
      Point.fromValues(
        target,
        point.ms,
        point.ns,
        sources.map(({ index, operations }) => applyAll(operations, values[index])),
      ),
    );
  };
}

function applyAll(operations: readonly Operation[], value: FieldValue): FieldValue {
  let result = value;
  for (const operation of operations) result = operation(result as string);
  return result;
}

function apply({ targets, operation }: Rule, draft: Draft): void {
  const { measurement, tag, tag_key: tagKey, field, field_key: fieldKey, dest } = targets;
  const extend = (source: Source) =>
    source.kind === Kind.String ? { ...source, operations: [...source.operations, operation] } : undefined;
  if (field !== '') changeValues(draft.fields, field, dest, extend);
  if (fieldKey !== '') draft.fields = withKeys(draft.fields, fieldKey, operation);
  if (tag !== '') changeValues(draft.tags, tag, dest, operation);
  if (tagKey !== '') draft.tags = withKeys(draft.tags, tagKey, operation);
  if (measurement === '*' || measurement === draft.measurement) draft.measurement = operation(draft.measurement) || draft.measurement;
}

/** Puts what `change` makes of a value, or of all, in its place, or of a single one at `dest`; undefined: nothing. */
function changeValues<Value>(map: Map<string, Value>, wanted: string, dest: string, change: (value: Value) => Value | undefined): void {
  for (const key of chosen(map, wanted)) {
    const changed = change(map.get(key) as Value);
    if (changed !== undefined) map.set(wanted === '*' || dest === '' ? key : dest, changed);
  }
}

/** The map with changed keys. All change at once, so that none is taken for another's new one; one that would be empty stays. */
function withKeys<Value>(map: ReadonlyMap<string, Value>, wanted: string, change: Operation): Map<string, Value> {
  const changing = chosen(map, wanted);
  const changed = new Map(map);
  for (const key of changing) changed.delete(key);
  for (const key of changing) changed.set(change(key) || key, map.get(key) as Value);
  return changed;
}

function chosen(map: ReadonlyMap<string, unknown>, wanted: string): readonly string[] {
  if (wanted === '*') return [...map.keys()];
  return map.has(wanted) ? [wanted] : [];
}
