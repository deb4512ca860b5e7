import { spend } from '../meter.ts';
import { compare } from './compare.ts';
import { hashKey } from './hash.ts';
import { repr } from './repr.ts';
import { spendElements } from './sequence.ts';
import { Table } from './table.ts';
import type { Comparison, Thing, Value } from './value.ts';

/** A dict: keys with values, in the order in which the keys came. */
export class Dict extends Table {
  /** A dict of these keys and values; of a key given twice the last value counts. */
  static of(items: Iterable<readonly [key: Value, value: Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of items) dict.assign(key, value);
    return dict;
  }

  override get type(): string {
    return 'dict';
  }

  override repr(path: readonly Thing[]): string {
    if (path.includes(this)) return '{...}';
    spendElements(this.size);
    const inner = [...path, this];
    return `{${this.items()
      .map(([key, value]) => `${repr(key, inner)}: ${repr(value, inner)}`)
      .join(', ')}}`;
  }

  override get isMapping(): boolean {
    return true;
  }

  override lookup(key: Value): Value | undefined {
    return this.entries.get(hashKey(key))?.value;
  }

  override items(): (readonly [key: Value, value: Value])[] {
    spendElements(this.size);
    return Array.from(this.entries.values(), ({ key, value }) => [key, value] as const);
  }

  override assign(key: Value, value: Value): void {
    this.checkChangeable('insert into');
    const hash = hashKey(key);
    const entry = this.entries.get(hash);
    if (entry === undefined) this.entries.set(hash, { key, value });
    else entry.value = value;
  }

  override compare(op: Comparison, other: Dict, depth: number): boolean {
    if (op !== '==' && op !== '!=') return super.compare(op, other, depth);
    return this.#equals(other, depth) === (op === '==');
  }

  #equals(other: Dict, depth: number): boolean {
    if (this.size !== other.size) return false;
    spend(this.size);
    for (const [hash, { value }] of this.entries) {
      const entry = other.entries.get(hash);
      if (entry === undefined || !compare('==', value, entry.value, depth - 1)) return false;
    }
    return true;
  }
}
