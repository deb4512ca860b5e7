/** Looks at another configuration while a pipeline runs: everything that can be found wrong, and nothing is touched. */
import type { AgentConfig } from '../config/common.ts';
import { diagnosticHead, type Diagnostic } from '../config/diagnostics.ts';
import type { LoadResult } from '../config/load.ts';
import { createPipeline, type Pipeline } from '../pipeline/pipeline.ts';
import type { Handover, Services } from '../pipeline/services.ts';
import type { Log, Logger } from '../telemetry/log.ts';
import type { LoadedPipeline } from './load.ts';
import { createServices, logFailure, type Lasting } from './services.ts';

/** A pipeline and what it runs on. */
export interface Running {
  readonly loaded: LoadedPipeline;
  readonly services: Services;
  readonly pipeline: Pipeline;
}

/** How a bridge gets at another configuration. */
export interface Reloading {
  readonly lasting: Lasting;
  /** Loads the configuration as it is now; the log is for what has to be tried again. */
  readonly load: (log: Log) => Promise<LoadResult>;
  /** The log that a configuration asks for. Throws where its file can't be opened. */
  readonly logger: (agent: AgentConfig) => Logger;
  /** What a pipeline runs on, with the queues and the states of the one before, whose store is closed. */
  readonly services: (loaded: LoadedPipeline, logger: Logger, before: Services, handover: Handover) => Promise<Services>;
}

/** A configuration that is as sure to start as can be known ahead. */
export interface Candidate {
  readonly loaded: LoadedPipeline;
  readonly logger: Logger;
  /** Holds the ports until `discard`, and is never started. */
  readonly trial: Pipeline;
}

/** The configuration as it is now, or everything that is wrong with it, one sentence each. */
export async function examine(
  running: Running,
  { load, logger, lasting }: Reloading,
): Promise<Candidate | { readonly problems: readonly string[] }> {
  const loaded = await load(running.services.logger);
  if ('diagnostics' in loaded) return { problems: loaded.diagnostics.map(diagnosticText) };
  const problems = fixedOptions(running.loaded.config.agent, loaded.config.agent);
  const trial = createPipeline(loaded.config, trialServices(loaded, running.services, lasting));
  if ('diagnostics' in trial) return { problems: [...problems, ...trial.diagnostics.map(diagnosticText)] };
  problems.push(...(await trial.prepare()));
  try {
    if (problems.length === 0) return { loaded, logger: logger(loaded.config.agent), trial };
  } catch (error) {
    problems.push(`agent: ${logFailure(error)}`);
  }
  await trial.discard();
  return { problems };
}

/** A mistake on one line, with what to do about it. */
export function diagnosticText(diagnostic: Diagnostic): string {
  const { hint } = diagnostic;
  return hint === undefined ? diagnosticHead(diagnostic) : `${diagnosticHead(diagnostic)}; ${hint}`;
}

/** What another configuration may not change while the process lives: what waits would stay behind. */
function fixedOptions(before: AgentConfig, now: AgentConfig): string[] {
  const problems: string[] = [];
  const change = (option: string, advice: string): void => void problems.push(`agent: ${option} can't be changed by a reload; ${advice}`);
  if ((before.queue_driver === 'memory') !== (now.queue_driver === 'memory')) change('queue_driver', 'restart the bridge');
  if (before.data_directory !== now.data_directory) {
    change('data_directory', 'what waits in the old one would stay there; restart the bridge');
  }
  return problems;
}

/** Nothing is kept, and what would be only warned of is said when it runs. */
function trialServices(loaded: LoadedPipeline, { logger, baseDirectory }: Services, { ports }: Lasting): Services {
  return { ...createServices(loaded, errorsOnly(logger), { baseDirectory }), ports: ports.user() };
}

function errorsOnly(logger: Logger): Logger {
  const quiet = { debug: silent, info: silent, warn: silent };
  return { ...logger, ...quiet, plugin: (name, level) => ({ ...logger.plugin(name, level), ...quiet }), close: silent };
}

function silent(): void {
  // Not for this log.
}
