import type { AgentConfig } from '../config/common.ts';
import { systemClock } from '../pipeline/clock.ts';
import type { Services } from '../pipeline/pipeline.ts';
import { queueBounds } from '../pipeline/queue-bounds.ts';
import { registry } from '../plugins/registry.generated.ts';
import { MemoryStore } from '../queue/memory.ts';
import type { LogLevel } from '../telemetry/log-level.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { SelfMetrics } from '../telemetry/self-metrics.ts';
import type { LoadedPipeline } from './load.ts';
import { version } from './version.ts';

/** The log that the configuration asks for, at another level if one is given. Throws when its file can't be opened. */
export function configuredLogger(agent: AgentConfig, level: LogLevel = levelOf(agent)): Logger {
  return createLogger({ level, format: agent.logformat, file: agent.logfile });
}

function levelOf(agent: AgentConfig): LogLevel {
  if (agent.debug) return 'debug';
  return agent.quiet ? 'error' : 'info';
}

/** What a pipeline runs on in this process: memory queues, this machine's clock. Relative paths start at the working directory. */
export function createServices({ config, sources }: LoadedPipeline, logger: Logger, baseDirectory = process.cwd()): Services {
  return {
    registry,
    store: new MemoryStore(queueBounds(config)),
    logger,
    metrics: new SelfMetrics({ version: version() }),
    clock: systemClock(),
    baseDirectory,
    sources,
  };
}
