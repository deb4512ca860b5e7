/** The options by which every command is told what configuration to use; names as Telegraf's. */
import type { Command } from 'commander';
import { filesInDirectory } from '../config/config-directory.ts';
import type { Diagnostic } from '../config/diagnostics.ts';
import type { PluginSelection } from '../config/select.ts';

export interface ConfigOptions extends PluginSelection {
  readonly config?: readonly string[];
  readonly configDirectory?: readonly string[];
}

/** Adds them to a command. */
export function addConfigOptions(command: Command): Command {
  return command
    .option('--config <file>', 'a configuration file; may be given again', collect)
    .option('--config-directory <folder>', 'all *.conf, *.yaml and *.yml files below a folder; may be given again', collect)
    .option('--input-filter <ids>', 'only these inputs, as in cpu:net', collectIds)
    .option('--output-filter <ids>', 'only these outputs, as in influxdb:file', collectIds)
    .option('--select <labels>', 'only plugins whose labels match, as in app=web;region=eu*; may be given again', collect);
}

/** The files that make up one configuration, in order: named ones, `--config`, then `--config-directory`. */
export async function configFiles(named: readonly string[], options: ConfigOptions): Promise<readonly string[] | Diagnostic> {
  const files = [...named, ...(options.config ?? [])];
  for (const directory of options.configDirectory ?? []) {
    const found = await filesInDirectory(directory);
    if ('message' in found) return found;
    if (found.length === 0) return { location: undefined, subject: directory, message: 'holds no *.conf, *.yaml or *.yml file' };
    files.push(...found);
  }
  return files;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function collectIds(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(':').filter((id) => id !== '')];
}
