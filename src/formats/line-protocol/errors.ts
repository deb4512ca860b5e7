/** A line that was rejected: where, and in Telegraf's words why. */
export interface LineError {
  /** Counted from 1 over the whole body. */
  readonly line: number;
  /** The byte that does not fit, counted from 1 in its line. */
  readonly column: number;
  readonly reason: string;
  /** The line, or of a long one the part before the error. */
  readonly text: string;
}

/** How much of a line before the error is quoted, as by Telegraf. */
const MAX_QUOTED = 1024;

/** The error as Telegraf prints it: `metric parse error: expected field at 2:25: "<line>"`. */
export function lineErrorText(error: LineError): string {
  return `metric parse error: ${error.reason} at ${error.line}:${error.column}: ${JSON.stringify(error.text)}`;
}

/** What to quote of the line that starts at `start` and fails at `at`. */
export function quoteLine(source: Buffer, start: number, at: number): string {
  const newline = source.indexOf(0x0a, Math.max(start, at));
  const end = newline === -1 ? source.length : newline;
  if (end - start <= MAX_QUOTED) return source.utf8Slice(start, end).replace(/\r$/, '');
  const from = Math.max(start, at - MAX_QUOTED);
  return `${from > start ? '...' : ''}${source.utf8Slice(from, Math.min(at, end))}<-- here`;
}
