/**
 * InfluxDB takes a field as a float or as an integer, whichever a shard saw first, and refuses the other. So each field keeps
 * the kind in which it came first: integers of a float field are written as floats, whole floats of an integer field as integers,
 * where that is exact. The first float that is not whole makes it a float field for good, which the next shard then begins with.
 */
import { Kind } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import type { Route } from './routes.ts';
import { asNumber, withNumbers, type NumberKind } from './numbers.ts';

/** Fields of a measurement at one destination that are remembered; those that come later are written as they come. */
const MAX_FIELDS = 50_000;

type Word = 'float' | 'integer';

/** What is to be done with the points of one shape. */
export interface NumberPlan {
  readonly version: number;
  /** Places of numbers whose kind differs from the promised one; undefined: none does. */
  readonly wanted: ReadonlyMap<number, NumberKind> | undefined;
}

export class NumberPromises {
  readonly #context: PluginContext;
  readonly #keepsUints: boolean;
  readonly #promises: State<Word>;
  /** Raised when a promise changes: then plans are made anew. */
  #version = 0;

  /** `keepsUints`: unsigned integers are a type of their own, for which nothing is promised. */
  constructor(context: PluginContext, keepsUints: boolean) {
    this.#context = context;
    this.#keepsUints = keepsUints;
    this.#promises = context.state<Word>({ name: 'number_kinds', version: 1, encode: (word) => word, decode: decodeWord });
  }

  /** The point as it is to be written on its way. */
  keep(point: Point, route: Route): Point {
    const { numbers } = route;
    const { wanted } = numbers?.version === this.#version ? numbers : this.#bind(route);
    return wanted === undefined || point.stale ? point : this.#convert(point, wanted, route.destination.path);
  }

  /** From now on the field is written as a float, where that is exact. */
  becomeFloat(destination: string, measurement: string, field: string): void {
    const key = keyOf(destination, measurement, field);
    const known = this.#promises.get(key);
    if (known === 'float' || (known === undefined && this.#isFull)) return;
    this.#promises.set(key, 'float');
    this.#version++;
  }

  get #isFull(): boolean {
    return this.#promises.size >= MAX_FIELDS;
  }

  #convert(point: Point, wanted: ReadonlyMap<number, NumberKind>, path: string): Point {
    for (const [at, kind] of wanted) {
      if (kind === Kind.Float || asNumber(point.values[at], kind) !== undefined) continue;
      this.becomeFloat(path, point.series.measurement, point.shape.fields[at].key.name);
    }
    return withNumbers(this.#context.interner, point, wanted);
  }

  #bind(route: Route): NumberPlan {
    const { fields, series } = route.shape;
    const wanted = new Map<number, NumberKind>();
    for (let at = 0; at < fields.length; at++) {
      const { key, kind } = fields[at];
      const isInteger = kind === Kind.Int || (kind === Kind.Uint && !this.#keepsUints);
      if (!isInteger && kind !== Kind.Float) continue;
      const promised = this.#promise(keyOf(route.destination.path, series.measurement, key.name), isInteger ? 'integer' : 'float');
      if ((promised === 'integer') !== isInteger) wanted.set(at, promised === 'integer' ? Kind.Int : Kind.Float);
    }
    route.numbers = { version: this.#version, wanted: wanted.size === 0 ? undefined : wanted };
    return route.numbers;
  }

  /** What is promised; where nothing is, what comes first. */
  #promise(key: string, first: Word): Word {
    const known = this.#promises.get(key);
    if (known === undefined && !this.#isFull) this.#promises.set(key, first);
    return known ?? first;
  }
}

function keyOf(destination: string, measurement: string, field: string): string {
  return JSON.stringify([destination, measurement, field]);
}

function decodeWord(text: string): Word | undefined {
  return text === 'float' || text === 'integer' ? text : undefined;
}
