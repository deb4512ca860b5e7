import { Command, Option } from 'commander';
import type { Diagnostic } from '../config/diagnostics.ts';
import { createPipeline } from '../pipeline/pipeline.ts';
import { createLogger } from '../telemetry/log.ts';
import { addConfigOptions, configFiles, isNoneNamed, type ConfigOptions } from './config-options.ts';
import { contents } from './contents.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { loadPipeline, printDiagnostics, type LoadedPipeline } from './load.ts';
import { print, printError } from './print.ts';
import { createServices } from './services.ts';

interface CheckOptions extends ConfigOptions {
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  wattbridge check pipelines/*.yaml                                     each file on its own
  wattbridge check --config telegraf.conf --config-directory telegraf.d all of it as one pipeline`;

/** `wattbridge check`: everything that is wrong with configurations, without running them. */
export function checkCommand(finish: Finish): Command {
  const command = new Command('check')
    .description('say all that is wrong with pipelines')
    .argument('[files...]', 'pipelines, each checked on its own');
  return addConfigOptions(command)
    .option('--quiet', 'say nothing of what is right')
    .addOption(new Option('--debug', 'for the sake of Telegraf').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: CheckOptions) => finish(await check(files, options)));
}

async function check(named: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const together = named.length > 0 && isNoneNamed([], options) ? [] : await configFiles([], options);
  if ('message' in together) {
    printDiagnostics([together]);
    return ExitCode.badConfig;
  }
  const pipelines = [...named.map((file) => [file]), ...(together.length > 0 ? [together] : [])];
  if (pipelines.length === 0) {
    printError('wattbridge: which pipeline? Name a file: wattbridge check pipelines/pau-kvm.yaml');
    return ExitCode.usage;
  }
  let code: ExitCode = ExitCode.ok;
  for (const files of pipelines) {
    if (!(await checkPipeline(files, options))) code = ExitCode.badConfig;
  }
  return code;
}

async function checkPipeline(files: readonly string[], options: CheckOptions): Promise<boolean> {
  const loaded = await loadPipeline(files, options);
  if (loaded === undefined) return false;
  const diagnostics = pluginDiagnostics(loaded);
  if (diagnostics.length > 0) {
    printDiagnostics(diagnostics);
    return false;
  }
  if (options.quiet) return true;
  for (const warning of loaded.config.warnings) printError(`warning: ${warning}`);
  print(`${files.join(', ')}: ok; ${contents(loaded.config)}`);
  return true;
}

/** What the plugins themselves object to. Making a pipeline does no I/O, so it may be made only to be asked. */
function pluginDiagnostics(loaded: LoadedPipeline): readonly Diagnostic[] {
  const logger = createLogger({ level: 'error' });
  const pipeline = createPipeline(loaded.config, createServices(loaded, logger));
  logger.close();
  return 'diagnostics' in pipeline ? pipeline.diagnostics : [];
}
