import { configFiles, type ConfigOptions } from './config-options.ts';
import { ExitCode } from './exit-code.ts';
import { loadPipeline, printDiagnostics, type LoadedPipeline } from './load.ts';
import { printError } from './print.ts';

/** A pipeline that a command line names. */
export interface NamedPipeline extends LoadedPipeline {
  /** Its files, in order. */
  readonly files: readonly string[];
}

/** What is wrong with how a command was called, by the files that it is to use, and what to do; undefined for nothing. */
export type UsageCheck = (files: readonly string[]) => string | undefined;

/** The check of a command that needs a pipeline: asks this where there is none. */
export function needsPipeline(question: string): UsageCheck {
  return (files) => (files.length === 0 ? question : undefined);
}

/** The pipeline that `named` files and the options give, checked; or, where that is none, the code to end with: the reason is printed then. */
export async function namedPipeline(
  named: readonly string[],
  options: ConfigOptions & { readonly outputsOptional?: boolean },
  usageProblem: UsageCheck,
): Promise<NamedPipeline | ExitCode> {
  const files = await configFiles(named, options);
  if ('message' in files) {
    printDiagnostics([files]);
    return ExitCode.badConfig;
  }
  const problem = usageProblem(files);
  if (problem !== undefined) {
    printError(`wattbridge: ${problem}`);
    return ExitCode.usage;
  }
  const loaded = await loadPipeline(files, options);
  return loaded === undefined ? ExitCode.badConfig : { ...loaded, files };
}
