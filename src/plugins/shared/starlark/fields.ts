import { EvalError } from '../../../formats/starlark/errors.ts';
import { Float } from '../../../formats/starlark/values/float.ts';
import { typeOf, type Value } from '../../../formats/starlark/values/value.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { TypedValue } from '../field-literal.ts';
import { orderOf, type FieldTable } from './field-table.ts';
import { MetricTable } from './metric-table.ts';
import type { ShapeView } from './shape-view.ts';

/** What a metric lets its fields look at. */
interface FieldOwner {
  readonly point: Point | undefined;
  readonly view: ShapeView | undefined;
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
    if (fieldTable !== undefined) return fieldTable.entries().map(([name, field]) => [name, toStarlark(field.kind, field.value)] as const);
    if (point === undefined) return [];
    const { shape, values } = point;
    return orderOf(point).map((place) => [shape.fields[place].key.name, toStarlark(shape.fields[place].kind, values[place])] as const);
  }

  protected get(key: string): Value | undefined {
    const { fieldTable, point, view } = this.#owner;
    if (fieldTable !== undefined) {
      const field = fieldTable.get(key);
      return field && toStarlark(field.kind, field.value);
    }
    const place = view?.placeOf(key);
    return point === undefined || place === undefined ? undefined : toStarlark(point.shape.fields[place].kind, point.values[place]);
  }

  protected set(key: string, value: Value): void {
    this.#owner.ownFields().set(key, toField(value));
  }

  protected remove(key: string): void {
    this.#owner.ownFields().remove(key);
  }

  protected removeAll(): void {
    this.#owner.ownFields().clear();
  }
}

function toStarlark(kind: Kind, value: FieldValue): Value {
  return kind === Kind.Float ? new Float(value as number) : value;
}

/** A value as a field. Throws for what no field can hold. */
export function toField(value: Value): TypedValue {
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
