/**
 * A metric in the hands of a Starlark script, as Telegraf's plugins/common/starlark has it. It looks at the point that came until
 * the script changes something; what is changed is copied then, and a metric that nobody touched goes on as the point it was.
 */
import { EvalError } from '../../../formats/starlark/errors.ts';
import { repr } from '../../../formats/starlark/values/repr.ts';
import { isInteger, Thing, type Value } from '../../../formats/starlark/values/value.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import { Point } from '../../../metric/point.ts';
import { fromNanoseconds, toNanoseconds } from '../../../metric/time.ts';
import { FieldTable } from './field-table.ts';
import { Fields } from './fields.ts';
import type { ShapeView } from './shape-view.ts';
import { Tags, TagTable } from './tags.ts';

export class Metric extends Thing {
  #point: Point | undefined;
  #view: ShapeView | undefined;
  #name = '';
  #ms = 0;
  #ns = 0;
  /** Undefined: as in the point. */
  #tagTable: TagTable | undefined;
  #fieldTable: FieldTable | undefined;
  #isFrozen = false;
  readonly #tags = new Tags(this);
  readonly #fields = new Fields(this);

  /** A metric without tags and fields. */
  static named(name: string, ms: number, ns: number): Metric {
    const metric = new Metric();
    metric.#name = name;
    metric.#ms = ms;
    metric.#ns = ns;
    metric.#tagTable = new TagTable([]);
    metric.#fieldTable = new FieldTable(undefined, undefined);
    return metric;
  }

  /** Looks at another point from now on; what was changed before is forgotten. */
  wrap(point: Point, view: ShapeView): void {
    this.#point = point;
    this.#view = view;
    this.#name = point.series.measurement;
    this.#ms = point.ms;
    this.#ns = point.ns;
    this.#tagTable = undefined;
    this.#fieldTable = undefined;
    this.#isFrozen = false;
    this.#tags.reset();
    this.#fields.reset();
  }

  /** Lets go of the point, and of the bytes that it came in. Nothing may ask for its contents until it looks at another. */
  release(): void {
    this.#point = undefined;
    this.#view = undefined;
    this.#tagTable = undefined;
    this.#fieldTable = undefined;
  }

  /** Lets go of the bytes that the point came in, for a metric that a script may keep and look at later. */
  settle(): void {
    const point = this.#point;
    if (point === undefined || point.source === null) return;
    this.#point = Point.fromValues(point.shape, point.ms, point.ns, point.values);
  }

  /** A metric of its own with the same contents. */
  copy(): Metric {
    const copy = Metric.named(this.#name, this.#ms, this.#ns);
    copy.#tagTable = new TagTable(this.#tagTable?.pairs ?? this.#point?.series.tags ?? []);
    copy.#fieldTable = (this.#fieldTable ?? new FieldTable(this.#view, this.#point)).copy();
    return copy;
  }

  override get type(): string {
    return 'Metric';
  }

  override repr(): string {
    return `Metric(${repr(this.#name)}, tags=${this.#tags.repr()}, fields=${this.#fields.repr()}, time=${this.#time})`;
  }

  override freeze(): void {
    this.#isFrozen = true;
  }

  override hashKey(): never {
    throw new EvalError('not hashable');
  }

  override get attributeNames(): readonly string[] {
    return ['name', 'tags', 'fields', 'time'];
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'name':
        return this.#name;
      case 'tags':
        return this.#tags;
      case 'fields':
        return this.#fields;
      case 'time':
        return safeInteger(this.#time);
      default:
        return undefined;
    }
  }

  override setAttribute(name: string, value: Value): void {
    if (this.#isFrozen) throw new EvalError('cannot modify frozen metric');
    switch (name) {
      case 'name':
        if (typeof value !== 'string') throw new EvalError('type error');
        this.#name = value;
        return;
      case 'time':
        if (!isInteger(value)) throw new EvalError('type error');
        if (BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) throw new EvalError('type error: unrepresentable time');
        [this.#ms, this.#ns] = fromNanoseconds(BigInt(value));
        return;
      case 'tags':
      case 'fields':
        throw new EvalError(`cannot set ${name}`);
      default:
        throw new EvalError(`cannot assign to field ${repr(name)}`);
    }
  }

  get #time(): bigint {
    return toNanoseconds(this.#ms, this.#ns);
  }

  get name(): string {
    return this.#name;
  }

  get ms(): number {
    return this.#ms;
  }

  get ns(): number {
    return this.#ns;
  }

  /** The point that it looks at; undefined for one that the script made. */
  get point(): Point | undefined {
    return this.#point;
  }

  /** Of the point's shape. */
  get view(): ShapeView | undefined {
    return this.#view;
  }

  /** The tags where they were changed. */
  get tagTable(): TagTable | undefined {
    return this.#tagTable;
  }

  /** The fields where they were changed. */
  get fieldTable(): FieldTable | undefined {
    return this.#fieldTable;
  }

  /** The tags, to be changed. */
  ownTags(): TagTable {
    return (this.#tagTable ??= new TagTable(this.#point?.series.tags ?? []));
  }

  /** The fields, to be changed. */
  ownFields(): FieldTable {
    return (this.#fieldTable ??= new FieldTable(this.#view, this.#point));
  }
}
