/**
 * InfluxDB takes a field as a float or as an integer, whichever a shard saw first, and refuses the other. So each field keeps
 * the kind in which it came first: integers of a float field are written as floats, whole floats of an integer field as integers,
 * where that is exact. The first float that is not whole makes it a float field for good, which the next shard then begins with.
 */
import { Kind } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';
import { asNumber, withNumbers, type NumberKind } from './numbers.ts';

/** Fields of a measurement at one destination that are remembered; those that come later are written as they come. */
const MAX_FIELDS = 50_000;

type Word = 'float' | 'integer';

/** What is to be done with the points of a shape. */
interface Plan {
  readonly version: number;
  /** Places of numbers whose kind differs from the promised one. */
  readonly wanted: ReadonlyMap<number, NumberKind>;
}

const NOTHING: ReadonlyMap<number, NumberKind> = new Map();

export class NumberPromises {
  readonly #context: PluginContext;
  readonly #slot: number;
  readonly #keepsUints: boolean;
  readonly #promises: State<Word>;
  /** Raised when a promise changes: then plans are made anew. */
  #version = 0;

  /** `keepsUints`: unsigned integers are a type of their own, for which nothing is promised. */
  constructor(context: PluginContext, keepsUints: boolean) {
    this.#context = context;
    this.#slot = context.interner.slot();
    this.#keepsUints = keepsUints;
    this.#promises = context.state<Word>({ name: 'number_kinds', version: 1, encode: (word) => word, decode: decodeWord });
  }

  /** The point as it is to be written to a destination. `route` is the shape that decided on it, one for each destination. */
  keep(point: Point, route: Shape, destination: string): Point {
    const known = route.slots[this.#slot] as Plan | undefined;
    const { wanted } = known?.version === this.#version ? known : this.#bind(route, destination);
    if (wanted.size === 0 || point.stale) return point;
    for (const [at, kind] of wanted) {
      if (kind === Kind.Int && asNumber(point.values[at], kind) === undefined) {
        this.becomeFloat(destination, point.series.measurement, point.shape.fields[at].key.name);
      }
    }
    return withNumbers(this.#context.interner, point, wanted);
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

  #bind(shape: Shape, destination: string): Plan {
    const { fields, series } = shape;
    const wanted = new Map<number, NumberKind>();
    for (let at = 0; at < fields.length; at++) {
      const { key, kind } = fields[at];
      const isInteger = kind === Kind.Int || (kind === Kind.Uint && !this.#keepsUints);
      if (!isInteger && kind !== Kind.Float) continue;
      const promised = this.#promise(keyOf(destination, series.measurement, key.name), isInteger ? 'integer' : 'float');
      if ((promised === 'integer') !== isInteger) wanted.set(at, promised === 'integer' ? Kind.Int : Kind.Float);
    }
    const plan = { version: this.#version, wanted: wanted.size === 0 ? NOTHING : wanted };
    shape.slots[this.#slot] = plan;
    return plan;
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
