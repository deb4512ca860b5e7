import { spend } from '../meter.ts';
import { hashKey } from './hash.ts';
import { repr } from './repr.ts';
import { spendElements } from './sequence.ts';
import { Table } from './table.ts';
import type { Comparison, Thing, Value } from './value.ts';

/** A set, in the order in which its elements came. */
export class SetValue extends Table {
  static of(elements: Iterable<Value>): SetValue {
    const set = new SetValue();
    for (const element of elements) set.add(element);
    return set;
  }

  override get type(): string {
    return 'set';
  }

  override repr(path: readonly Thing[]): string {
    if (path.includes(this)) return 'set(...)';
    const inner = [...path, this];
    return `set([${this.keys()
      .map((key) => repr(key, inner))
      .join(', ')}])`;
  }

  override contains(value: Value): boolean {
    return this.has(value);
  }

  add(value: Value): void {
    this.checkChangeable('insert into');
    const hash = hashKey(value);
    if (!this.entries.has(hash)) this.entries.set(hash, { key: value, value: null });
  }

  /** Sets are ordered by inclusion. */
  override compare(op: Comparison, other: SetValue, _depth: number): boolean {
    spend(Math.max(this.size, other.size));
    switch (op) {
      case '==':
        return this.size === other.size && this.includes(other);
      case '!=':
        return this.size !== other.size || !this.includes(other);
      case '>=':
        return this.includes(other);
      case '<=':
        return other.includes(this);
      case '>':
        return this.size > other.size && this.includes(other);
      case '<':
        return this.size < other.size && other.includes(this);
    }
  }

  /** Whether all elements of another set are in this one. */
  includes(other: SetValue): boolean {
    for (const hash of other.entries.keys()) {
      if (!this.entries.has(hash)) return false;
    }
    return true;
  }

  union(others: Iterable<Value>): SetValue {
    return SetValue.of([...this.keys(), ...others]);
  }

  intersection(others: Iterable<Value>): SetValue {
    const both = new SetValue();
    for (const other of others) {
      if (this.has(other)) both.add(other);
    }
    return both;
  }

  difference(others: Iterable<Value>): SetValue {
    const rest = SetValue.of(this.keys());
    for (const other of others) rest.delete(other);
    return rest;
  }

  symmetricDifference(others: Iterable<Value>): SetValue {
    const rest = SetValue.of(this.keys());
    for (const other of others) {
      if (rest.delete(other) === undefined) rest.add(other);
    }
    spendElements(rest.size);
    return rest;
  }
}
