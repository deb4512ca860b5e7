/** How points get into the sandbox and out of it: in JSON, integers as texts, so that none loses a digit. */
import type { Interner } from '../../../metric/interner.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import { fromNanoseconds, toNanoseconds } from '../../../metric/time.ts';
import type { NewField } from '../../shared/make-point.ts';
import { SeriesPoints } from '../../shared/series-points.ts';
import { Answer, SAME_SHAPE, SHAPE_SLOTS } from './guest.ts';
import type { Sandbox } from './sandbox.ts';
import { toldMetrics, toldValues, type Told, type ToldMetric } from './told.ts';

/** What the sandbox made of a point: points (undefined for one without fields), or that it is to be dropped. */
export type Outcome = readonly (Point | undefined)[] | 'dropped';

const MAX_INT64 = 2n ** 63n - 1n;

/** Takes points through a sandbox. */
export class Exchange {
  readonly #sandbox: Sandbox;
  readonly #interner: Interner;
  readonly #points: SeriesPoints;
  #shapes = 0;

  constructor(sandbox: Sandbox, interner: Interner) {
    this.#sandbox = sandbox;
    this.#interner = interner;
    this.#points = new SeriesPoints(interner);
  }

  /** What takes the points of a shape through the sandbox. It throws `SandboxError`. */
  bind(shape: Shape): (point: Point) => Outcome {
    const id = this.#shapes++;
    return (point) => {
      const answer = this.#ask(shape, id, valuesText(point));
      if (answer === Answer.Dropped) return 'dropped';
      if (typeof answer !== 'string') return [point];
      if (answer.startsWith(SAME_SHAPE)) return [withValues(point, toldValues(answer.slice(SAME_SHAPE.length), shape))];
      return toldMetrics(answer).map((told) => this.#toPoint(told, shape));
    };
  }

  #ask(shape: Shape, id: number, values: string): number | string {
    const slot = id % SHAPE_SLOTS;
    const answer = this.#sandbox.run(slot, id, values);
    if (answer !== Answer.Unknown) return answer;
    this.#sandbox.define(slot, describe(shape, id));
    return this.#sandbox.run(slot, id, values);
  }

  /** Undefined where no field is left. */
  #toPoint({ name, time, tags, fields }: ToldMetric, from: Shape): Point | undefined {
    const [ms, ns] = fromNanoseconds(BigInt(time));
    const { series: own } = from;
    const isOwn = name === undefined && tags === undefined;
    const series = isOwn ? own : this.#interner.series(name ?? own.measurement, tags ?? own.tags);
    return this.#points.point(
      series,
      fields.map((field) => toField(field, from)),
      ms,
      ns,
    );
  }
}

/** What the guest must know of a shape. */
function describe({ series, fields }: Shape, id: number): string {
  return JSON.stringify({
    id,
    name: series.measurement,
    tags: series.tags.flat(),
    names: fields.map(({ key }) => key.name),
    kinds: fields.map(({ kind }) => kind),
  });
}

/** The time and the values of a point. */
function valuesText({ shape, values, ms, ns }: Point): string {
  let text = `["${toNanoseconds(ms, ns)}"`;
  for (let index = 0; index < values.length; index++) text += `,${valueText(shape.fields[index].kind, values[index])}`;
  return `${text}]`;
}

function valueText(kind: Kind, value: FieldValue): string {
  switch (kind) {
    case Kind.Float:
      return Number.isFinite(value) && !Object.is(value, -0) ? String(value) : `"${Object.is(value, -0) ? '-0' : String(value)}"`;
    case Kind.Int:
    case Kind.Uint:
      return `"${value}"`;
    case Kind.Bool:
      return String(value);
    case Kind.String:
      return JSON.stringify(value);
  }
}

/** The point with another time and other values of the same kinds. */
function withValues({ shape }: Point, [time, ...values]: readonly Told[]): Point {
  const [ms, ns] = fromNanoseconds(BigInt(time));
  return Point.fromValues(
    shape,
    ms,
    ns,
    values.map((value, index) => toValue(shape.fields[index].kind, value)),
  );
}

function toValue(kind: Kind, value: Told): FieldValue {
  if (kind === Kind.Float) return Number(value);
  return kind === Kind.Int || kind === Kind.Uint ? safeInteger(BigInt(value)) : value;
}

/** A field that was unsigned stays so while it can; an integer beyond int64 is unsigned too. */
function toField([name, kind, value]: ToldMetric['fields'][number], from: Shape): NewField {
  if (kind !== Kind.Int) return { name, kind, value: toValue(kind, value) };
  const integer = BigInt(value);
  const wasUnsigned = from.fields[from.indexOf(name)]?.kind === Kind.Uint;
  const isUnsigned = integer > MAX_INT64 || (wasUnsigned && integer >= 0n);
  return { name, kind: isUnsigned ? Kind.Uint : Kind.Int, value: safeInteger(integer) };
}
