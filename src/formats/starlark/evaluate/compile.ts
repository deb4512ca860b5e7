import type { Position } from '../errors.ts';
import type { Reference } from '../syntax/scope.ts';
import type { Expression, FunctionNode, Parameter, Statement } from '../syntax/tree.ts';
import { compileAssignment } from './assign.ts';
import { compileExpression } from './expression.ts';
import { Signal, type Assign, type Cell, type Compiler, type Evaluate, type Execute, type Frame, type Unit } from './frame.ts';
import { ScriptFunction, type FunctionCode } from './function.ts';
import { compileStatements } from './statement.ts';

/** Compiles the tree of a resolved script to closures. */
export class ClosureCompiler implements Compiler {
  readonly unit: Unit;

  constructor(unit: Unit) {
    this.unit = unit;
  }

  expression(expression: Expression): Evaluate {
    return compileExpression(expression, this);
  }

  assignment(target: Expression, at: Position): Assign {
    return compileAssignment(target, at, this);
  }

  statements(statements: readonly Statement[]): Execute {
    return statements.length === 0 ? () => Signal.Next : compileStatements(statements, this);
  }

  function(node: FunctionNode): Evaluate {
    const { scope, parameters } = node;
    if (scope === undefined) throw new Error(`${node.name} was not resolved`);
    const code = this.#code(node, scope.locals.length, sharedOf(scope.locals));
    const fallbacks = ordinary(parameters).map(({ fallback }) => (fallback === undefined ? undefined : this.expression(fallback)));
    const outer = scope.outer.map(compileCell);
    return (frame) =>
      new ScriptFunction(
        code,
        fallbacks.map((fallback) => fallback?.(frame)),
        outer.map((cell) => cell(frame)),
      );
  }

  #code({ name, at, parameters, body }: FunctionNode, localCount: number, shared: readonly number[]): FunctionCode {
    const star = parameters.findIndex(({ kind }) => kind === '*');
    const names = ordinary(parameters).map((parameter) => parameter.name?.name ?? '');
    return {
      name,
      at,
      parameters: names,
      keywordOnly: star === -1 ? 0 : names.length - star,
      hasRest: star !== -1 && parameters[star].name !== undefined,
      hasNamedRest: parameters.some(({ kind }) => kind === '**'),
      localCount,
      shared,
      body: this.statements(body),
    };
  }
}

/** The variables that are cells, by their places. */
export function sharedOf(locals: readonly { readonly index: number; readonly isShared: boolean }[]): number[] {
  return locals.filter(({ isShared }) => isShared).map(({ index }) => index);
}

function ordinary(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter(({ kind }) => kind === 'required' || kind === 'optional');
}

/** Finds the cell of a variable in the frame that a function is made in. */
function compileCell(reference: Reference): (frame: Frame) => Cell {
  if (reference.kind === 'local') {
    const { index } = reference.local;
    return (frame) => frame.locals[index] as Cell;
  }
  if (reference.kind !== 'outer') throw new Error(`a ${reference.kind} is shared by nobody`);
  const { index } = reference;
  return (frame) => frame.outer[index];
}
