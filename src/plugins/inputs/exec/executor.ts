import { resolve } from 'node:path';
import { shownValue } from '../../../config/masking.ts';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import { hasWildcard, matchFiles } from '../../shared/file-patterns.ts';
import { Gate } from '../../shared/gate.ts';
import { logBadText } from '../../shared/line-format.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { logProgramLine } from '../../shared/program-log.ts';
import { createTextReader, type TextReader } from '../../shared/text-format.ts';
import { allCommands, type Command, type ExecConfig } from './config.ts';
import { runCommand, type Outcome } from './run-command.ts';

/** Commands that run at one time; a pattern may match any number. */
const MAX_AT_ONCE = 64;

/** Letters of standard error that stand beside a failure: Telegraf's. */
const MAX_QUOTED = 512;

/** Runs commands at every interval; see `plugin.ts`. */
export class Executor implements PolledInput {
  readonly #config: ExecConfig;
  readonly #context: PluginContext;
  readonly #commands: readonly Command[];
  readonly #reader: TextReader;
  readonly #gate = new Gate(MAX_AT_ONCE);

  constructor(config: ExecConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#commands = allCommands(config);
    this.#reader = createTextReader(config, 'exec', context);
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    const commands = (await Promise.all(this.#commands.map((command) => this.#matching(command)))).flat();
    await Promise.all(commands.map((command) => this.#gate.run(() => this.#run(command, sink, signal))));
  }

  /** The command, or one for each program that its pattern matches. What matches nothing is looked for in PATH. */
  async #matching(command: Command): Promise<readonly Command[]> {
    const [pattern, ...args] = command;
    if (!hasWildcard(pattern)) return [command];
    const { baseDirectory } = this.#context;
    const programs = await matchFiles(pattern, baseDirectory);
    return programs.length === 0 ? [command] : programs.map((program): Command => [resolve(baseDirectory, program), ...args]);
  }

  /** One command's failure takes none of the others with it. */
  async #run(command: Command, sink: Sink, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { timeout: timeoutMs, environment } = this.#config;
    const name = shownValue(command.join(' '));
    try {
      const outcome = await runCommand(command, { timeoutMs, environment, directory: this.#context.baseDirectory, signal });
      if (!signal.aborted) await this.#take(name, outcome, sink, signal);
    } catch (error) {
      this.#fail(`could not run "${name}": ${(error as Error).message}`);
    }
  }

  async #take(name: string, { stdout, stderr, failure }: Outcome, sink: Sink, signal: AbortSignal): Promise<void> {
    if (failure !== undefined && !this.#config.ignore_error) {
      this.#fail(`${failure} for command "${name}"${stderr.trim() === '' ? '' : `: ${firstLine(stderr)}`}`);
      return;
    }
    if (this.#config.log_stderr) this.#logStderr(stderr);
    const read = this.#reader.read(stdout);
    logBadText(this.#context, name, this.#reader, read, 0);
    const taken = await deliverPatiently(sink, read.points, signal);
    if (!taken) this.#context.drop('shutdown', read.points.length);
  }

  #logStderr(stderr: string): void {
    const { log } = this.#context;
    for (const line of stderr.split('\n')) {
      if (line.trim() !== '') logProgramLine(log, line, (text) => log.error(text));
    }
  }

  #fail(message: string): void {
    this.#context.error();
    this.#context.log.error(message);
  }
}

/** The first line, with dots where there is more. */
function firstLine(text: string): string {
  const [line] = text.trim().split('\n', 1);
  const shown = line.slice(0, MAX_QUOTED);
  return shown.length < text.trim().length ? `${shown}...` : shown;
}
