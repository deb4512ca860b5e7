import { terminal } from '../telemetry/terminal.ts';

/** Writes text to standard output, with a line end. */
export function print(text: string): void {
  terminal.writeOut(text);
}

/** Writes text to standard error, with a line end. */
export function printError(text: string): void {
  terminal.writeError(text);
}
