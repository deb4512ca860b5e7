import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { AgentConfig } from '../config/common.ts';
import { nearest } from '../config/suggest.ts';
import type { Services } from '../pipeline/services.ts';
import { DiskFullError } from '../queue/disk/disk-store.ts';
import { DirectoryInUseError } from '../queue/disk/lock.ts';
import { errorText } from '../telemetry/error-text.ts';
import type { Logger } from '../telemetry/log.ts';
import { isNoneNamed } from './config-options.ts';
import { dataDirectory } from './data-directory.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { namedPipeline } from './named-pipeline.ts';
import { writePidfile } from './pidfile.ts';
import { reloadingOf, watchFiles } from './reloading.ts';
import { addRunOptions, flagWarnings, levelOf, modeOf, type RunOptions } from './run-options.ts';
import { runPipeline, type Mode } from './run-pipeline.ts';
import { createServices, newLasting, openLog, openServices } from './services.ts';
import { Signals } from './signals.ts';

/** Between looks whether a full disk has space again. */
const SPACE_POLL_MS = 1000;

const EXAMPLES = `
Examples:
  wattbridge run pipelines/pau-kvm.yaml                              run until Ctrl-C
  wattbridge --config telegraf.conf --config-directory telegraf.d    as Telegraf
  wattbridge run telegraf.conf --test                                print what would be sent
  wattbridge run telegraf.conf --once --output-filter file           one round, to the file output only`;

/** `wattbridge run`, which is also what runs when no command is named. */
export function runCommand(finish: Finish): Command {
  const command = new Command('run')
    .description('run a pipeline; several files make one')
    .argument('[files...]', 'pipelines: YAML, or TOML as Telegraf writes it');
  return addRunOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: RunOptions, self: Command) => {
      finish(await run(files, options, self.parent?.commands.map((other) => other.name()) ?? []));
    });
}

async function run(named: readonly string[], options: RunOptions, commands: readonly string[]): Promise<ExitCode> {
  const signals = new Signals();
  // From before the files are read: what changes while they are is a change.
  const watches = modeOf(options).kind === 'run' ? await watchFiles({ named, options }, () => signals.requestReload()) : [];
  try {
    return await runFiles(named, options, signals, commands);
  } finally {
    for (const watch of watches) watch.close();
    signals.release();
  }
}

async function runFiles(named: readonly string[], options: RunOptions, signals: Signals, commands: readonly string[]): Promise<ExitCode> {
  const mode = modeOf(options);
  const optionsOfMode = { ...options, outputsOptional: mode.kind === 'test' };
  const loaded = await namedPipeline(named, optionsOfMode, (files) => usageProblem(files, commands));
  if (typeof loaded === 'number') return loaded;
  const { config, files } = loaded;
  const logger = openLog(config.agent, levelOf(options));
  if (logger === undefined) return ExitCode.failed;
  if (isNoneNamed(named, options)) logger.info(`no configuration was named; using ${files.join(', ')}`);
  const isQuiet = options.quiet === true || config.agent.quiet;
  const lasting = newLasting();
  const directory = queueDirectory(mode, config.agent, files);
  const services =
    directory === undefined
      ? createServices(loaded, logger, { lasting })
      : await openQueues({
          open: () => openServices(loaded, logger, directory, { lasting }),
          directory,
          logger,
          signals: mode.kind === 'run' ? signals : undefined,
        });
  if (typeof services === 'number') return services;
  for (const warning of flagWarnings(options)) logger.warn(warning);
  const removePidfile = options.pidfile === undefined ? undefined : writePidfile(options.pidfile, logger);
  const reloading = mode.kind === 'run' ? reloadingOf({ named, options }, lasting, directory) : undefined;
  const saysSummary = !isQuiet && mode.kind !== 'test';
  return runPipeline({ loaded, services, mode, signals, saysSummary, ...(reloading && { reloading }) }).finally(removePidfile);
}

/** The folder of queues and state; undefined where they are in memory: since that is asked for, or since nothing is to be kept of one round. */
function queueDirectory(
  mode: Mode,
  { queue_driver: driver, data_directory: configured }: AgentConfig,
  files: readonly string[],
): string | undefined {
  const isOneRound = mode.kind === 'test' || (mode.kind === 'once' && configured === undefined);
  return driver === 'memory' || isOneRound ? undefined : dataDirectory(configured, files, process.cwd());
}

interface Opening {
  readonly open: () => Promise<Services>;
  readonly directory: string;
  readonly logger: Logger;
  /** Left out: a full disk is a failure. */
  readonly signals: Signals | undefined;
}

/**
 * Opens the queues; or gives the code to end with, and has said why. On a full disk it waits for space, as it would if the disk had filled
 * up later.
 */
async function openQueues({ open, directory, logger, signals }: Opening): Promise<Services | ExitCode> {
  for (let tries = 1; ; tries++) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof DiskFullError) || signals === undefined) {
        logger.error(openingFailure(error, directory));
        logger.close();
        return ExitCode.failed;
      }
      if (tries === 1) logger.error(`${error.message}; waiting for some, nothing is accepted until then`);
    }
    const isOver = await Promise.race([signals.stopRequested.then(() => true), sleep(SPACE_POLL_MS, false)]);
    if (isOver) return ExitCode.ok;
  }
}

function openingFailure(error: unknown, directory: string): string {
  const reason = errorText(error);
  if (error instanceof DirectoryInUseError) return reason;
  return `the queue can't be kept in ${directory} (${reason}); give it another folder (agent.data_directory), or none (agent.queue_driver: memory)`;
}

/** Since a file may come without `run`, a mistyped command looks like one. */
function usageProblem(files: readonly string[], commands: readonly string[]): string | undefined {
  if (files.length === 0) return 'which pipeline? Name a file (wattbridge run pipelines/pau-kvm.yaml), or try: wattbridge start';
  const word = files.find((file) => /^[a-z]+$/.test(file) && !existsSync(file));
  if (word === undefined) return undefined;
  const meant = nearest(word, commands);
  return `there is no command and no file "${word}"; ${meant === undefined ? 'wattbridge --help lists the commands' : `did you mean "wattbridge ${meant}"?`}`;
}
