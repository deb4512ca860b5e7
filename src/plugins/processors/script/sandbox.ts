import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core';
import { loadedEngine } from './engine.ts';
import { GUEST } from './guest.ts';

export interface SandboxOptions {
  /** What the script and all that it keeps may take. */
  readonly memoryBytes: number;
  /** How long one call may keep the processor busy; what other programs take of it meanwhile does not count. */
  readonly timeoutMs: number;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
}

/** A script that failed in the sandbox. */
export class SandboxError extends Error {
  /** `file:line:column`, where it is known. */
  readonly at: string | undefined;

  constructor(message: string, at: string | undefined) {
    super(message);
    this.name = 'SandboxError';
    this.at = at;
  }
}

const NO_FUNCTION = 'it has no function to call: write "export default function (metric) { … }"';

/** Calls within calls end here, well before those of the host do. */
const MAX_STACK_BYTES = 256 * 1024;

/** Promises that a script left behind and that are taken care of after a call. */
const MAX_JOBS = 1000;

/**
 * A world of its own for one script: JavaScript and nothing else, in memory of its own with a bound, and with an end to every call.
 * What goes in and out are numbers and texts, so that no object of the host can be reached from within.
 */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #guest: QuickJSHandle;
  readonly #define: QuickJSHandle;
  readonly #run: QuickJSHandle;
  /** The CPU time of this thread when the engine first asked whether to go on; undefined: it did not take that long yet. */
  #startedUs: number | undefined;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#runtime = loadedEngine().newRuntime();
    this.#runtime.setMemoryLimit(options.memoryBytes);
    this.#runtime.setMaxStackSize(MAX_STACK_BYTES);
    this.#runtime.setInterruptHandler(() => this.#isOver());
    this.#context = this.#runtime.newContext();
    this.#guest = this.#take(this.#context.evalCode(GUEST, 'guest.js'));
    [this.#define, this.#run] = ['define', 'run'].map((name) => this.#context.getProp(this.#guest, name));
    this.#addConsole();
  }

  /** Lets go of all memory. Nothing may be called after it. */
  dispose(): void {
    for (const handle of [this.#define, this.#run, this.#guest]) handle.dispose();
    this.#context.dispose();
    this.#runtime.dispose();
  }

  /** Runs a script as a module, and keeps the function that it exports. Throws `SandboxError`. */
  load(source: string, file: string): void {
    const { type } = this.#timed(() => {
      const module = this.#take(this.#context.evalCode(source, file, { type: 'module' }));
      const used = this.#call('use', module);
      module.dispose();
      const exported = this.#context.getString(used);
      used.dispose();
      return { type: exported };
    });
    if (type !== 'function') throw new SandboxError(NO_FUNCTION, undefined);
  }

  /** Tells the guest what the points of a shape have in common. */
  define(slot: number, text: string): void {
    const args = [this.#context.newNumber(slot), this.#context.newString(text)];
    this.#take(this.#context.callFunction(this.#define, this.#context.undefined, args)).dispose();
    for (const argument of args) argument.dispose();
  }

  /** Calls the script for a metric, its time and values told in JSON; gives an answer of `guest.ts`. Throws `SandboxError`. */
  run(slot: number, id: number, values: string): number | string {
    const context = this.#context;
    const args = [context.newNumber(slot), context.newNumber(id), context.newString(values)];
    try {
      return this.#timed(() => {
        const answer = this.#take(context.callFunction(this.#run, context.undefined, args));
        const told = context.typeof(answer) === 'string' ? context.getString(answer) : context.getNumber(answer);
        answer.dispose();
        return told;
      });
    } finally {
      for (const argument of args) argument.dispose();
    }
  }

  #call(name: string, argument: QuickJSHandle): QuickJSHandle {
    const called = this.#context.getProp(this.#guest, name);
    const result = this.#context.callFunction(called, this.#context.undefined, argument);
    called.dispose();
    return this.#take(result);
  }

  #addConsole(): void {
    const { log } = this.#options;
    const logger = this.#context.newFunction('log', (level, message) => {
      log(this.#context.getString(level) as 'info', this.#context.getString(message));
    });
    this.#call('console', logger).dispose();
    logger.dispose();
  }

  /** Calls into the guest, which must come back in time. */
  #timed<Result>(run: () => Result): Result {
    this.#startedUs = undefined;
    const result = run();
    if (this.#runtime.hasPendingJob()) this.#finishJobs();
    return result;
  }

  /** Asked every ten thousand steps or so: most calls are over before. */
  #isOver(): boolean {
    const { user, system } = process.threadCpuUsage();
    this.#startedUs ??= user + system;
    return user + system - this.#startedUs > this.#options.timeoutMs * 1000;
  }

  #finishJobs(): void {
    const result = this.#runtime.executePendingJobs(MAX_JOBS);
    if (result.error !== undefined) throw this.#failure(result.error);
  }

  #take(result: ReturnType<QuickJSContext['callFunction']>): QuickJSHandle {
    if (result.error !== undefined) throw this.#failure(result.error);
    return result.value;
  }

  /** The error that the guest threw, which may be anything. */
  #failure(handle: QuickJSHandle): SandboxError {
    const error: unknown = this.#context.dump(handle);
    handle.dispose();
    if (typeof error !== 'object' || error === null || !('message' in error)) return new SandboxError(`threw ${String(error)}`, undefined);
    const { name, message, stack } = error as { name?: unknown; message: unknown; stack?: unknown };
    return new SandboxError(this.#wordsOf(String(name), String(message)), placeOf(stack));
  }

  #wordsOf(name: string, message: string): string {
    const { timeoutMs, memoryBytes } = this.#options;
    if (message === 'interrupted') return `stopped: it took more than ${timeoutMs} ms`;
    if (message === 'out of memory') return `out of memory: it may have ${memoryBytes} bytes`;
    return `${name}: ${message}`;
  }
}

/** The innermost place of a stack that is in the script and not in `guest.js`. */
function placeOf(stack: unknown): string | undefined {
  const places = String(stack).matchAll(/(?:\(|at )([^()\n]+:\d+:\d+)\)?$/gm);
  for (const [, place] of places) if (!place.startsWith('guest.js:')) return place;
  return undefined;
}
