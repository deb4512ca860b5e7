/**
 * A program that was started, with everything it starts in turn: it leads a process group of its own, so that all of it can be ended
 * together and nothing is left behind.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a program may take to end by itself before it is killed; Telegraf's. */
export const KILL_GRACE_MS = 5000;

const POLL_MS = 20;

/** How long the last words in the pipes may take to be read when everybody is gone. */
const LAST_WORDS_MS = 500;

/** How a program ended: with a code, or by a signal; by neither: it would not. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Surroundings {
  /** `KEY=value`, over this process' own environment. */
  readonly environment: readonly string[];
  readonly directory: string;
}

export class ProcessGroup {
  /** Resolves when the program is gone; what it started may still run. */
  readonly exited: Promise<void>;
  /** Resolves when the program is gone and nobody can write to its output any more. */
  readonly closed: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #close: (exit: Exit) => void;
  #isClosed = false;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
    });
    const { promise, resolve } = Promise.withResolvers<Exit>();
    this.closed = promise;
    this.#close = resolve;
    child.once('close', (code, signal) => {
      this.#isClosed = true;
      resolve({ code, signal });
    });
    // What is written to a program that has ended comes to nothing; that it ended is told elsewhere.
    child.stdin.on('error', endFollows);
    child.on('error', endFollows);
  }

  /** Starts a program; without a slash in its name it is looked for in PATH. Throws when it can't be started. */
  static async start([program, ...args]: readonly string[], { environment, directory }: Surroundings): Promise<ProcessGroup> {
    const env = { ...process.env, ...Object.fromEntries(environment.map(splitVariable)) };
    const child = spawn(program, args, { cwd: directory, env, detached: true, stdio: 'pipe' });
    const group = new ProcessGroup(child);
    try {
      await once(child, 'spawn');
      return group;
    } catch (error) {
      throw new Error(startFailure(program, error as NodeJS.ErrnoException), { cause: error });
    }
  }

  get stdin(): Writable {
    return this.#child.stdin;
  }

  get stdout(): Readable {
    return this.#child.stdout;
  }

  get stderr(): Readable {
    return this.#child.stderr;
  }

  /** Sends a signal to the program alone; false when it is gone. */
  signal(name: NodeJS.Signals): boolean {
    return this.#child.kill(name);
  }

  /**
   * Asks the whole group to end, also what is left of it when the program itself is gone, and kills what does not within the grace.
   * Resolves when all is over, or nothing more can be done: a program that became another user can't be killed.
   */
  async end(): Promise<void> {
    this.#signalAll('SIGTERM');
    for (let leftMs = KILL_GRACE_MS; leftMs > 0 && this.#signalAll(0); leftMs -= POLL_MS) {
      // What is left may be dead: in a container nobody may take notice of that.
      if (this.#isClosed) leftMs = Math.min(leftMs, LAST_WORDS_MS);
      await sleep(POLL_MS);
    }
    this.#signalAll('SIGKILL');
    if (this.#isClosed) return;
    // Who left the group may hold the pipes open for ever.
    await Promise.race([this.closed, sleep(LAST_WORDS_MS)]);
    for (const pipe of this.#child.stdio) pipe?.destroy();
    await Promise.race([this.closed, sleep(LAST_WORDS_MS)]);
    this.#close({ code: null, signal: null });
  }

  /** Whether there was anybody to send it to; 0 sends nothing and tells only that. */
  #signalAll(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      return process.kill(-pid, signal);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // EPERM: there is, but of another user
    }
  }
}

/** The end as Go's tools word it: `exit status 3`, `signal: SIGKILL`. */
export function exitText({ code, signal }: Exit): string {
  if (code === null && signal === null) return 'it could not be ended';
  return signal === null ? `exit status ${code}` : `signal: ${signal}`;
}

function startFailure(program: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return `there is no ${program}${program.includes('/') ? '' : ' in PATH'}`;
    case 'EACCES':
      return `${program} may not be run; is it executable?`;
    default:
      return message;
  }
}

/** `KEY=value` in two. */
function splitVariable(text: string): [key: string, value: string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function endFollows(): void {
  // Nothing to do: 'close' follows.
}
