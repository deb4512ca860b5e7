import type { AgentConfig } from '../config/common.ts';
import { batchings } from '../pipeline/batching.ts';
import { systemClock } from '../pipeline/clock.ts';
import type { Services } from '../pipeline/pipeline.ts';
import { outputNames, queueBounds } from '../pipeline/queue-bounds.ts';
import { registry } from '../plugins/registry.generated.ts';
import { openDiskStore } from '../queue/disk/disk-store.ts';
import { MemoryStore } from '../queue/memory.ts';
import type { Store, StoreOptions } from '../queue/store.ts';
import type { LogLevel } from '../telemetry/log-level.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { SelfMetrics } from '../telemetry/self-metrics.ts';
import type { LoadedPipeline } from './load.ts';
import { redisSettings } from './redis.ts';
import { version } from './version.ts';

/** The log that the configuration asks for, at another level if one is given. Throws when its file can't be opened. */
export function configuredLogger(agent: AgentConfig, level: LogLevel = levelOf(agent)): Logger {
  return createLogger({ level, format: agent.logformat, file: agent.logfile });
}

function levelOf(agent: AgentConfig): LogLevel {
  if (agent.debug) return 'debug';
  return agent.quiet ? 'error' : 'info';
}

/** What an output's queue may hold where nobody set a bound. */
const DEFAULT_QUEUE_BYTES = { memory: 64 * 1024 * 1024, disk: 1024 * 1024 * 1024 } as const;

/** What a pipeline runs on that keeps nothing: queues in memory, this machine's clock. Relative paths start at the working directory. */
export function createServices(loaded: LoadedPipeline, logger: Logger, baseDirectory = process.cwd()): Services {
  const metrics = new SelfMetrics({ version: version() });
  return servicesOn(new MemoryStore(storeOptions(loaded, metrics, 'memory')), { loaded, logger, metrics, baseDirectory });
}

/** The same with queues and state in a directory, and handed on through Redis if the configuration says so. Rejects, with words for the user, where that can't be used. */
export async function openServices(loaded: LoadedPipeline, logger: Logger, directory: string): Promise<Services> {
  const { agent, outputs } = loaded.config;
  const metrics = new SelfMetrics({ version: version() });
  const surroundings = { loaded, logger, metrics, baseDirectory: process.cwd() };
  const options = { ...storeOptions(loaded, metrics, 'disk'), log: logger };
  const redis = agent.queue_driver === 'redis' ? await redisSettings(agent, process.cwd()) : undefined;
  const disk = await openDiskStore({ ...options, directory, outputs: outputNames(outputs) });
  if (redis === undefined) return servicesOn(disk, surroundings);
  // The clients of Redis take 30 MB: only bridges that share their queues load them.
  const { openOutboxStore } = await import('../queue/redis/outbox-store.ts');
  const store = await openOutboxStore({ ...options, disk, redis, batching: batchings(loaded.config) });
  return { ...servicesOn(store, surroundings), sends: agent.redis.senders };
}

/** What outputs alone run on, that send what is in Redis. Rejects, with words for the user, where a certificate can't be read. */
export async function openSendingServices(loaded: LoadedPipeline, logger: Logger): Promise<Services> {
  const metrics = new SelfMetrics({ version: version() });
  const redis = await redisSettings(loaded.config.agent, process.cwd());
  const { SendingStore } = await import('../queue/redis/sending-store.ts');
  const store = new SendingStore({ ...storeOptions(loaded, metrics, 'disk'), redis, log: logger });
  return servicesOn(store, { loaded, logger, metrics, baseDirectory: process.cwd() });
}

function storeOptions({ config }: LoadedPipeline, metrics: SelfMetrics, driver: keyof typeof DEFAULT_QUEUE_BYTES): StoreOptions {
  const bounds = queueBounds(config, DEFAULT_QUEUE_BYTES[driver]);
  return { bounds, onDrop: (output, reason, points) => metrics.plugin(output).drop(reason, points) };
}

interface Surroundings {
  readonly loaded: LoadedPipeline;
  readonly logger: Logger;
  readonly metrics: SelfMetrics;
  readonly baseDirectory: string;
}

function servicesOn(store: Store, { loaded, logger, metrics, baseDirectory }: Surroundings): Services {
  return { registry, store, logger, metrics, clock: systemClock(), baseDirectory, sources: loaded.sources };
}
