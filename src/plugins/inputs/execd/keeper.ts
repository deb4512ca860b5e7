import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { shownValue } from '../../../config/masking.ts';
import type { PluginContext, ServiceInput, Sink } from '../../../pipeline/plugin.ts';
import { waitFor } from '../../../pipeline/wait-for.ts';
import { exitText, KILL_GRACE_MS, ProcessGroup, type Exit } from '../../shared/process-group.ts';
import { logProgramLine } from '../../shared/program-log.ts';
import { MAX_LINE_BYTES, plainLineEnds, wholeLines } from '../../shared/whole-lines.ts';
import type { ExecdConfig } from './config.ts';
import { OutputTaker } from './output-taker.ts';

/** Keeps a program running and takes what it writes; see `plugin.ts`. */
export class ProgramKeeper implements ServiceInput {
  readonly #config: ExecdConfig;
  readonly #context: PluginContext;
  readonly #output: OutputTaker;
  readonly #stop = new AbortController();
  /** Undefined: it is not running. */
  #program: ProcessGroup | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(config: ExecdConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#output = new OutputTaker(config, context);
  }

  async start(sink: Sink): Promise<void> {
    try {
      this.#program = await this.#launch();
    } catch (error) {
      throw new Error(`failed to start "${this.#name}": ${(error as Error).message}${this.#advice()}`, { cause: error });
    }
    this.#running = this.#keepRunning(this.#program, sink);
  }

  /** Tells the program to write. */
  tick(): Promise<void> {
    const program = this.#program;
    const { signal } = this.#config;
    if (program === undefined || signal === 'none') return Promise.resolve();
    if (signal !== 'STDIN') program.signal(signal);
    else if (program.stdin.writableLength === 0) program.stdin.write('\n');
    else return Promise.reject(new Error(`"${this.#name}" does not read its standard input`));
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get #name(): string {
    return this.#config.command[0];
  }

  /** Takes what the program writes, and starts it again when it has ended, until `stop`. */
  async #keepRunning(first: ProcessGroup, sink: Sink): Promise<void> {
    for (let program: ProcessGroup | undefined = first; program !== undefined;) {
      this.#program = program;
      const exit = await this.#follow(program, sink);
      this.#program = undefined;
      program = await this.#successor(exit);
    }
  }

  /** How the program ended; what it left behind is ended as well, or its successor would find it there. */
  async #follow(program: ProcessGroup, sink: Sink): Promise<Exit> {
    const { signal } = this.#stop;
    const onStop = (): void => void endGently(program);
    signal.addEventListener('abort', onStop);
    if (signal.aborted) onStop();
    const ended = program.exited.then(() => program.end());
    await Promise.all([this.#output.take(program.stdout, sink, signal), this.#logStderr(program.stderr), ended]);
    signal.removeEventListener('abort', onStop);
    return program.closed;
  }

  async #logStderr(stderr: Readable): Promise<void> {
    const { log } = this.#context;
    const tellOfLength = (): void => log.error(`stderr of "${this.#name}": left out a line of more than ${MAX_LINE_BYTES} bytes`);
    for await (const lines of wholeLines(stderr, plainLineEnds, tellOfLength)) {
      for (const line of lines.toString('utf8').split('\n')) {
        if (line.trim() !== '') logProgramLine(log, line, (text) => log.error(`stderr: ${JSON.stringify(text)}`));
      }
    }
  }

  /** The program, started once more; undefined when it is not to be. */
  async #successor(exit: Exit): Promise<ProcessGroup | undefined> {
    const { restart_delay: delayMs, stop_on_error: stopOnError } = this.#config;
    if (this.#stop.signal.aborted) return undefined;
    this.#fail(`"${this.#name}" ended: ${exitText(exit)}`);
    if (stopOnError && exit.code !== 0) {
      this.#fail(`"${this.#name}" is not started again, as stop_on_error asks`);
      return undefined;
    }
    while (await waitFor(delayMs, this.#stop.signal)) {
      const program = await this.#relaunch();
      if (program !== undefined) return program;
    }
    return undefined;
  }

  /** Undefined when it can't be started, as while it is being replaced by a newer version. */
  async #relaunch(): Promise<ProcessGroup | undefined> {
    try {
      return await this.#launch();
    } catch (error) {
      this.#fail(`failed to start "${this.#name}" again: ${(error as Error).message}`);
      return undefined;
    }
  }

  #launch(): Promise<ProcessGroup> {
    const { command, environment } = this.#config;
    this.#context.log.info(`starting "${shownValue(command.join(' '))}"`);
    return ProcessGroup.start(command, { environment, directory: this.#context.baseDirectory });
  }

  /** What is wrong when all is written in one text. */
  #advice(): string {
    const { command } = this.#config;
    if (command.length > 1 || !command[0].includes(' ')) return '';
    return '; write the program and each argument as a text of its own: ["/usr/local/bin/meter", "--follow"]';
  }

  #fail(message: string): void {
    this.#context.error();
    this.#context.log.error(message);
  }
}

/** Closes the program's standard input, which tells it to end, and ends it if it does not. */
async function endGently(program: ProcessGroup): Promise<void> {
  program.stdin.end();
  await Promise.race([program.exited, sleep(KILL_GRACE_MS, undefined, { ref: false })]);
  await program.end();
}
