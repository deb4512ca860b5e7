/** Works out pipelines: variables, fields and methods, calls with their arguments. It knows where it is, for errors. */
import { CallError, placeOf, TemplateError } from './errors.ts';
import { boundedText } from './limits.ts';
import type { Program } from './program.ts';
import {
  nodeText,
  type ChainNode,
  type CommandNode,
  type ConstantNode,
  type Operand,
  type PipeNode,
  type TemplateNode,
} from './syntax/nodes.ts';
import type { GoFunction, ParameterType } from './values/function.ts';
import { toNative } from './values/native.ts';
import { intMethod } from './values/time.ts';
import { Dict, Int, isTrue, List, typeName, type Value } from './values/value.ts';

export interface Variable {
  readonly name: string;
  value: Value;
}

type Place = Operand | CommandNode | TemplateNode;

/** A call before its arguments are worked out. `final`, of a pipeline, is the last of them. */
interface Call {
  readonly name: string;
  readonly operands: readonly Operand[];
  readonly dot: Value;
  readonly final: Value | undefined;
  /** What a failure is told of. */
  readonly place: Place;
}

export class Operands {
  /** The innermost last. */
  variables: Variable[] = [];
  /** The name of the template that is walked: the program's, or one that it defines. */
  template: string;
  readonly #program: Program;
  #place: Place | undefined;

  constructor(program: Program) {
    this.#program = program;
    this.template = program.name;
  }

  /** Says where it has come to. */
  at(place: Place): void {
    this.#place = place;
  }

  /** In Go's words: the template, the place, what was worked out there, and the message. */
  error(message: string): TemplateError {
    const { name, text } = this.#program;
    const node = this.#place;
    if (node === undefined) return new TemplateError(`template: ${this.template}: ${message}`, { line: 1, column: 0 });
    const place = placeOf(text, node.at);
    const where = `${name}:${place.line}:${place.column}`;
    return new TemplateError(`template: ${where}: executing ${JSON.stringify(this.template)} at <${nodeText(node)}>: ${message}`, place);
  }

  /** Forgets the variables that were declared meanwhile. */
  scoped<T>(work: () => T): T {
    const { length } = this.variables;
    const result = work();
    this.variables.length = length;
    return result;
  }

  /** Gives the innermost variable of a name another value. */
  assign(name: string, value: Value): void {
    const variable = this.variables.findLast((one) => one.name === name);
    if (variable === undefined) throw this.error(`undefined variable: ${name}`);
    variable.value = value;
  }

  pipe(pipe: PipeNode, dot: Value): Value {
    this.at(pipe);
    let value: Value | undefined;
    for (const command of pipe.commands) value = this.#command(command, dot, value);
    const result = value ?? null;
    for (const name of pipe.variables) {
      if (pipe.isAssignment) this.assign(name, result);
      else this.variables.push({ name, value: result });
    }
    return result;
  }

  #command(command: CommandNode, dot: Value, final: Value | undefined): Value {
    const [first] = command.operands;
    const call = { operands: command.operands.slice(1), dot, final, place: first };
    switch (first.kind) {
      case 'field':
        this.at(first);
        return this.#fields(dot, first.names, call);
      case 'chain':
        return this.#chain(first, call);
      case 'variable':
        return this.#variable(first.name, first.names, call);
      case 'identifier':
        return this.#function(first.name, { ...call, place: command }, first);
      case 'pipe':
        this.#expectNoArguments(call, first);
        return this.pipe(first, dot);
      case 'nil':
        this.at(first);
        throw this.error('nil is not a command');
      default:
        this.at(first);
        this.#expectNoArguments(call, first);
        return first.kind === 'dot' ? dot : first.value;
    }
  }

  #expectNoArguments({ operands, final }: Pick<Call, 'operands' | 'final'>, first: Operand): void {
    if (operands.length > 0 || final !== undefined) throw this.error(`can't give argument to non-function ${nodeText(first)}`);
  }

  #chain(chain: ChainNode, call: Omit<Call, 'name'>): Value {
    this.at(chain);
    const receiver = this.#operand(chain.operand, call.dot);
    return this.#fields(receiver, chain.names, call);
  }

  #variable(name: string, names: readonly string[], call: Omit<Call, 'name'>): Value {
    this.at(call.place);
    const variable = this.variables.findLast((one) => one.name === name);
    if (variable === undefined) throw this.error(`undefined variable: ${name}`);
    if (names.length > 0) return this.#fields(variable.value, names, call);
    if (call.operands.length > 0 || call.final !== undefined) {
      throw this.error(`can't give argument to non-function ${nodeText(call.place)}`);
    }
    return variable.value;
  }

  /** `.A.B`: the last gets the arguments, if it is a method. */
  #fields(receiver: Value, names: readonly string[], call: Omit<Call, 'name'>): Value {
    let value = receiver;
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1;
      value = this.#field(value, isLast ? { ...call, name } : { ...call, name, operands: [], final: undefined });
    }
    return value;
  }

  /** A method, or an entry of a map. What is not there has no fields. */
  #field(receiver: Value, call: Call): Value {
    if (receiver === null) return null;
    const method = methodOf(receiver, call.name);
    if (method !== undefined) return this.#call(method, call);
    if (!(receiver instanceof Dict)) throw this.error(`can't evaluate field ${call.name} in type ${typeName(receiver)}`);
    if (call.operands.length > 0 || call.final !== undefined) throw this.error(`${call.name} is not a method but has arguments`);
    return receiver.entries.get(call.name) ?? null;
  }

  #function(name: string, call: Omit<Call, 'name'>, identifier: Operand): Value {
    this.at(identifier);
    if (name === 'and' || name === 'or') return this.#junction(name, call);
    const called = this.#program.functions.get(name);
    if (called === undefined) throw this.error(`${JSON.stringify(name)} is not a defined function`);
    return this.#call(called, { ...call, name });
  }

  /** The first that decides, or the last; those behind it are not worked out. */
  #junction(name: 'and' | 'or', { operands, dot, final }: Omit<Call, 'name'>): Value {
    if (operands.length === 0 && final === undefined) throw this.error(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: Value = null;
    for (const operand of operands) {
      value = this.#argument(operand, 'interface {}', dot) as Value;
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === undefined ? value : final;
  }

  #call({ parameters, rest, call }: GoFunction, { name, operands, dot, final, place }: Call): Value {
    const count = operands.length + (final === undefined ? 0 : 1);
    if (rest === undefined && count !== parameters.length) {
      throw this.error(`wrong number of args for ${name}: want ${parameters.length} got ${count}`);
    }
    if (count < parameters.length) {
      throw this.error(`wrong number of args for ${name}: want at least ${parameters.length} got ${operands.length}`);
    }
    const typeOf = (index: number): ParameterType => parameters[index] ?? rest ?? 'interface {}';
    const values: unknown[] = operands.map((operand, index) => this.#argument(operand, typeOf(index), dot));
    if (final !== undefined) values.push(this.#assigned(final, typeOf(count - 1)));
    return this.attempt(
      `error calling ${name}: `,
      () => {
        const value = call(values);
        return typeof value === 'string' ? boundedText(value.length, () => value) : value;
      },
      place,
    );
  }

  /** Does something that may throw `CallError`, and says where and, with `prefix`, of what. */
  attempt<T>(prefix: string, work: () => T, place: Place | undefined = this.#place): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.#place = place;
      throw this.error(prefix + error.message);
    }
  }

  /** An operand as a function's argument. Constants take the type that is wanted, as far as Go lets them. */
  #argument(operand: Operand, type: ParameterType, dot: Value): unknown {
    this.at(operand);
    if (operand.kind === 'constant') return type === 'interface {}' ? operand.value : this.#constant(operand, type);
    if (operand.kind !== 'nil') return this.#assigned(this.#operand(operand, dot), type);
    if (type === 'interface {}') return null;
    if (type === 'map[string]interface {}') return new Dict(new Map());
    throw this.error(`cannot assign nil to ${type}`);
  }

  #constant({ value, number, text }: ConstantNode, type: ParameterType): unknown {
    switch (type) {
      case 'string':
        if (typeof value === 'string') return value;
        throw this.error(`expected string; found ${text}`);
      case 'bool':
        if (typeof value === 'boolean') return value;
        throw this.error(`expected bool; found ${text}`);
      case 'float64':
        if (number !== undefined) return number.float;
        throw this.error(`expected float; found ${text}`);
      case 'int':
      case 'int64':
      case 'time.Duration':
        if (number?.integer !== undefined) return type === 'int' ? Number(number.integer) : number.integer;
        throw this.error(`expected integer; found ${text}`);
      default:
        throw this.error(`can't handle ${text} for arg of type ${type}`);
    }
  }

  #operand(operand: Operand, dot: Value): Value {
    const call = { operands: [], dot, final: undefined, place: operand };
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        throw this.error('nil is not a command');
      case 'constant':
        return operand.value;
      case 'field':
        this.at(operand);
        return this.#fields(dot, operand.names, call);
      case 'variable':
        return this.#variable(operand.name, operand.names, call);
      case 'chain':
        return this.#chain(operand, call);
      case 'identifier':
        return this.#function(operand.name, call, operand);
      case 'pipe':
        return this.pipe(operand, dot);
    }
  }

  #assigned(value: Value, type: ParameterType): unknown {
    const native = toNative(value, type);
    if (native !== undefined) return native;
    throw this.error(value === null ? `invalid value; expected ${type}` : `wrong type for value; expected ${type}; got ${typeName(value)}`);
  }
}

function methodOf(receiver: Value, name: string): GoFunction | undefined {
  if (receiver instanceof Int) return intMethod(receiver, name);
  if (typeof receiver !== 'object' || receiver === null || receiver instanceof List || receiver instanceof Dict) return undefined;
  return receiver.method(name);
}
