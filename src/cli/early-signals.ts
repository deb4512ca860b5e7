/**
 * Signals that come while the program is still being loaded, which takes some tenths of a second: `systemctl reload` right after a start,
 * for one. Node would end at SIGHUP, and open its debugger at SIGUSR1. Imports nothing large itself.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { isatty } from 'node:tty';

const STDERR = 2;
const EARLY = ['SIGHUP', 'SIGUSR1'] as const;

/** Whether the program was started on a terminal. */
export const hadTerminal = isatty(STDERR);

let wasHungUp = false;

function note(signal: NodeJS.Signals): void {
  wasHungUp ||= signal === 'SIGHUP';
}

/** Keeps these signals from now on. */
export function keepEarlySignals(): void {
  for (const signal of EARLY) process.on(signal, note);
}

/** Whether SIGHUP has come so far; says so once. Call it with listeners of one's own in place: from now on, signals are theirs. */
export function takeEarlyHangup(): boolean {
  for (const signal of EARLY) process.off(signal, note);
  const taken = wasHungUp;
  wasHungUp = false;
  return taken;
}

/** For commands that mean nothing by signals: they are Node's again, also the one that has come. */
export async function letEarlySignalsGo(): Promise<void> {
  // A signal is heard in the next turn of the event loop, and loading may have taken only one.
  await turn();
  if (takeEarlyHangup()) process.kill(process.pid, 'SIGHUP');
}
