import { terminal } from '../telemetry/terminal.ts';

/** Writes text to standard output, with a line end. */
export function print(text: string): void {
  terminal.writeOut(text);
}

/** Writes bytes to standard output as they are. */
export function printBytes(bytes: Buffer): void {
  process.stdout.write(bytes);
}

/** Writes text to standard error, with a line end. */
export function printError(text: string): void {
  terminal.writeError(text);
}
