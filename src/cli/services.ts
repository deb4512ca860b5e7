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

/** What an output's queue may hold in memory where nobody set a bound. */
const MEMORY_QUEUE_BYTES = 64 * 1024 * 1024;

/** What a pipeline runs on in this process: memory queues, this machine's clock. Relative paths start at the working directory. */
export function createServices({ config, sources }: LoadedPipeline, logger: Logger, baseDirectory = process.cwd()): Services {
  const metrics = new SelfMetrics({ version: version() });
  const store = new MemoryStore({
    bounds: queueBounds(config, MEMORY_QUEUE_BYTES),
    onDrop: (output, reason, points) => metrics.plugin(output).drop(reason, points),
  });
  return {
    registry,
    store,
    logger,
    metrics,
    clock: systemClock(),
    baseDirectory,
    sources,
  };
}
