import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { AgentConfig } from '../config/common.ts';
import { nearest } from '../config/suggest.ts';
import type { Services } from '../pipeline/pipeline.ts';
import { DirectoryInUseError } from '../queue/disk/lock.ts';
import { MemoryStore } from '../queue/memory.ts';
import type { LogLevel } from '../telemetry/log-level.ts';
import type { Logger } from '../telemetry/log.ts';
import { addConfigOptions, configFiles, isNoneNamed, type ConfigOptions } from './config-options.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { dataDirectory } from './data-directory.ts';
import type { Reloading } from './candidate.ts';
import { loadAgain, loadPipeline, printDiagnostics, type LoadedPipeline } from './load.ts';
import { printError } from './print.ts';
import { runPipeline, type Mode } from './run-pipeline.ts';
import { configuredLogger, continueServices, createServices, newLasting, openServices, type Lasting } from './services.ts';
import { Signals } from './signals.ts';

interface RunOptions extends ConfigOptions {
  readonly once?: boolean;
  readonly test?: boolean;
  readonly testWait?: number;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

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
  return addConfigOptions(command)
    .option('--once', 'gather once, send everything, end')
    .option('--test', 'gather once and print what would be sent; outputs are not used')
    .option('--test-wait <seconds>', 'how long service inputs run in --test and --once; alone it implies --test', parseSeconds)
    .option('--quiet', 'log errors only')
    .option('--debug', 'log more')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: RunOptions, self: Command) => {
      finish(await run(files, options, self.parent?.commands.map((other) => other.name()) ?? []));
    });
}

async function run(named: readonly string[], options: RunOptions, commands: readonly string[]): Promise<ExitCode> {
  const signals = new Signals();
  try {
    return await runFiles({ named, options, signals }, commands);
  } finally {
    signals.release();
  }
}

/** What is run, as the command line says it. */
interface Order {
  readonly named: readonly string[];
  readonly options: RunOptions;
  readonly signals: Signals;
}

async function runFiles(order: Order, commands: readonly string[]): Promise<ExitCode> {
  const { named, options, signals } = order;
  const files = await configFiles(named, options);
  if ('message' in files) {
    printDiagnostics([files]);
    return ExitCode.badConfig;
  }
  const problem = usageProblem(files, commands);
  if (problem !== undefined) {
    printError(`wattbridge: ${problem}`);
    return ExitCode.usage;
  }
  const mode = modeOf(options);
  const loaded = await loadPipeline(files, { ...options, outputsOptional: mode.kind === 'test' });
  if (loaded === undefined) return ExitCode.badConfig;
  const { config } = loaded;
  const logger = configuredLogger(config.agent, levelOf(options));
  if (isNoneNamed(named, options)) logger.info(`no configuration was named; using ${files.join(', ')}`);
  const isQuiet = options.quiet === true || config.agent.quiet;
  const lasting = newLasting();
  const directory = queueDirectory(mode, config.agent, files);
  const services = await servicesFor(loaded, logger, directory, lasting);
  if (services === undefined) return ExitCode.failed;
  if (mode.kind !== 'run') return runPipeline({ loaded, services, mode, signals, saysSummary: !isQuiet && mode.kind !== 'test' });
  return runPipeline({ loaded, services, mode, signals, saysSummary: !isQuiet, reloading: reloadingOf(order, lasting, directory) });
}

function reloadingOf({ named, options }: Order, lasting: Lasting, directory: string | undefined): Reloading {
  return {
    lasting,
    load: async () => {
      const files = await configFiles(named, options);
      return 'message' in files ? { diagnostics: [files] } : loadAgain(files, options);
    },
    logger: (agent) => configuredLogger(agent, levelOf(options)),
    services: (loaded, logger, { store }, legacy) => {
      if (store instanceof MemoryStore) return Promise.resolve(continueServices(store, loaded, logger, { lasting, legacy }));
      if (directory === undefined) throw new Error('a queue on the disk without a directory');
      return openServices(loaded, logger, directory, { lasting, legacy });
    },
  };
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

/** With queues in that folder, or in memory; undefined, and said, when the disk can't be used. */
async function servicesFor(
  loaded: LoadedPipeline,
  logger: Logger,
  directory: string | undefined,
  lasting: Lasting,
): Promise<Services | undefined> {
  if (directory === undefined) return createServices(loaded, logger, { lasting });
  try {
    return await openServices(loaded, logger, directory, { lasting });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isSaid = error instanceof DirectoryInUseError;
    logger.error(
      isSaid
        ? reason
        : `the queue can't be kept in ${directory} (${reason}); give it another folder (agent.data_directory), or none (agent.queue_driver: memory)`,
    );
    logger.close();
    return undefined;
  }
}

/** Since a file may come without `run`, a mistyped command looks like one. */
function usageProblem(files: readonly string[], commands: readonly string[]): string | undefined {
  if (files.length === 0) return 'which pipeline? Name a file (wattbridge run pipelines/pau-kvm.yaml), or try: wattbridge start';
  const word = files.find((file) => /^[a-z]+$/.test(file) && !existsSync(file));
  if (word === undefined) return undefined;
  const meant = nearest(word, commands);
  return `there is no command and no file "${word}"; ${meant === undefined ? 'wattbridge --help lists the commands' : `did you mean "wattbridge ${meant}"?`}`;
}

/** The command line wins over the configuration. */
function levelOf({ debug, quiet }: RunOptions): LogLevel | undefined {
  if (debug) return 'debug';
  return quiet ? 'error' : undefined;
}

function modeOf(options: RunOptions): Mode {
  const waitMs = (options.testWait ?? 0) * 1000;
  if (options.once) return { kind: 'once', waitMs };
  return options.test || waitMs > 0 ? { kind: 'test', waitMs } : { kind: 'run' };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0) throw new InvalidArgumentError('give a number of seconds, as in 10.');
  return seconds;
}
