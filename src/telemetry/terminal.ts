/**
 * The terminal of this process: lines that scroll, and below them one live region that is drawn again in place.
 *
 * The table of the console output goes to standard output and log lines go to standard error, but both land on the same
 * screen. So whoever writes a line asks here: the region makes way, the line is written, the region comes back. There is one
 * terminal per process, which is why this is the one module with a shared instance.
 */
import type { Writable } from 'node:stream';

const CLEAR_SCREEN = '\x1b[2J\x1b[H';
const ERASE_BELOW = '\x1b[0J';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/** What a terminal needs of `process.stdout` and `process.stderr`. */
export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

export class Terminal {
  readonly #out: TerminalStream;
  readonly #err: TerminalStream;
  readonly #gone = new Set<TerminalStream>();
  #region: readonly string[] = [];
  /** The width that the region was drawn at: at another one, the screen has wrapped its lines, nobody knows how. */
  #drawnColumns = 0;
  #hidden = false;

  constructor(out: TerminalStream, err: TerminalStream) {
    this.#out = out;
    this.#err = err;
    for (const stream of [out, err]) {
      // The reader has gone (`| head`), and with it the one to tell. The bridge goes on; a second reader can't come.
      stream.on('error', () => this.#gone.add(stream));
    }
  }

  /** Whether standard output is a terminal, so that `draw` works. */
  get isLive(): boolean {
    return this.#out.isTTY === true;
  }

  /** Width in columns; 80 where nobody says, or says 0, as a pseudo-terminal that nobody gave a size. */
  get columns(): number {
    return this.#out.columns || 80;
  }

  /** Height in rows; 24 where nobody says, or says 0. */
  get rows(): number {
    return this.#out.rows || 24;
  }

  /** Replaces the live region. Each line must fit the width, and all of them the height. Only where `isLive`. */
  draw(lines: readonly string[]): void {
    const start = this.#hidden ? '' : HIDE_CURSOR;
    this.#hidden = true;
    this.#write(this.#out, start + this.#eraseRegion() + lines.map((line) => `${line}\n`).join(''));
    this.#region = lines;
    this.#drawnColumns = this.columns;
  }

  /** Leaves the live region standing as it is, below what comes next, and gives the cursor back. */
  release(): void {
    this.#region = [];
    if (this.#hidden) this.#write(this.#out, SHOW_CURSOR);
    this.#hidden = false;
  }

  /** Writes a line (without its end) to standard output, above the region. */
  writeOut(line: string): void {
    this.#aboveRegion(this.#out, line);
  }

  /** Writes bytes to standard output as they are. Only where it is not `isLive`. */
  writeBytes(bytes: Buffer): void {
    if (!this.#gone.has(this.#out)) this.#out.write(bytes);
  }

  /** Writes a line (without its end) to standard error, above the region. */
  writeError(line: string): void {
    this.#aboveRegion(this.#err, line);
  }

  #aboveRegion(stream: TerminalStream, line: string): void {
    // Standard error may go to a file while the table is on the screen: then nothing has to make way.
    if (this.#region.length === 0 || stream.isTTY !== true) {
      this.#write(stream, `${line}\n`);
      return;
    }
    this.#write(this.#out, this.#eraseRegion());
    this.#write(stream, `${line}\n`);
    this.#write(this.#out, this.#region.map((text) => `${text}\n`).join(''));
  }

  /** Up to the region's first line, then nothing below; after a change of width, a fresh screen. */
  #eraseRegion(): string {
    if (this.#region.length === 0) return '';
    return this.columns === this.#drawnColumns ? `\x1b[${this.#region.length}F${ERASE_BELOW}` : CLEAR_SCREEN;
  }

  #write(stream: TerminalStream, text: string): void {
    if (text !== '' && !this.#gone.has(stream)) stream.write(text);
  }
}

/** The terminal that this process was started in. */
export const terminal = new Terminal(process.stdout, process.stderr);
// Also after a crash, the operator's shell gets its cursor back.
process.once('exit', () => terminal.release());
