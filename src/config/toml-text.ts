/**
 * The text of a TOML file as lines that each know their place in the file, so that what is taken out, substituted or split moves
 * nothing. Comments go first, as with Telegraf: whatever they hold (half a variable, bytes of another encoding) harms nothing.
 */
import type { Location } from './diagnostics.ts';

export interface TomlLine {
  readonly text: string;
  /** Counts from 1. */
  readonly number: number;
  /** The line of the file, where variables were substituted: then columns mean nothing, and the whole line is shown. */
  readonly written?: string | undefined;
}

const STRING_OR_COMMENT = /"""(?:[^"\\]|\\[^]|"(?!""))*"""|'''(?:[^']|'(?!''))*'''|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|#[^\n]*/g;

/** The text without comments; what is left keeps its line and column. */
export function withoutComments(text: string): string {
  return text.replaceAll(STRING_OR_COMMENT, (token) => (token.startsWith('#') ? '' : token));
}

/** The lines of a text as they are. */
export function tomlLines(text: string): TomlLine[] {
  return text.split(/\r?\n/).map((line, index) => ({ text: line, number: index + 1 }));
}

/** A place on a line, from a column that counts from 0. */
export function placeOn(line: TomlLine, column: number, length: number, file: string): Location {
  if (line.written === undefined) return { file, line: line.number, column: column + 1, length };
  const start = line.written.search(/\S/);
  return { file, line: line.number, column: start + 1, length: line.written.trim().length };
}
