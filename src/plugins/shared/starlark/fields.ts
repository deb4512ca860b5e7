import { EvalError } from '../../../formats/starlark/errors.ts';
import { Float } from '../../../formats/starlark/values/float.ts';
import { typeOf, type Value } from '../../../formats/starlark/values/value.ts';
import { writtenOrder } from '../../../metric/field-bytes.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { NewField } from '../make-point.ts';
import { MetricTable } from './metric-table.ts';

/** The fields of a metric by their names, in the order in which they came. */
export type FieldTable = Map<string, NewField>;

/** What a metric lets its fields look at. */
interface FieldOwner {
  readonly point: Point | undefined;
  readonly fieldTable: FieldTable | undefined;
  ownFields(): FieldTable;
}

const MAX_INT64 = 2n ** 63n - 1n;

/** `metric.fields` */
export class Fields extends MetricTable {
  readonly #owner: FieldOwner;

  constructor(owner: FieldOwner) {
    super('field');
    this.#owner = owner;
  }

  override get type(): string {
    return 'Fields';
  }

  override get size(): number {
    const { fieldTable, point } = this.#owner;
    return fieldTable?.size ?? point?.shape.fields.length ?? 0;
  }

  override items(): (readonly [key: string, value: Value])[] {
    const { fieldTable, point } = this.#owner;
    const table = fieldTable ?? fieldsOf(point);
    return Array.from(table.values(), ({ name, kind, value }) => [name, toStarlark(kind, value)] as const);
  }

  protected get(key: string): Value | undefined {
    const { fieldTable, point } = this.#owner;
    if (fieldTable !== undefined) {
      const field = fieldTable.get(key);
      return field && toStarlark(field.kind, field.value);
    }
    const index = point?.shape.indexOf(key) ?? -1;
    return point === undefined || index === -1 ? undefined : toStarlark(point.shape.fields[index].kind, point.values[index]);
  }

  protected set(key: string, value: Value): void {
    this.#owner.ownFields().set(key, { name: key, ...toField(value) });
  }

  protected remove(key: string): void {
    this.#owner.ownFields().delete(key);
  }

  protected removeAll(): void {
    this.#owner.ownFields().clear();
  }
}

/** The fields of a point in the order in which they were written; where nobody knows that any more, sorted. */
export function fieldsOf(point: Point | undefined): FieldTable {
  const table: FieldTable = new Map();
  if (point === undefined) return table;
  const { shape, values, source, from, to } = point;
  const order = source === null ? shape.fields.keys() : writtenOrder(shape, source, from, to);
  for (const index of order) {
    const { key, kind } = shape.fields[index];
    table.set(key.name, { name: key.name, kind, value: values[index] });
  }
  return table;
}

function toStarlark(kind: Kind, value: FieldValue): Value {
  return kind === Kind.Float ? new Float(value as number) : value;
}

/** A value as a field. Throws for what no field can hold. */
export function toField(value: Value): { readonly kind: Kind; readonly value: FieldValue } {
  if (value instanceof Float) return { kind: Kind.Float, value: value.value };
  switch (typeof value) {
    case 'string':
      return { kind: Kind.String, value };
    case 'boolean':
      return { kind: Kind.Bool, value };
    case 'number':
      return { kind: Kind.Int, value };
    case 'bigint':
      if (value > MAX_INT64 || value < -MAX_INT64 - 1n) throw new EvalError('cannot represent integer as int64');
      return { kind: Kind.Int, value };
    default:
      throw new EvalError(`invalid starlark type: a field can't be of type ${typeOf(value)}`);
  }
}
