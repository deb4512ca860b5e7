/** The options by which every command is told what configuration to use; names as Telegraf's. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { filesInDirectory } from '../config/config-directory.ts';
import { defaultFiles } from '../config/default-files.ts';
import type { Diagnostic } from '../config/diagnostics.ts';
import type { VariableHandling } from '../config/parse-source.ts';
import { selectorProblem, type PluginSelection } from '../config/select.ts';

export interface ConfigOptions extends PluginSelection, VariableHandling {
  readonly config?: readonly string[];
  readonly configDirectory?: readonly string[];
  readonly configUrlRetryAttempts?: number;
}

/** Adds them to a command. */
export function addConfigOptions(command: Command): Command {
  command
    .option('--config <file>', 'a configuration file, or its http(s) address; may be given again', collect)
    .option('--config-directory <folder>', 'all *.conf, *.yaml and *.yml files below a folder; may be given again', collect)
    .option('--config-url-retry-attempts <number>', 'how often an address is asked again; 3 unless told otherwise', parseCount)
    .option('--input-filter <ids>', 'only these inputs, as in cpu:net', collectIds)
    .option('--output-filter <ids>', 'only these outputs, as in influxdb:file', collectIds)
    .option('--select <labels>', 'only plugins whose labels match, as in app=web;region=eu*; may be given again', collectSelector);
  for (const flag of WITHOUT_EFFECT) command.addOption(new Option(`--${flag} <ids>`).argParser(collectIds).hideHelp());
  return addVariableOptions(command);
}

/** Telegraf takes these too, and they change nothing but the sample of `config create`. */
const WITHOUT_EFFECT = ['processor-filter', 'aggregator-filter', 'secretstore-filter', 'section-filter'];

/** Adds those that say how variables in TOML are read. */
export function addVariableOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--strict-env-handling', 'variables in TOML stand in texts only; so it is anyway').conflicts('nonStrictEnvHandling'),
    )
    .option('--non-strict-env-handling', 'variables in TOML are put into the raw text: also for numbers, as in limit = ${N}')
    .option('--old-env-behavior', 'variables in TOML as before Telegraf 1.27: $$ is two dollars');
}

/**
 * The files that make up one configuration, in order: named ones, `--config`, then `--config-directory`; when none is given, those at
 * Telegraf's places. Empty when there is none at all.
 */
export async function configFiles(named: readonly string[], options: ConfigOptions): Promise<readonly string[] | Diagnostic> {
  if (isNoneNamed(named, options)) return defaultFiles(process.env);
  const files = [...named, ...(options.config ?? [])];
  for (const directory of options.configDirectory ?? []) {
    const found = await filesInDirectory(directory);
    if ('message' in found) return found;
    if (found.length === 0) return { location: undefined, subject: directory, message: 'holds no *.conf, *.yaml or *.yml file' };
    files.push(...found);
  }
  return files;
}

/** Whether neither a file nor a folder is given. */
export function isNoneNamed(named: readonly string[], { config, configDirectory }: ConfigOptions): boolean {
  return named.length === 0 && config === undefined && configDirectory === undefined;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The names in `cpu:net`, after those given before. */
export function collectIds(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(':').filter((id) => id !== '')];
}

function collectSelector(value: string, before: readonly string[] = []): readonly string[] {
  const problem = selectorProblem(value);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return collect(value, before);
}

function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('give a whole number, as in 3.');
  return Number(text);
}
