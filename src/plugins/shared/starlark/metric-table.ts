import { Arguments, nothingGiven } from '../../../formats/starlark/builtins/arguments.ts';
import { mappingMethods } from '../../../formats/starlark/builtins/dict-methods.ts';
import { EvalError } from '../../../formats/starlark/errors.ts';
import { methods, type Methods } from '../../../formats/starlark/values/callable.ts';
import { repr } from '../../../formats/starlark/values/repr.ts';
import { Tuple } from '../../../formats/starlark/values/sequence.ts';
import { Thing, type Cursor, type Value } from '../../../formats/starlark/values/value.ts';

/** What the tags and the fields of a metric have in common: a dict, but for the types of its keys and values. */
export abstract class MetricTable extends Thing {
  /** `tag` or `field`, for messages. */
  readonly #noun: string;
  #walkers = 0;

  constructor(noun: string) {
    super();
    this.#noun = noun;
  }

  abstract override items(): readonly (readonly [key: string, value: Value])[];
  protected abstract get(key: string): Value | undefined;
  protected abstract set(key: string, value: Value): void;
  protected abstract remove(key: string): void;
  protected abstract removeAll(): void;

  /** Nobody walks over it any more: it belongs to another metric. */
  reset(): void {
    this.#walkers = 0;
  }

  override repr(): string {
    return `{${this.items()
      .map(([key, value]) => `${repr(key)}: ${repr(value)}`)
      .join(', ')}}`;
  }

  override get truth(): boolean {
    return this.size > 0;
  }

  override hashKey(): never {
    throw new EvalError('not hashable');
  }

  override get methods(): Methods<MetricTable> {
    return tableMethods;
  }

  override get isMapping(): boolean {
    return true;
  }

  override lookup(key: Value): Value | undefined {
    return this.get(keyOf(key));
  }

  override assign(key: Value, value: Value): void {
    if (this.#walkers > 0) throw new EvalError('cannot insert during iteration');
    if (typeof key !== 'string') throw new EvalError(`${this.#noun} key must be of type 'str'`);
    this.set(key, value);
  }

  /** Takes a key out, with its value; undefined where there was none. */
  take(key: Value): Value | undefined {
    this.checkRemovable();
    const name = keyOf(key);
    const value = this.get(name);
    if (value !== undefined) this.remove(name);
    return value;
  }

  /** Takes the first key out, with its value. */
  takeFirst(): Tuple {
    this.checkRemovable();
    const [first] = this.items();
    if (first === undefined) throw new EvalError(`popitem(): ${this.#noun} dictionary is empty`);
    this.remove(first[0]);
    return new Tuple(first);
  }

  clear(): void {
    this.checkRemovable();
    this.removeAll();
  }

  private checkRemovable(): void {
    if (this.#walkers > 0) throw new EvalError('cannot delete during iteration');
  }

  override iterate(): Cursor {
    const items = this.items();
    let index = 0;
    this.#walkers++;
    return { next: () => items[index++]?.[0], close: () => void this.#walkers-- };
  }
}

function keyOf(key: Value): string {
  if (typeof key !== 'string') throw new EvalError("key must be of type 'str'");
  return key;
}

const tableMethods: Methods<MetricTable> = new Map([
  ...mappingMethods,
  ...methods<MetricTable>({
    clear(self, args, named, name) {
      nothingGiven(name, args, named);
      self.clear();
      return null;
    },
    pop(self, args, named, name) {
      const given = Arguments.positional(name, args, named, 1, 2);
      const value = self.take(given.value(0) ?? null);
      if (value !== undefined) return value;
      const fallback = given.value(1);
      if (fallback === undefined) throw new EvalError(`${name}: missing key`);
      return fallback;
    },
    popitem(self, args, named, name) {
      nothingGiven(name, args, named);
      return self.takeFirst();
    },
  }),
]);
