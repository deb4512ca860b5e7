/** Programs that tests run: started on loopback, waited for, and ended by their own pid. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownStateHome } from './state-home.ts';

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
const STOP_TIMEOUT_MS = 10_000;
const KEPT_OUTPUT_CHARS = 64 * 1024;

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it can be used now; asked until it says yes. An exception counts as no. Left out: at once. */
  readonly ready?: (process: RunningProcess) => Promise<boolean> | boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningProcess {
  readonly pid: number;
  /** What it printed on both outputs, the last 64 Ki characters. */
  output(): string;
  /** What it printed on standard output alone, the last 64 Ki characters. */
  stdout(): string;
  /** Undefined while it runs, then its exit code (or the signal's name). */
  exit(): number | string | undefined;
  /** Resolves when it has ended, with the exit code or the signal's name. */
  readonly ended: Promise<number | string>;
  /** Sends a signal (SIGTERM when left out) and waits for the end; SIGKILL after ten seconds. Harmless when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const cleanups = new Set<() => void>();

process.on('exit', () => {
  for (const cleanup of cleanups) cleanup();
});
// Test runners end their workers with a signal, and then no `exit` would come.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

/** Does something when this process ends, however it ends (but by SIGKILL). Gives the function that calls it off. */
export function onExit(cleanup: () => void): () => void {
  cleanups.add(cleanup);
  return () => void cleanups.delete(cleanup);
}

/** Starts a program and waits until it is ready. Throws, with what it printed, when it ends before or takes half a minute. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const child = spawn(options.command, [...options.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...ownStateHome(), ...options.env },
  });
  const running = watch(child, options.command);
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await isReady(options, running))) {
    if (running.exit() !== undefined) {
      throw new Error(`${options.command} ended with ${running.exit()} before it was ready; it printed:\n${running.output()}`);
    }
    if (performance.now() > deadline) {
      await running.stop('SIGKILL');
      throw new Error(`${options.command} was not ready within ${READY_TIMEOUT_MS / 1000} s; it printed:\n${running.output()}`);
    }
    await sleep(POLL_MS);
  }
  return running;
}

async function isReady(options: ProcessOptions, running: RunningProcess): Promise<boolean> {
  if (options.ready === undefined) return true;
  try {
    return await options.ready(running);
  } catch {
    // Not listening yet: that is what the loop is for, and its time limit reports what the program printed.
    return false;
  }
}

function watch(child: ChildProcess, command: string): RunningProcess {
  let printed = '';
  let stdout = '';
  let exit: number | string | undefined;
  const callOff = onExit(() => child.kill('SIGKILL'));
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-KEPT_OUTPUT_CHARS);
  };
  child.stdout?.on('data', keep);
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout = (stdout + chunk.toString()).slice(-KEPT_OUTPUT_CHARS);
  });
  child.stderr?.on('data', keep);
  const ended = new Promise<number | string>((resolve) => {
    const end = (how: number | string): void => {
      callOff();
      exit ??= how;
      resolve(exit);
    };
    child.on('error', (error) => {
      printed += `${command}: ${error.message}\n`;
      end(error.message);
    });
    child.on('close', (code, signal) => end(code ?? signal ?? 'unknown'));
  });
  return {
    pid: child.pid ?? 0,
    output: () => printed,
    stdout: () => stdout,
    exit: () => exit,
    ended,
    async stop(signal = 'SIGTERM') {
      if (exit !== undefined) return;
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A port that was free on 127.0.0.1 a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Whether a process is there and not dead: in a container nobody may take notice of a death (state Z). */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // no such file: no such process
  }
}

/** Throws the one line that installs a program when it is not on the PATH. */
export function requireProgram(command: string, debianPackages: string): void {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, command)));
  if (!found) throw new Error(`${command} is not installed; run: sudo apt-get install -y ${debianPackages}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
