/**
 * Starlark, the small dialect of Python that Telegraf's processors.starlark runs, as go.starlark.net has it with sets, recursion
 * and assigning globals again; without `while`, and without `if` and `for` outside of functions.
 */
import { toEvalError, type Position } from './errors.ts';
import { withSteps } from './meter.ts';
import { makeUniverse } from './builtins/universe.ts';
import { ClosureCompiler, sharedOf } from './evaluate/compile.ts';
import { Cell, Frame, type Execute, type Unit } from './evaluate/frame.ts';
import { parseScript } from './syntax/parse.ts';
import { resolveScript } from './syntax/resolve.ts';
import type { Value } from './values/value.ts';

export interface ScriptOptions {
  /** Names that the script need not define; they go before those that all scripts have. */
  readonly constants: ReadonlyMap<string, Value>;
  /** The names of a module. Throws `EvalError` for one that there is none of. */
  readonly load: (module: string) => ReadonlyMap<string, Value>;
  readonly print: (text: string) => void;
}

const START: Position = { line: 1, column: 1 };

/** A script that has been compiled, and its global variables. */
export class Script {
  readonly #unit: Unit;
  readonly #body: Execute;
  readonly #localCount: number;
  readonly #shared: readonly number[];

  /** Throws `ScriptError` for one that is wrong. */
  constructor(source: string, { constants, load, print }: ScriptOptions) {
    const statements = parseScript(source);
    const { globals, scope } = resolveScript(statements, new Map([...makeUniverse(print), ...constants]));
    this.#unit = { globals: globals.map(() => undefined), globalNames: globals, load };
    this.#body = new ClosureCompiler(this.#unit).statements(statements);
    this.#localCount = scope.locals.length;
    this.#shared = sharedOf(scope.locals);
  }

  /** Runs what stands outside of functions, which may take so many steps. Throws `EvalError`. */
  run(steps: number): void {
    const locals = Array.from<Value | Cell | undefined>({ length: this.#localCount });
    for (const index of this.#shared) locals[index] = new Cell(undefined);
    const frame = new Frame(locals, [], START);
    try {
      withSteps(steps, () => this.#body(frame));
    } catch (error) {
      const failure = toEvalError(error);
      failure.passes('<toplevel>', frame.at);
      throw failure;
    }
  }

  /** The global variables that have a value. */
  globals(): Map<string, Value> {
    const { globals, globalNames } = this.#unit;
    return new Map(globalNames.flatMap((name, index) => (globals[index] === undefined ? [] : [[name, globals[index]] as const])));
  }
}
