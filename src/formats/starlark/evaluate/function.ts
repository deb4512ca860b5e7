import { EvalError, toEvalError, type Position } from '../errors.ts';
import { enterCall, leaveCall } from '../meter.ts';
import { Callable } from '../values/callable.ts';
import { Dict } from '../values/dict.ts';
import { Tuple } from '../values/sequence.ts';
import { freeze, type Value, type Named } from '../values/value.ts';
import { Cell, Frame, type Execute } from './frame.ts';

/** A function as it is written. */
export interface FunctionCode {
  readonly name: string;
  readonly at: Position;
  /** Names of the ordinary parameters; the last `keywordOnly` of them are only given by name. */
  readonly parameters: readonly string[];
  readonly keywordOnly: number;
  readonly hasRest: boolean;
  readonly hasNamedRest: boolean;
  /** Parameters first, then `*args`, `**kwargs`, then all other variables. */
  readonly localCount: number;
  /** Variables that inner functions use. */
  readonly shared: readonly number[];
  readonly body: Execute;
}

/** A function of a script, with what it was made with. */
export class ScriptFunction extends Callable {
  readonly code: FunctionCode;
  /** What parameters are that are not given, by their place; undefined: they must be. */
  readonly #fallbacks: readonly (Value | undefined)[];
  readonly #outer: readonly Cell[];

  constructor(code: FunctionCode, fallbacks: readonly (Value | undefined)[], outer: readonly Cell[]) {
    super();
    this.code = code;
    this.#fallbacks = fallbacks;
    this.#outer = outer;
  }

  override get type(): string {
    return 'function';
  }

  get name(): string {
    return this.code.name;
  }

  override repr(): string {
    return `<function ${this.name}>`;
  }

  /** What it holds: values of parameters that are not given, and variables of the functions around it. */
  override freeze(): void {
    for (const fallback of this.#fallbacks) freeze(fallback ?? null);
    for (const { value } of this.#outer) freeze(value ?? null);
  }

  /** The number of parameters, `*args` and `**kwargs` among them. */
  get parameterCount(): number {
    const { parameters, hasRest, hasNamedRest } = this.code;
    return parameters.length + Number(hasRest) + Number(hasNamedRest);
  }

  call(args: readonly Value[], named: readonly Named[]): Value {
    const { code } = this;
    const locals = new Array<Value | Cell | undefined>(code.localCount).fill(undefined);
    const frame = new Frame(locals, this.#outer, code.at);
    enterCall();
    try {
      this.#bind(locals as (Value | undefined)[], args, named);
      for (const index of code.shared) locals[index] = new Cell(locals[index] as Value | undefined);
      code.body(frame);
      return frame.result;
    } catch (error) {
      const failure = toEvalError(error);
      failure.passes(code.name, frame.at);
      throw failure;
    } finally {
      leaveCall();
    }
  }

  #bind(locals: (Value | undefined)[], args: readonly Value[], named: readonly Named[]): void {
    const { parameters, keywordOnly, hasRest, hasNamedRest } = this.code;
    const positional = parameters.length - keywordOnly;
    if (args.length > positional && !hasRest) this.#tooMany(positional, args.length, named.length);
    const given = Math.min(args.length, positional);
    for (let index = 0; index < given; index++) locals[index] = args[index];
    if (hasRest) locals[parameters.length] = new Tuple(args.slice(given));
    if (named.length > 0 || hasNamedRest) this.#bindNamed(locals, named);
    if (given < parameters.length) this.#bindRest(locals);
  }

  #bindNamed(locals: (Value | undefined)[], named: readonly Named[]): void {
    const { parameters, hasRest, hasNamedRest } = this.code;
    const rest = new Dict();
    for (const { name, value } of named) {
      const index = parameters.indexOf(name);
      const isRepeated = index === -1 ? rest.has(name) : locals[index] !== undefined;
      if (isRepeated) throw new EvalError(`function ${this.name} got multiple values for parameter "${name}"`);
      if (index !== -1) locals[index] = value;
      else if (hasNamedRest) rest.assign(name, value);
      else throw this.#unexpected(name, named.length);
    }
    if (hasNamedRest) locals[parameters.length + Number(hasRest)] = rest;
  }

  #bindRest(locals: (Value | undefined)[]): void {
    const missing: string[] = [];
    this.code.parameters.forEach((name, index) => {
      if (locals[index] === undefined) locals[index] = this.#fallbacks[index];
      if (locals[index] === undefined) missing.push(name);
    });
    if (missing.length === 0) return;
    throw new EvalError(`function ${this.name} missing ${missing.length} argument${missing.length > 1 ? 's' : ''} (${missing.join(', ')})`);
  }

  #tooMany(positional: number, given: number, named: number): never {
    if (this.parameterCount === 0) throw new EvalError(this.#takesNone(given + named));
    const most = this.#fallbacks.some((fallback) => fallback !== undefined) ? 'at most ' : '';
    throw new EvalError(
      `function ${this.name} accepts ${most}${positional} positional argument${positional === 1 ? '' : 's'} (${given} given)`,
    );
  }

  #unexpected(name: string, given: number): EvalError {
    const message = `function ${this.name} got an unexpected keyword argument "${name}"`;
    return new EvalError(this.parameterCount === 0 ? this.#takesNone(given) : message);
  }

  #takesNone(given: number): string {
    return `function ${this.name} accepts no arguments (${given} given)`;
  }
}
