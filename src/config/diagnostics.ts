/** What is wrong with a configuration, where, and how it is shown. */

/** A place in a configuration file; line and column count from 1, the column in characters. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters to underline, from the column on. */
  readonly length: number;
}

/** One thing that keeps a configuration from running. */
export interface Diagnostic {
  /** Undefined when it concerns no place in a file: a file that can't be read, no inputs anywhere. */
  readonly location: Location | undefined;
  /** The part it is about: `outputs.influxdb`, `agent`; empty for the whole file. */
  readonly subject: string;
  readonly message: string;
  /** What to do, shown beside the caret: `did you mean "bucket"?`. */
  readonly hint?: string | undefined;
  /** The line of the file, ready to be shown: secrets masked, no control characters. */
  readonly excerpt?: Excerpt;
}

/** A line to show with a caret under a part of it, both counting from 1 within the shown text. */
export interface Excerpt {
  readonly text: string;
  readonly column: number;
  readonly length: number;
}

/** Options that contradict each other in a way their schema can't say. Thrown by a plugin's `create`; its message needs no location. */
export class ConfigError extends Error {
  /** The option it is about, from the plugin's own down (`['rename', 0, 'dest']`); empty for the plugin as a whole. */
  readonly option: readonly (string | number)[];

  constructor(message: string, option: readonly (string | number)[] = []) {
    super(message);
    this.name = 'ConfigError';
    this.option = option;
  }
}

/**
 * All of them as text for a terminal, each with its line and a caret, a blank line between two:
 *
 *     pipelines/site.yaml:14:7: outputs.influxdb: unknown option "buckt"
 *       14 |       buckt: energy
 *          |       ^^^^^ did you mean "bucket"?
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join('\n');
}

function formatDiagnostic(diagnostic: Diagnostic): string {
  const { location, hint, excerpt } = diagnostic;
  const head = diagnosticHead(diagnostic);
  if (location === undefined || excerpt === undefined) return hint === undefined ? head : `${head}; ${hint}`;
  const gutter = String(location.line);
  const caret = `${' '.repeat(excerpt.column - 1)}${'^'.repeat(Math.max(1, excerpt.length))}`;
  return [head, `  ${gutter} | ${excerpt.text}`, `  ${' '.repeat(gutter.length)} | ${caret}${hint === undefined ? '' : ` ${hint}`}`].join(
    '\n',
  );
}

/** One of them on one line, without its excerpt: `site.yaml:14:7: outputs.influxdb: unknown option "buckt"`. */
export function diagnosticHead({ location, subject, message }: Diagnostic): string {
  const place = location === undefined ? [] : [`${location.file}:${location.line}:${location.column}`];
  return [...place, ...(subject === '' ? [] : [subject]), message].join(': ');
}

/** By file as first met, then from top to bottom; those without a place come last. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  return diagnostics.toSorted((a, b) => {
    if (a.location === undefined || b.location === undefined) return Number(a.location === undefined) - Number(b.location === undefined);
    return (
      files.indexOf(a.location.file) - files.indexOf(b.location.file) ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column
    );
  });
}
