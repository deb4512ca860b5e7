import type { GoFunction } from './function.ts';

/**
 * What templates compute with, as Go has it: floats are numbers, since most values of metrics are; integers know their type, since Go
 * does not compare an int64 with a float64.
 */
export type Value = null | boolean | string | number | Int | List | Dict | Struct;

/** An integer of one of Go's types. Types such as `time.Month` have a text of their own. */
export class Int {
  readonly type: string;
  readonly value: bigint;
  readonly text: string | undefined;

  constructor(type: string, value: bigint, text?: string) {
    this.type = type;
    this.value = value;
    this.text = text;
  }

  get isUnsigned(): boolean {
    return this.type.startsWith('uint');
  }
}

/** Go's slices. */
export class List {
  readonly items: readonly Value[];
  /** The type of the items: `interface {}`, `string`, `int`. */
  readonly itemType: string;

  constructor(items: readonly Value[], itemType = 'interface {}') {
    this.items = items;
    this.itemType = itemType;
  }
}

/** Go's maps with texts for keys. Functions may change them. */
export class Dict {
  readonly entries: Map<string, Value>;
  readonly itemType: string;

  constructor(entries: Map<string, Value>, itemType = 'interface {}') {
    this.entries = entries;
    this.itemType = itemType;
  }
}

/** Everything else: it has a type, methods, and a text. */
export interface Struct {
  readonly type: string;
  method(name: string): GoFunction | undefined;
  toText(): string;
}

export function int(value: number | bigint, type = 'int'): Int {
  return new Int(type, BigInt(value));
}

/** An int64, which goes round at its ends. */
export function int64(value: bigint): Int {
  return new Int('int64', BigInt.asIntN(64, value));
}

export function texts(items: readonly string[]): List {
  return new List(items, 'string');
}

/** In Go's words, as messages have it. */
export function typeName(value: Value): string {
  if (value === null) return '<nil>';
  if (value instanceof List) return `[]${value.itemType}`;
  if (value instanceof Dict) return `map[string]${value.itemType}`;
  if (typeof value === 'object') return value.type;
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'float64' : 'string';
}

const NAMED_KINDS: Readonly<Record<string, string>> = { 'time.Month': 'int', 'time.Weekday': 'int', 'time.Duration': 'int64' };

/** Go's kind of a type. */
export function kindOf(value: Value): string {
  if (value === null) return 'invalid';
  if (value instanceof Int) return NAMED_KINDS[value.type] ?? value.type;
  if (value instanceof List) return 'slice';
  if (value instanceof Dict) return 'map';
  if (typeof value !== 'object') return typeName(value);
  return value.type.startsWith('*') ? 'ptr' : 'struct';
}

/** Whether a value counts as true: not the zero of its type. */
export function isTrue(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0) return false;
  if (value instanceof Int) return value.value !== 0n;
  if (value instanceof List) return value.items.length > 0;
  return !(value instanceof Dict) || value.entries.size > 0;
}
