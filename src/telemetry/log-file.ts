import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A log file: every line is written before the call returns, so that the last words before a crash are there.
 * A full disk must not stop the bridge: the line goes to `fallback` instead.
 */
export class LogFile {
  readonly #fd: number;
  readonly #fallback: (line: string) => void;
  #failed = false;
  #isClosed = false;

  /** Opens the file for appending, making its folder. Throws when it can't. */
  constructor(path: string, fallback: (line: string) => void) {
    mkdirSync(dirname(path), { recursive: true });
    this.#fd = openSync(path, 'a');
    this.#fallback = fallback;
  }

  /** Appends one line, given without its end. What comes after `close` goes to `fallback`. */
  write(line: string): void {
    // The system gives the number of a closed file to the next that is opened.
    if (this.#isClosed) return this.#fallback(line);
    try {
      writeSync(this.#fd, `${line}\n`);
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.#fallback(`can't write the log file, so the log goes here: ${String(error)}`);
      this.#failed = true;
      this.#fallback(line);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#fd);
  }
}
