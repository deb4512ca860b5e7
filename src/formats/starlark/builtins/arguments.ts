import { EvalError } from '../errors.ts';
import { Callable } from '../values/callable.ts';
import { elementsOf } from '../values/elements.ts';
import { Float } from '../values/float.ts';
import { isInteger, typeOf, type Integer, type Value, type Named } from '../values/value.ts';

/** What a built-in function was given, checked: each question throws where the answer is of the wrong type. */
export class Arguments {
  readonly #function: string;
  readonly #values: readonly (Value | undefined)[];
  /** As messages name them: numbers where they have no names. */
  readonly #names: readonly (string | number)[] | undefined;

  private constructor(name: string, values: readonly (Value | undefined)[], names?: readonly string[]) {
    this.#function = name;
    this.#values = values;
    this.#names = names;
  }

  /** Arguments without names, so many at least and at most. */
  static positional(name: string, args: readonly Value[], named: readonly Named[], least: number, most = least): Arguments {
    if (named.length > 0) throw new EvalError(`${name}: unexpected keyword arguments`);
    if (args.length < least) throw new EvalError(`${name}: got ${args.length} arguments, want ${least < most ? 'at least ' : ''}${least}`);
    if (args.length > most) throw new EvalError(`${name}: got ${args.length} arguments, want ${most > least ? 'at most ' : ''}${most}`);
    return new Arguments(name, args);
  }

  /** Arguments with names, which may be left out; those of names that end in `?` may be missing. */
  static named(name: string, args: readonly Value[], named: readonly Named[], parameters: readonly string[]): Arguments {
    if (args.length > parameters.length) throw new EvalError(`${name}: got ${args.length} arguments, want at most ${parameters.length}`);
    const names = parameters.map((parameter) => parameter.replace('?', ''));
    const values: (Value | undefined)[] = names.map((_, index) => args[index]);
    for (const { name: key, value } of named) {
      const index = names.indexOf(key);
      if (index === -1) throw new EvalError(`${name}: unexpected keyword argument "${key}"`);
      if (values[index] !== undefined) throw new EvalError(`${name}: got multiple values for keyword argument "${key}"`);
      values[index] = value;
    }
    const missing = parameters.findIndex((parameter, index) => !parameter.endsWith('?') && values[index] === undefined);
    if (missing !== -1) throw new EvalError(`${name}: missing argument for ${names[missing]}`);
    return new Arguments(name, values, names);
  }

  /** Undefined where it was not given. */
  value(index: number): Value | undefined {
    return this.#values[index];
  }

  text(index: number, fallback?: string): string {
    const value = this.#values[index];
    if (value === undefined && fallback !== undefined) return fallback;
    return typeof value === 'string' ? value : this.#wrong(index, 'string');
  }

  boolean(index: number, fallback: boolean): boolean {
    const value = this.#values[index];
    if (value === undefined) return fallback;
    return typeof value === 'boolean' ? value : this.#wrong(index, 'bool');
  }

  /** An int of at most 64 bits. */
  integer(index: number, fallback?: Integer): Integer {
    const value = this.#values[index];
    if (value === undefined && fallback !== undefined) return fallback;
    if (value === undefined || !isInteger(value)) return this.#wrong(index, 'int');
    if (BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) {
      this.fail(index, `${value} out of range (want value in signed 64-bit range)`);
    }
    return value;
  }

  /** An int that counts something that fits the memory. */
  count(index: number, fallback?: number): number {
    return Number(this.integer(index, fallback));
  }

  /** A number as a double. */
  number(index: number, fallback?: number): number {
    const value = this.#values[index];
    if (value === undefined && fallback !== undefined) return fallback;
    if (value instanceof Float) return value.value;
    return value !== undefined && isInteger(value) ? Number(value) : this.#wrong(index, 'float or int');
  }

  /** A list of its own of what can be walked over; undefined where it was not given. */
  elements(index: number): Value[] | undefined {
    const value = this.#values[index];
    return value === undefined ? undefined : (elementsOf(value) ?? this.#wrong(index, 'iterable'));
  }

  /** Undefined where it was not given. */
  callable(index: number): Callable | undefined {
    const value = this.#values[index];
    if (value === undefined) return undefined;
    return value instanceof Callable ? value : this.#wrong(index, 'callable');
  }

  /** Throws the error of an argument. */
  fail(index: number, message: string): never {
    throw new EvalError(`${this.#function}: for parameter ${this.#names?.[index] ?? index + 1}: ${message}`);
  }

  #wrong(index: number, wanted: string): never {
    return this.fail(index, `got ${typeOf(this.#values[index] ?? null)}, want ${wanted}`);
  }
}

/** The arguments of a method: as `Arguments.positional`. */
export function nothingGiven(name: string, args: readonly Value[], named: readonly Named[]): void {
  Arguments.positional(name, args, named, 0);
}

/** Puts the name of a function before the message of an error. */
export function prefixed<Result>(name: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof EvalError && !error.isFinal) throw new EvalError(`${name}: ${error.message}`);
    throw error;
  }
}
