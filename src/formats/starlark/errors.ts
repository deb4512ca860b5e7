/** What goes wrong with a script: before it runs (syntax, names) and while it runs. */

/** A place in a script; line and column count from 1, the column in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that keeps a script from running. */
export interface ScriptProblem {
  readonly at: Position;
  readonly message: string;
  /** Of an undefined name: the name, and those that are defined where it stands. */
  readonly undefined?: { readonly name: string; readonly known: readonly string[] };
}

/** A script that can't run. The first problem is the message; a script has one syntax error or any number of wrong names. */
export class ScriptError extends Error {
  readonly problems: readonly ScriptProblem[];

  constructor(problems: readonly ScriptProblem[]) {
    super(problems[0].message);
    this.name = 'ScriptError';
    this.problems = problems;
  }
}

/** A call that was under way when a script failed; without a position for a built-in function. */
interface Call {
  readonly name: string;
  readonly at: Position | undefined;
}

/** Calls of a traceback that are shown at each of its ends. */
const SHOWN_CALLS = 10;

/** A script that failed while it ran. Its message is what the script's `catch` sees. */
export class EvalError extends Error {
  /** Whether the script must not catch it: it has used up what it may do. */
  readonly isFinal: boolean;
  /** The built-in function that failed, where it was one. */
  #builtin: string | undefined;
  /** Innermost first. */
  readonly #calls: Call[] = [];

  constructor(message: string, isFinal = false) {
    super(message);
    this.name = 'EvalError';
    this.isFinal = isFinal;
  }

  /** Notes a call that the error passes on its way out. */
  passes(name: string, at: Position | undefined): void {
    if (at === undefined && this.#calls.length === 0 && this.#builtin === undefined) this.#builtin = name;
    else this.#calls.push({ name, at });
  }

  /** The calls that led here, line by line, as Telegraf logs them: `  <file>:<line>:<column>: in <function>`, then the message. */
  traceback(file: string): string[] {
    const calls = this.#calls
      .toReversed()
      .map(({ name, at }) => `  ${at === undefined ? '<builtin>' : `${file}:${at.line}:${at.column}`}: in ${name}`);
    const hidden = calls.length - 2 * SHOWN_CALLS;
    const shown = hidden > 0 ? [...calls.slice(0, SHOWN_CALLS), `  … ${hidden} more`, ...calls.slice(-SHOWN_CALLS)] : calls;
    const where = this.#builtin === undefined ? '' : ` in ${this.#builtin}`;
    return [...(shown.length > 0 ? ['Traceback (most recent call last):'] : []), ...shown, `Error${where}: ${this.message}`];
  }
}

/** The error of a script, of whatever was thrown while it ran; anything that is none of its doing is thrown on. */
export function toEvalError(error: unknown): EvalError {
  if (error instanceof EvalError) return error;
  // Whatever was about to be done when the stack was full says so: a call, or a regular expression that was to be compiled.
  if (error instanceof Error && error.message.includes('call stack size exceeded')) return new EvalError('stack overflow');
  // A text or a number that is too long.
  if (error instanceof RangeError) return new EvalError(error.message);
  throw error;
}
