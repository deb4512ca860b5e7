import { EvalError } from '../errors.ts';
import { spendElements } from './sequence.ts';
import { hashKey } from './hash.ts';
import { freeze, Thing, type Cursor, type Value } from './value.ts';

export interface Entry {
  readonly key: Value;
  value: Value;
}

/** What dicts and sets have in common: entries by key, in the order in which they came. */
export abstract class Table extends Thing {
  /** By what stands for the key; see `hashKey`. */
  protected readonly entries = new Map<unknown, Entry>();
  #isFrozen = false;
  #walkers = 0;

  override get truth(): boolean {
    return this.entries.size > 0;
  }

  override get size(): number {
    return this.entries.size;
  }

  override freeze(): void {
    if (this.#isFrozen) return;
    this.#isFrozen = true;
    for (const { key, value } of this.entries.values()) {
      freeze(key);
      freeze(value);
    }
  }

  override hashKey(): never {
    throw new EvalError(`unhashable type: ${this.type}`);
  }

  /** Throws where the table must not change now. */
  checkChangeable(verb: string): void {
    if (this.#isFrozen) throw new EvalError(`cannot ${verb} frozen hash table`);
    if (this.#walkers > 0) throw new EvalError(`cannot ${verb} hash table during iteration`);
  }

  has(key: Value): boolean {
    return this.entries.has(hashKey(key));
  }

  keys(): Value[] {
    spendElements(this.size);
    return Array.from(this.entries.values(), ({ key }) => key);
  }

  /** Takes an entry out; undefined where there was none. */
  delete(key: Value): Entry | undefined {
    this.checkChangeable('delete from');
    const hash = hashKey(key);
    const entry = this.entries.get(hash);
    if (entry !== undefined) this.entries.delete(hash);
    return entry;
  }

  /** Takes the entry out that came first; undefined where there is none. */
  deleteFirst(): Entry | undefined {
    for (const { key } of this.entries.values()) return this.delete(key);
    return undefined;
  }

  clear(): void {
    this.checkChangeable('clear');
    this.entries.clear();
  }

  override iterate(): Cursor {
    const entries = this.entries.values();
    this.#walkers++;
    return {
      next: () => {
        const { done, value } = entries.next();
        return done === true ? undefined : value.key;
      },
      close: () => void this.#walkers--,
    };
  }
}
