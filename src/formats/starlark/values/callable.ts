import { enterCall, leaveCall } from '../meter.ts';
import { toEvalError } from '../errors.ts';
import { Thing, typeOf, type MethodCode, type Named, type Value } from './value.ts';

/** Something that can be called. */
export abstract class Callable extends Thing {
  abstract readonly name: string;
  abstract call(args: readonly Value[], named: readonly Named[]): Value;

  override hashKey(): this {
    return this;
  }
}

/** What a built-in function does. */
export type Code = (args: readonly Value[], named: readonly Named[]) => Value;

export type Methods<Self> = ReadonlyMap<string, MethodCode<Self>>;

/** A table of methods by their names. */
export function methods<Self>(table: Readonly<Record<string, MethodCode<Self>>>): Methods<Self> {
  return new Map(Object.entries(table));
}

/** A function of the interpreter or of whoever uses it. */
export class Builtin extends Callable {
  readonly name: string;
  readonly #code: Code;

  constructor(name: string, code: Code) {
    super();
    this.name = name;
    this.#code = code;
  }

  override get type(): string {
    return 'builtin_function_or_method';
  }

  override repr(): string {
    return `<built-in function ${this.name}>`;
  }

  call(args: readonly Value[], named: readonly Named[]): Value {
    enterCall();
    try {
      return this.#code(args, named);
    } catch (error) {
      throw passing(error, this.name);
    } finally {
      leaveCall();
    }
  }
}

/** A method with the value that it was taken from. */
export class BoundMethod extends Callable {
  readonly name: string;
  readonly #self: Value;
  readonly #code: MethodCode<Value>;

  constructor(name: string, self: Value, code: MethodCode<Value>) {
    super();
    this.name = name;
    this.#self = self;
    this.#code = code;
  }

  override get type(): string {
    return 'builtin_function_or_method';
  }

  override repr(): string {
    return `<built-in method ${this.name} of ${typeOf(this.#self)} value>`;
  }

  override freeze(): void {
    if (this.#self instanceof Thing) this.#self.freeze();
  }

  call(args: readonly Value[], named: readonly Named[]): Value {
    return callMethod(this.#code, this.#self, args, named, this.name);
  }
}

/** Calls a method without taking it from its value first. */
export function callMethod(code: MethodCode<Value>, self: Value, args: readonly Value[], named: readonly Named[], name: string): Value {
  enterCall();
  try {
    return code(self, args, named, name);
  } catch (error) {
    throw passing(error, name);
  } finally {
    leaveCall();
  }
}

function passing(error: unknown, name: string): Error {
  const failure = toEvalError(error);
  failure.passes(name, undefined);
  return failure;
}
