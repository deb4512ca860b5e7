import { valueText } from '../../../formats/go-template/format/value-text.ts';
import { fn, type GoFunction } from '../../../formats/go-template/values/function.ts';
import { GoTime, type NamedZone } from '../../../formats/go-template/values/time.ts';
import { Dict, Int, type Struct, type Value } from '../../../formats/go-template/values/value.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import { toNanoseconds } from '../../../metric/time.ts';
import { NeedsPoint } from './host.ts';

/** A metric as templates see it, with Telegraf's methods. Without a point it knows what all points of the shape have in common, and throws `NeedsPoint` for the rest. */
export class Metric implements Struct {
  readonly type = '*template.TemplateMetric';
  readonly #shape: Shape;
  readonly #point: Point | undefined;
  readonly #zone: NamedZone;

  /** `zone` is that of its times. */
  constructor(shape: Shape, point: Point | undefined, zone: NamedZone) {
    this.#shape = shape;
    this.#point = point;
    this.#zone = zone;
  }

  method(name: string): GoFunction | undefined {
    return Object.hasOwn(METHODS, name) ? METHODS[name](this) : undefined;
  }

  toText(): string {
    const { ms, ns } = this.#needPoint();
    return `${this.name} ${valueText(this.tags())} ${valueText(this.fields())} ${toNanoseconds(ms, ns)}`;
  }

  get name(): string {
    return this.#shape.series.measurement;
  }

  tag(key: string): string | undefined {
    return this.#shape.series.tag(key);
  }

  tags(): Dict {
    return new Dict(new Map(this.#shape.series.tags), 'string');
  }

  /** Null where there is no such field. */
  field(key: string): Value {
    const place = this.#shape.indexOf(key);
    return place === -1 ? null : this.#value(place);
  }

  hasField(key: string): boolean {
    return this.#shape.indexOf(key) !== -1;
  }

  fields(): Dict {
    return new Dict(new Map(this.#shape.fields.map(({ key }, place) => [key.name, this.#value(place)])));
  }

  time(): GoTime {
    const { ms, ns } = this.#needPoint();
    return new GoTime(ms, ns, this.#zone);
  }

  #value(place: number): Value {
    return toValue(this.#shape.fields[place].kind, this.#needPoint().values[place]);
  }

  #needPoint(): Point {
    if (this.#point === undefined) throw new NeedsPoint();
    return this.#point;
  }
}

function toValue(kind: Kind, value: FieldValue): Value {
  if (kind === Kind.Int) return new Int('int64', BigInt(value));
  return kind === Kind.Uint ? new Int('uint64', BigInt(value)) : (value as number | boolean | string);
}

const tags = (metric: Metric): GoFunction => fn([], () => metric.tags());
const fields = (metric: Metric): GoFunction => fn([], () => metric.fields());

const METHODS: Readonly<Record<string, (metric: Metric) => GoFunction>> = {
  Name: (metric) => fn([], () => metric.name),
  Tag: (metric) => fn(['string'], (key) => metric.tag(key) ?? ''),
  HasTag: (metric) => fn(['string'], (key) => metric.tag(key) !== undefined),
  Tags: tags,
  Field: (metric) => fn(['string'], (key) => metric.field(key)),
  HasField: (metric) => fn(['string'], (key) => metric.hasField(key)),
  Fields: fields,
  Time: (metric) => fn([], () => metric.time()),
  String: (metric) => fn([], () => metric.toText()),
  // Their old names.
  TagList: tags,
  FieldList: fields,
};
