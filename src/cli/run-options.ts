/** What `wattbridge run` can be told: Telegraf's flags, so that service files and habits carry over. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '../config/duration.ts';
import type { LogLevel } from '../telemetry/log-level.ts';
import { addConfigOptions, type ConfigOptions } from './config-options.ts';
import type { Mode } from './run-pipeline.ts';

export interface RunOptions extends ConfigOptions {
  readonly once?: boolean;
  readonly test?: boolean;
  /** Seconds. */
  readonly testWait?: number;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly pidfile?: string;
  readonly watchConfig?: 'notify' | 'poll';
  /** Milliseconds, like the others. */
  readonly watchInterval: number;
  readonly watchDebounceInterval: number;
  readonly configUrlWatchInterval?: number;
}

const WATCH_INTERVAL_MS = 1000;
/** Telegraf reloads at once, and so, now and then, a file of which only half is written. */
const DEBOUNCE_MS = 200;

/** Telegraf's flags that do nothing to a run, here or there, and why. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  processorFilter: '--processor-filter: all processors run, as in Telegraf; it is for the sample of config create',
  aggregatorFilter: '--aggregator-filter: all aggregators run, as in Telegraf; it is for the sample of config create',
  sectionFilter: '--section-filter: all sections count, as in Telegraf; it is for the sample of config create',
  secretstoreFilter: '--secretstore-filter: all secret stores can be used',
  pprofAddr: '--pprof-addr: there is no Go to profile; /metrics has memory, CPU and garbage collection',
  printPluginConfigSource: '--print-plugin-config-source: every message about a plugin has its file and line anyway',
  unprotected: '--unprotected: secrets are not locked in memory here',
};

/** Adds them to a command. */
export function addRunOptions(command: Command): Command {
  addConfigOptions(command)
    .option('--once', 'gather once, send everything, end')
    .option('--test', 'gather once and print what would be sent; outputs are not used')
    .option('--test-wait <seconds>', 'how long service inputs run in --test and --once; alone it implies --test', parseSeconds)
    .option('--quiet', 'log errors only')
    .option('--debug', 'log more')
    .option('--pidfile <file>', 'write the process id there')
    .addOption(
      new Option('--watch-config <how>', 'reload when files change: as the system tells, or by looking').choices(['notify', 'poll']),
    )
    .addOption(timeOption('--watch-interval', 'how often to look with --watch-config poll', parseInterval).default(WATCH_INTERVAL_MS, '1s'))
    .addOption(
      timeOption('--watch-debounce-interval', 'how long files must stay as they are before a reload', parseWait).default(
        DEBOUNCE_MS,
        '200ms',
      ),
    )
    .addOption(
      timeOption('--config-url-watch-interval', 'how often to ask whether what --config https://… says has changed', parseInterval),
    )
    .addOption(new Option('--pprof-addr <address>').hideHelp())
    .addOption(new Option('--print-plugin-config-source').hideHelp())
    .addOption(new Option('--unprotected').hideHelp());
  for (const option of refused()) command.addOption(option);
  return command;
}

/** The command line wins over the configuration. */
export function levelOf({ debug, quiet }: RunOptions): LogLevel | undefined {
  if (debug) return 'debug';
  return quiet ? 'error' : undefined;
}

/** How the pipeline is to run. `--test-wait` alone means `--test`, as in Telegraf. */
export function modeOf(options: RunOptions): Mode {
  const waitMs = (options.testWait ?? 0) * 1000;
  if (options.once) return { kind: 'once', waitMs };
  return options.test || waitMs > 0 ? { kind: 'test', waitMs } : { kind: 'run' };
}

/** What somebody should hear of who gave these flags. */
export function flagWarnings(options: RunOptions): string[] {
  const given = new Set(Object.keys(options));
  return Object.entries(WITHOUT_EFFECT).flatMap(([flag, words]) => (given.has(flag) ? [`no effect has ${words}`] : []));
}

/** Telegraf's flags without which a configuration would mean something else. */
function refused(): Option[] {
  return [
    new Option('--plugin-directory <folder>')
      .hideHelp()
      .argParser(refuse("plugins built with Go can't be loaded; run them as programs, with inputs.execd.")),
    new Option('--password <file>')
      .hideHelp()
      .argParser(refuse('no secret store here has a password; there are @{env:NAME} and @{file:/path}.')),
  ];
}

function refuse(words: string): () => never {
  return () => {
    throw new InvalidArgumentError(words);
  };
}

function timeOption(flag: string, description: string, parse: (text: string) => number): Option {
  return new Option(`${flag} <duration>`, description).argParser(parse);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0) throw new InvalidArgumentError('give a number of seconds, as in 10.');
  return seconds;
}

function parseWait(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined || duration < 0 || text.trim() === '') throw new InvalidArgumentError('give a duration, as in 500ms or 10s.');
  return duration;
}

function parseInterval(text: string): number {
  const interval = parseWait(text);
  if (interval === 0) throw new InvalidArgumentError('give a duration above 0, as in 10s.');
  return interval;
}
