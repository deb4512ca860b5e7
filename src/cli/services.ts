import type { AgentConfig } from '../config/common.ts';
import { batchings } from '../pipeline/batching.ts';
import { systemClock } from '../pipeline/clock.ts';
import type { Handover, Services } from '../pipeline/services.ts';
import { Ports } from '../pipeline/ports.ts';
import { outputNames, queueBounds } from '../pipeline/queue-bounds.ts';
import { registry } from '../plugins/registry.generated.ts';
import { openDiskStore } from '../queue/disk/disk-store.ts';
import { MemoryStore } from '../queue/memory/memory-store.ts';
import type { Store, StoreOptions } from '../queue/store.ts';
import { errorText } from '../telemetry/error-text.ts';
import type { LogLevel } from '../telemetry/log-level.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { LossLog } from '../telemetry/loss-log.ts';
import { SelfMetrics } from '../telemetry/self-metrics.ts';
import type { LoadedPipeline } from './load.ts';
import { printError } from './print.ts';
import { redisSettings } from './redis.ts';
import { version } from './version.ts';

/** The log that the configuration asks for, at another level if one is given. Throws when its file can't be opened. */
export function configuredLogger(agent: AgentConfig, level: LogLevel = levelOf(agent)): Logger {
  return createLogger({ level, format: agent.logformat, file: agent.logfile });
}

/** The same; undefined, and said on standard error, when it can't be opened. */
export function openLog(agent: AgentConfig, level?: LogLevel): Logger | undefined {
  try {
    return configuredLogger(agent, level);
  } catch (error) {
    printError(`wattbridge: ${logFailure(error)}`);
    return undefined;
  }
}

/** Why a log can't be written, and what to do about it. */
export function logFailure(error: unknown): string {
  return `the log can't be written (${errorText(error)}); give agent.logfile another path, or leave it out`;
}

function levelOf(agent: AgentConfig): LogLevel {
  if (agent.debug) return 'debug';
  return agent.quiet ? 'error' : 'info';
}

/** What an output's queue may hold where nobody set a bound. */
const DEFAULT_QUEUE_BYTES = { memory: 64 * 1024 * 1024, disk: 1024 * 1024 * 1024 } as const;

/** What outlives a reload of the configuration. */
export interface Lasting {
  readonly metrics: SelfMetrics;
  readonly ports: Ports;
}

interface ServicesOptions {
  readonly lasting?: Lasting;
  /** What the pipeline before left. */
  readonly handover?: Handover;
  /** Where relative paths start; the working directory unless given. */
  readonly baseDirectory?: string;
}

/** What a bridge makes once, at its start. */
export function newLasting(): Lasting {
  return { metrics: new SelfMetrics({ version: version() }), ports: new Ports() };
}

/** What a pipeline runs on that keeps nothing: queues in memory, this machine's clock. */
export function createServices(loaded: LoadedPipeline, logger: Logger, options: ServicesOptions = {}): Services {
  const { lasting = newLasting() } = options;
  return servicesOn(new MemoryStore(storeOptions(loaded, lasting, 'memory', logger)), loaded, logger, { ...options, lasting });
}

/**
 * The same with queues and state in a directory, and handed on through Redis if the configuration says so. Rejects, with words for the
 * user, where that can't be used.
 */
export async function openServices(
  loaded: LoadedPipeline,
  logger: Logger,
  directory: string,
  options: ServicesOptions = {},
): Promise<Services> {
  const { agent, outputs } = loaded.config;
  const { lasting = newLasting() } = options;
  const opening = { ...storeOptions(loaded, lasting, 'disk', logger), log: logger };
  const redis = agent.queue_driver === 'redis' ? await redisSettings(agent, process.cwd()) : undefined;
  const disk = await openDiskStore({ ...opening, directory, outputs: outputNames(outputs) });
  if (redis === undefined) return servicesOn(disk, loaded, logger, { ...options, lasting });
  // The clients of Redis take 30 MB: only bridges that share their queues load them.
  const { openOutboxStore } = await import('../queue/redis/outbox-store.ts');
  const store = await openOutboxStore({ ...opening, disk, redis, batching: batchings(loaded.config) });
  return { ...servicesOn(store, loaded, logger, { ...options, lasting }), sends: agent.redis.senders };
}

/** Goes on with queues and state in memory, under another configuration. */
export function continueServices(
  store: MemoryStore,
  loaded: LoadedPipeline,
  logger: Logger,
  options: ServicesOptions & { readonly lasting: Lasting },
): Services {
  const notices = store.reconfigure(storeOptions(loaded, options.lasting, 'memory', logger), outputNames(loaded.config.outputs));
  for (const notice of notices) logger.warn(notice);
  return servicesOn(store, loaded, logger, options);
}

/** What outputs alone run on, that send what is in Redis. Rejects, with words for the user, where a certificate can't be read. */
export async function openSendingServices(loaded: LoadedPipeline, logger: Logger): Promise<Services> {
  const lasting = newLasting();
  const redis = await redisSettings(loaded.config.agent, process.cwd());
  const { SendingStore } = await import('../queue/redis/sending-store.ts');
  const store = new SendingStore({ ...storeOptions(loaded, lasting, 'disk', logger), redis, log: logger });
  return servicesOn(store, loaded, logger, { lasting });
}

function storeOptions(
  { config }: LoadedPipeline,
  { metrics }: Lasting,
  driver: keyof typeof DEFAULT_QUEUE_BYTES,
  logger: Logger,
): StoreOptions {
  const losses = new LossLog(logger);
  return {
    bounds: queueBounds(config, DEFAULT_QUEUE_BYTES[driver]),
    onDrop: (output, reason, points) => {
      metrics.plugin(output).drop(reason, points);
      losses.note(output, reason, points);
    },
  };
}

function servicesOn(
  store: Store,
  { sources }: LoadedPipeline,
  logger: Logger,
  { lasting: { metrics, ports }, handover, baseDirectory = process.cwd() }: ServicesOptions & { readonly lasting: Lasting },
): Services {
  const clock = systemClock();
  return { registry, store, logger, metrics, clock, ports: ports.user(), baseDirectory, sources, ...(handover && { handover }) };
}
