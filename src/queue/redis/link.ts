/**
 * The connection to Redis, and BullMQ's queues on it. It fails fast: while Redis is away every call rejects, and whoever called
 * tries again when told that Redis is back. All that is done over it can be done twice.
 */
import { createRedisBackend, Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Secret } from '../../config/secret.ts';
import { errorText } from '../../telemetry/error-text.ts';
import type { Log } from '../../telemetry/log.ts';
import { letLostCommandsGo } from './lost-commands.ts';
import { readFacts, type RedisFacts } from './persistence.ts';
import { Refusal } from './refusal.ts';

export interface RedisSettings {
  /** `redis://host:port/database`, or `rediss://` for TLS. */
  readonly url: string;
  readonly username: string;
  readonly password: Secret;
  readonly tls?: NonNullable<RedisOptions['tls']>;
  /** Put before every key; bridges and senders with the same one work together. */
  readonly prefix: string;
  /** The name of this bridge, for people. */
  readonly node: string;
}

/** How long a sender owns a job without a sign of life; a dead one is replaced after at most this and two looks. */
export const LOCK_MS = 5000;
const LOOK_FOR_DEAD_MS = 2000;
const CONNECT_TIMEOUT_MS = 5000;
/** A Redis that does not answer for so long is as good as away. */
const COMMAND_TIMEOUT_MS = 10_000;
const MAX_RECONNECT_MS = 2000;
/** BullMQ tells of every step of every job in a stream; nobody reads it here. */
const KEPT_EVENTS = 100;

export class RedisLink {
  readonly settings: RedisSettings;
  readonly #log: Log;
  readonly #client: Redis;
  readonly #subscriber: Redis;
  readonly #queues = new Map<string, Queue>();
  readonly #workers = new Map<string, Worker>();
  readonly #listeners = new Map<string, (message: string) => void>();
  readonly #upListeners = new Set<() => void>();
  /** How to end the calls that are under way. */
  readonly #underWay = new Set<(error: Error) => void>();
  readonly #hearAgain: () => void;
  readonly #refusal: Refusal;
  #facts: RedisFacts | undefined;
  #trouble: string | undefined;
  #isClosed = false;

  /** Begins to connect, and goes on until it is closed. */
  constructor(settings: RedisSettings, log: Log) {
    this.settings = settings;
    this.#log = log;
    this.#hearAgain = letLostCommandsGo(log);
    this.#refusal = new Refusal(log);
    this.#client = new Redis(settings.url, clientOptions(settings));
    this.#subscriber = this.#client.duplicate();
    this.#client.on('ready', () => void this.#greet());
    this.#client.on('error', (error: Error) => this.#fail(wordsOf(error)));
    this.#client.on('close', () => this.#fail('the connection was closed'));
    this.#subscriber.on('ready', () => void this.#subscribe());
    this.#subscriber.on('error', (error: Error) => log.debug('Redis tells of nothing new', { reason: error.message }));
    this.#subscriber.on('message', (channel, message) => this.#listeners.get(channel)?.(message));
    for (const client of [this.#client, this.#subscriber]) {
      client.connect().catch((error: unknown) => log.debug('Redis is away', { error }));
    }
  }

  /** Whether calls can be expected to succeed. */
  get isUp(): boolean {
    return this.#facts !== undefined;
  }

  /** The run of Redis that it is connected to; empty while it is not. */
  get runId(): string {
    return this.#facts?.runId ?? '';
  }

  /** What is wrong with Redis, in words for an operator; empty when nothing is. */
  health(): readonly string[] {
    if (this.#trouble !== undefined) return [`Redis at ${this.#address} can't be used: ${this.#trouble}`];
    const { words } = this.#refusal;
    const refusal = words === undefined ? [] : [`Redis at ${this.#address} writes nothing: ${words}`];
    return [...refusal, ...(this.#facts?.warnings ?? [])];
  }

  /** What a call over this connection gives. It rejects, at the latest, when the connection is lost: BullMQ has promises that outlive that, unsettled. */
  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    const { promise, reject } = Promise.withResolvers<never>();
    this.#underWay.add(reject);
    try {
      return await Promise.race([call(), promise]);
    } catch (error) {
      this.#refusal.hear(error);
      throw error;
    } finally {
      this.#underWay.delete(reject);
    }
  }

  /** For commands of Redis itself. */
  get client(): Redis {
    return this.#client;
  }

  /** Calls back whenever Redis can be used again. */
  onUp(listener: () => void): void {
    this.#upListeners.add(listener);
  }

  /** Calls back with every message of a channel. One listener each. */
  listen(channel: string, listener: (message: string) => void): void {
    this.#listeners.set(this.#channel(channel), listener);
    if (this.#subscriber.status === 'ready') void this.#subscribe();
  }

  /** Tells whoever listens; a message may get lost, so nobody may depend on it. */
  publish(channel: string, message: string): void {
    this.#client.publish(this.#channel(channel), message).catch((error: unknown) => this.#log.debug('nobody was told', { channel, error }));
  }

  /** A key of ours beside BullMQ's. */
  key(name: string): string {
    return `${this.settings.prefix}:${name}`;
  }

  /** Where jobs are added. Throws while Redis is away. */
  queue(name: string): Queue {
    const { prefix } = this.settings;
    return this.#cached(this.#queues, name, () => {
      return new Queue(name, { connection: this.#client, prefix, streams: { events: { maxLen: KEPT_EVENTS } } });
    });
  }

  /** Where jobs are taken; it also looks for those of dead senders. Throws while Redis is away. */
  worker(name: string): Worker {
    return this.#cached(this.#workers, name, () => this.#newWorker(name));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#facts = undefined;
    this.#refusal.close();
    for (const reject of this.#underWay) reject(new Error('Redis is not used any more'));
    this.#forget();
    this.#subscriber.disconnect();
    this.#client.disconnect();
    // The last commands end with the connection.
    await new Promise((resolve) => setImmediate(resolve));
    this.#hearAgain();
  }

  get #address(): string {
    const { host, port } = this.#client.options;
    return `${host}:${port}`;
  }

  #channel(name: string): string {
    return `${this.settings.prefix}:${name}`;
  }

  #cached<Made extends Pick<Queue, 'close'> & NodeJS.EventEmitter>(made: Map<string, Made>, name: string, make: () => Made): Made {
    if (!this.isUp) throw new Error(`Redis at ${this.#address} is away`);
    const known = made.get(name) ?? make();
    if (!made.has(name)) known.on('error', (error: Error) => this.#log.debug('Redis failed', { queue: name, reason: error.message }));
    made.set(name, known);
    return known;
  }

  #newWorker(name: string): Worker {
    const options = {
      connection: this.#client,
      prefix: this.settings.prefix,
      autorun: false,
      lockDuration: LOCK_MS,
      stalledInterval: LOOK_FOR_DEAD_MS,
      // A payload outlives any number of senders.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    };
    // Without the connection of its own on which a worker would wait for jobs: senders are told of them.
    const worker = new Worker(name, null, options, (queue, backendOptions) => createRedisBackend(queue, backendOptions));
    void worker.startStalledCheckTimer();
    return worker;
  }

  async #greet(): Promise<void> {
    try {
      const facts = await readFacts(this.#client);
      if (this.#trouble !== undefined || this.#facts === undefined) this.#log.info(`connected to ${facts.summary}`, { at: this.#address });
      for (const warning of facts.warnings) this.#log.warn(warning);
      this.#trouble = undefined;
      this.#facts = facts;
      for (const listener of this.#upListeners) listener();
    } catch (error) {
      this.#fail(wordsOf(error));
    }
  }

  async #subscribe(): Promise<void> {
    if (this.#listeners.size === 0) return;
    try {
      await this.#subscriber.subscribe(...this.#listeners.keys());
    } catch (error) {
      this.#log.debug('Redis tells of nothing new', { error });
    }
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    // The close that follows an error says less than the error.
    if (this.#trouble === undefined) {
      this.#log.error("Redis can't be used, points are kept on the disks of their bridges", { at: this.#address, reason });
    }
    if (this.#trouble === undefined || reason !== 'the connection was closed') this.#trouble = reason;
    this.#facts = undefined;
    for (const reject of this.#underWay) reject(new Error(`the connection to Redis was lost: ${reason}`));
    // Not before everybody has heard of it: BullMQ's connections, closed while the event goes round, would be handed it with nobody
    // left to listen, and an error that nobody listens for ends the process.
    queueMicrotask(() => this.#forget());
  }

  /** BullMQ's objects learn about Redis once, on their first connection: those of the last one are of no use on the next. */
  #forget(): void {
    const made = [...this.#queues.values(), ...this.#workers.values()];
    this.#queues.clear();
    this.#workers.clear();
    for (const one of made) one.close().catch((error: unknown) => this.#log.debug('Redis failed', { error }));
  }
}

function clientOptions({ username, password, tls }: RedisSettings) {
  const secret = password.reveal();
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectionName: 'wattbridge',
    retryStrategy: (times: number) => Math.min(times * 100, MAX_RECONNECT_MS),
    ...(username !== '' && { username }),
    ...(secret !== '' && { password: secret }),
    ...(tls !== undefined && { tls }),
  } satisfies RedisOptions;
}

function wordsOf(error: unknown): string {
  const words = errorText(error);
  if (/NOAUTH|WRONGPASS|invalid password|without any password/i.test(words)) {
    return `it refuses the password or the user (${words}); check agent.redis.password and agent.redis.username`;
  }
  return /NOPERM/.test(words) ? `the user may not do what is needed (${words}); give it the rights in docs/delivery.md` : words;
}
