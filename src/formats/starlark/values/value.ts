/**
 * The values of Starlark in JavaScript's: None is null, bools and strings are themselves, ints are numbers while they are safe
 * integers and bigints beyond (as in `metric/kind.ts`), and everything else is a `Thing`: floats too, since 1.0 is not 1.
 *
 * Starlark's strings are bytes, mostly UTF-8; here they are texts in which a byte that is no UTF-8 is a lone surrogate (see
 * `metric/text.ts`). What counts bytes (`len`, indexes) is in `values/text.ts`.
 */
import { EvalError } from '../errors.ts';

export type Integer = number | bigint;
export type Value = null | boolean | Integer | string | Thing;

/** Walks over the elements of a value, which must not change meanwhile. */
export interface Cursor {
  /** The next element; undefined at the end. */
  next(): Value | undefined;
  /** Called once, when nothing more is asked for. */
  close(): void;
}

/** A keyword argument. */
export interface Named {
  readonly name: string;
  readonly value: Value;
}

/** What a method does; `name` is the one it was called by. */
export type MethodCode<Self> = (self: Self, args: readonly Value[], named: readonly Named[], name: string) => Value;

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '&' | '|' | '^' | '<<' | '>>';
export type UnaryOperator = '+' | '-' | '~';

/** A value that is no plain one of JavaScript. What a type can't do is as it stands here. */
export abstract class Thing {
  /** The name of the type, as `type()` gives it. */
  abstract get type(): string;

  /** As `repr` writes it. `path` are the containers around it, so that one within itself comes to an end. */
  abstract repr(path: readonly Thing[]): string;

  get truth(): boolean {
    return true;
  }

  /** Makes it unchangeable, with all that it holds. */
  freeze(): void {
    // Most types can't be changed anyway.
  }

  /** What stands for it as a key of a `Map`: the same for equal values. */
  hashKey(): unknown {
    throw new EvalError(`unhashable: ${this.type}`);
  }

  /** Compares with a value of the same type. */
  compare(op: Comparison, other: Thing, _depth: number): boolean {
    if (op === '==') return this === other;
    if (op === '!=') return this !== other;
    throw new EvalError(`${this.type} ${op} ${other.type} not implemented`);
  }

  /** The number of elements; -1: nobody knows. */
  get size(): number {
    return -1;
  }

  /** Undefined: can't be walked over. */
  iterate(): Cursor | undefined {
    return undefined;
  }

  /** The element at a place from 0 to `size`; only called where `isIndexable`. */
  element(_index: number): Value {
    throw new EvalError(`${this.type} has no elements`);
  }

  /** Whether its elements have numbers. */
  get isIndexable(): boolean {
    return false;
  }

  /** Elements `start`, `start + step`, … before `end`; undefined: can't be sliced. */
  slice(_start: number, _end: number, _step: number): Value | undefined {
    return undefined;
  }

  /** Whether it has keys. */
  get isMapping(): boolean {
    return false;
  }

  /** The value of a key; only called where `isMapping`. */
  lookup(_key: Value): Value | undefined {
    return undefined;
  }

  /** Keys with their values; only called where `isMapping`. */
  items(): readonly (readonly [key: Value, value: Value])[] {
    return [];
  }

  /** `this[key] = value` */
  assign(_key: Value, _value: Value): void {
    throw new EvalError(`${this.type} value does not support item assignment`);
  }

  /** Whether `value in this`; undefined: keys decide where there are some. */
  contains(_value: Value): boolean | undefined {
    return undefined;
  }

  /** Methods of a type that is not the interpreter's own. */
  get methods(): ReadonlyMap<string, MethodCode<never>> | undefined {
    return undefined;
  }

  /** What `.name` is, methods apart. */
  attribute(_name: string): Value | undefined {
    return undefined;
  }

  /** The names that `attribute` knows. */
  get attributeNames(): readonly string[] {
    return [];
  }

  /** `this.name = value` */
  setAttribute(name: string, _value: Value): void {
    throw new EvalError(`can't assign to .${name} field of ${this.type}`);
  }

  /** `op this`; undefined: not for this type. */
  unary(_op: UnaryOperator): Value | undefined {
    return undefined;
  }

  /** `this op other`, or `other op this` where it stands on the right; undefined: not for these types. */
  binary(_op: BinaryOperator, _other: Value, _side: 'left' | 'right'): Value | undefined {
    return undefined;
  }
}

export function isInteger(value: Value): value is Integer {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The name of a value's type, as `type()` gives it. */
export function typeOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    default:
      return value === null ? 'NoneType' : value.type;
  }
}

/** Whether a value counts as true. */
export function truthOf(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'bigint':
      return true;
    default:
      return value !== null && value.truth;
  }
}

/** The elements of a value that can be walked over; undefined for one that can't. */
export function cursorOf(value: Value): Cursor | undefined {
  return value instanceof Thing ? value.iterate() : undefined;
}

/** Freezes a value and all that it holds. */
export function freeze(value: Value): void {
  if (value instanceof Thing) value.freeze();
}
