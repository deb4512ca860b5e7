/** A script that can't run, as the user of a configuration is told. */
import { ConfigError, formatDiagnostics, type Diagnostic } from '../../../config/diagnostics.ts';
import { nearest } from '../../../config/suggest.ts';
import type { ScriptError, ScriptProblem } from '../../../formats/starlark/errors.ts';

/** Longest part of a line that is shown. */
const MAX_SHOWN = 100;

/**
 * The error of a configuration with a script that is wrong: each place with its line and a caret. `file` is empty for a script in the
 * configuration itself.
 */
export function scriptProblems(error: ScriptError, source: string, file: string): ConfigError {
  const lines = source.split(/\r\n?|\n/);
  const problems = error.problems.map((problem) => toDiagnostic(problem, lines, file === '' ? 'source' : file));
  return new ConfigError(`the script is not right:\n${formatDiagnostics(problems).trimEnd()}`, [file === '' ? 'source' : 'script']);
}

function toDiagnostic({ at, message, undefined: unknown }: ScriptProblem, lines: readonly string[], file: string): Diagnostic {
  const meant = unknown && nearest(unknown.name, unknown.known);
  const length = unknown?.name.length ?? 1;
  return {
    location: { file, ...at, length },
    subject: '',
    message,
    hint: meant === undefined ? undefined : `did you mean "${meant}"?`,
    excerpt: excerpt(lines[at.line - 1] ?? '', at.column, length),
  };
}

/** The part of a long line that matters, tabs as one blank so that the caret stands right. */
function excerpt(line: string, column: number, length: number): { text: string; column: number; length: number } {
  const letters = Array.from(line.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' '));
  const from = Math.max(0, column - MAX_SHOWN);
  return { text: letters.slice(from, from + MAX_SHOWN).join(''), column: column - from, length };
}
