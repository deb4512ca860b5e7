/** Ctrl-C and its relatives: the first asks for an orderly end, the second ends at once. */
import { ExitCode } from './exit-code.ts';
import { printError } from './print.ts';

// SIGHUP: the terminal has been closed.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Past the time that draining may take: something hangs, and the one who asked for the end should not wait for it. */
const OVERTIME_MS = 500;

/** npm hands a Ctrl-C on to its child, which has had it from the terminal already: signals this close together are one. */
const SAME_PRESS_MS = 300;

export interface StopRequest {
  /** Resolves at the first signal. */
  readonly requested: Promise<void>;
  /** Lets the signals be again. */
  release(): void;
}

/** Listens for signals from now on; after the first one the process may take `graceMs` to end. */
export function listenForStop(graceMs: number): StopRequest {
  const { promise: requested, resolve } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let firstMs = Number.NaN;
  const onSignal = (): void => {
    if (timer !== undefined) {
      if (performance.now() - firstMs > SAME_PRESS_MS) end('stopped at once; what was queued in memory only is lost');
      return;
    }
    firstMs = performance.now();
    timer = setTimeout(
      () => end(`did not come to an end within ${(graceMs + OVERTIME_MS) / 1000} s; ended anyway; what was queued in memory only is lost`),
      graceMs + OVERTIME_MS,
    );
    resolve();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    requested,
    release() {
      clearTimeout(timer);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

function end(reason: string): void {
  printError(`wattbridge: ${reason}`);
  process.exit(ExitCode.failed);
}
