/**
 * What the process is told by signals: SIGINT and SIGTERM ask for an orderly end, a second one ends it at once; SIGHUP has the
 * configuration loaded anew, and SIGUSR1 sends what is queued, as in Telegraf.
 */
import { isatty } from 'node:tty';
import { hadTerminal, takeEarlyHangup } from './early-signals.ts';
import { ExitCode } from './exit-code.ts';
import { printError } from './print.ts';

/** Past the time that draining may take: something hangs, and the one who asked for the end should not wait for it. */
const OVERTIME_MS = 500;

/** npm hands a Ctrl-C on to its child, which has had it from the terminal already: signals this close together are one. */
const SAME_PRESS_MS = 300;

/** How long setting up may take to notice that the end is asked for. */
const SETUP_MS = 2000;

const STDERR = 2;

export interface SignalHandlers {
  /** How long the process may take to end, from now on. */
  readonly graceMs: () => number;
  /** Left out: SIGHUP asks for the end, too. */
  readonly reload?: () => void;
  /** Left out: SIGUSR1 does nothing. */
  readonly flush?: () => void;
}

/**
 * Listens from the moment it is made, and knows what came before: a signal that comes while things are being set up is not the end of the
 * process.
 */
export class Signals {
  readonly #stop = Promise.withResolvers<void>();
  #handlers: SignalHandlers | undefined;
  #isReloadWanted = false;
  #timer: NodeJS.Timeout | undefined;
  #firstMs = Number.NaN;
  readonly #listeners: readonly [NodeJS.Signals, () => void][] = [
    ['SIGINT', () => this.#onStop()],
    ['SIGTERM', () => this.#onStop()],
    ['SIGHUP', () => this.#onHangup()],
    ['SIGUSR1', () => this.#handlers?.flush?.()],
  ];

  constructor() {
    for (const [signal, listener] of this.#listeners) process.on(signal, listener);
    if (takeEarlyHangup()) this.#onHangup();
  }

  /** Resolves when the end is asked for. */
  get stopRequested(): Promise<void> {
    return this.#stop.promise;
  }

  /** Calls these from now on; also for a reload that was asked for before. */
  handle(handlers: SignalHandlers): void {
    this.#handlers = handlers;
    if (!this.#isReloadWanted) return;
    this.#isReloadWanted = false;
    this.requestReload();
  }

  /** Lets the signals be again. */
  release(): void {
    clearTimeout(this.#timer);
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }

  /** What SIGHUP asks for; where nobody handles it yet, that is done later. */
  requestReload(): void {
    if (this.#handlers === undefined) this.#isReloadWanted = true;
    else if (this.#handlers.reload === undefined) this.#onStop();
    else this.#handlers.reload();
  }

  #onHangup(): void {
    // The terminal has been closed, and nobody asked for anything.
    if (hadTerminal && !isatty(STDERR)) this.#onStop();
    else this.requestReload();
  }

  #onStop(): void {
    if (this.#timer !== undefined) {
      if (performance.now() - this.#firstMs > SAME_PRESS_MS) end('stopped at once; what was queued in memory only is lost');
      return;
    }
    this.#firstMs = performance.now();
    const longestMs = (this.#handlers?.graceMs() ?? SETUP_MS) + OVERTIME_MS;
    this.#timer = setTimeout(
      () => end(`did not come to an end within ${longestMs / 1000} s; ended anyway; what was queued in memory only is lost`),
      longestMs,
    );
    this.#stop.resolve();
  }
}

function end(reason: string): void {
  printError(`wattbridge: ${reason}`);
  process.exit(ExitCode.failed);
}
