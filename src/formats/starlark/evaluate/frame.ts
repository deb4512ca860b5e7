import type { Position } from '../errors.ts';
import type { Expression, FunctionNode, Statement } from '../syntax/tree.ts';
import type { Value } from '../values/value.ts';

/** A variable that functions share. */
export class Cell {
  value: Value | undefined;

  constructor(value: Value | undefined) {
    this.value = value;
  }
}

/** One call of a function while it runs. */
export class Frame {
  /** By the index of `Local`; undefined: not assigned yet. A shared one is a cell. */
  readonly locals: (Value | Cell | undefined)[];
  /** Variables of outer functions. */
  readonly outer: readonly Cell[];
  /** Where it is, for tracebacks: set before anything that may fail. */
  at: Position;
  /** What `return` gave. */
  result: Value = null;

  constructor(locals: (Value | Cell | undefined)[], outer: readonly Cell[], at: Position) {
    this.locals = locals;
    this.outer = outer;
    this.at = at;
  }
}

/** An expression, compiled. */
export type Evaluate = (frame: Frame) => Value;

/** Puts a value into a variable, an element or an attribute. */
export type Assign = (frame: Frame, value: Value) => void;

/** How a statement ended. */
export const Signal = { Next: 0, Break: 1, Continue: 2, Return: 3 } as const;
export type Signal = (typeof Signal)[keyof typeof Signal];

/** A statement, compiled. */
export type Execute = (frame: Frame) => Signal;

/** What all code of a script shares. */
export interface Unit {
  readonly globals: (Value | undefined)[];
  readonly globalNames: readonly string[];
  /** The names of a module. Throws for one that there is none of. */
  readonly load: (module: string) => ReadonlyMap<string, Value>;
}

/** What the files of this folder compile with: each does a part of the language, and none knows the others. */
export interface Compiler {
  readonly unit: Unit;
  expression(expression: Expression): Evaluate;
  /** `at` is where an error of taking a value apart is. */
  assignment(target: Expression, at: Position): Assign;
  /** What makes a function when it runs. */
  function(code: FunctionNode): Evaluate;
  statements(statements: readonly Statement[]): Execute;
}
