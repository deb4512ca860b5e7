import { formatDiagnostics, type Diagnostic } from '../config/diagnostics.ts';
import { loadConfig, type LoadOptions, type LoadResult } from '../config/load.ts';
import type { PipelineConfig } from '../config/pipeline-config.ts';
import type { Sources } from '../config/source.ts';
import { registry } from '../plugins/registry.generated.ts';
import type { Log } from '../telemetry/log.ts';
import { printError } from './print.ts';

export interface LoadedPipeline {
  readonly config: PipelineConfig;
  readonly sources: Sources;
}

/** The files as one checked configuration; undefined when it has mistakes, which are printed then. */
export async function loadPipeline(files: readonly string[], options: Omit<LoadOptions, 'env'>): Promise<LoadedPipeline | undefined> {
  const loaded = await loadConfig(files, registry, { ...options, env: process.env, onRetry: printRetry });
  if ('config' in loaded) return loaded;
  printDiagnostics(loaded.diagnostics);
  return undefined;
}

function printRetry(message: string): void {
  printError(`wattbridge: ${message}`);
}

/** The same while a pipeline runs: its mistakes are for the log, as is that a server had to be asked again. */
export function loadAgain(files: readonly string[], options: Omit<LoadOptions, 'env'>, log: Log): Promise<LoadResult> {
  return loadConfig(files, registry, { ...options, env: process.env, onRetry: (message) => log.warn(message) });
}

/** Prints what is wrong with a configuration. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  printError(formatDiagnostics(diagnostics));
  printError(`wattbridge: ${diagnostics.length === 1 ? 'one mistake' : `${diagnostics.length} mistakes`} in the configuration`);
}
