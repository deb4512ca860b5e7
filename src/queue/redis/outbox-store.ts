/**
 * The store of a bridge that shares its sending with other machines: queues, state and dead letters are on its own disk, as ever,
 * and what is to be sent is handed on through Redis. Redis is never the only place of an acknowledged point.
 */
import { randomUUID } from 'node:crypto';
import type { Log } from '../../telemetry/log.ts';
import type { Admission, DeadLetters, PayloadQueue, State, StateSpec, Store, StoreOptions, Transaction } from '../store.ts';
import { RedisLink, type RedisSettings } from './link.ts';
import { RedisQueue } from './redis-queue.ts';
import { Relay, type Batching } from './relay.ts';

export interface OutboxStoreOptions extends Pick<StoreOptions, 'bounds' | 'onDrop' | 'now'> {
  /** Where everything is until it is delivered. Closed with the outbox. */
  readonly disk: Store;
  readonly redis: RedisSettings;
  readonly batching: (output: string) => Batching;
  readonly log: Log;
}

/** The id of a queue file, in it: what is in Redis is found again after a restart, and a fresh file never takes it for its own. */
const identity: StateSpec<string> = { name: 'redis.store', version: 1, encode: (id) => id, decode: (text) => text };

/** An outbox on an open store. It need not reach Redis: until it does, everything waits on the disk. */
export async function openOutboxStore(options: OutboxStoreOptions): Promise<OutboxStore> {
  const { disk, redis, log } = options;
  const state = disk.state(identity);
  const id = state.get('id') ?? randomUUID().slice(0, 8);
  state.set('id', id);
  await disk.commit({ payloads: new Map() });
  return new OutboxStore(options, id, new RedisLink(redis, log));
}

export class OutboxStore implements Store {
  readonly #options: OutboxStoreOptions;
  readonly #id: string;
  readonly #link: RedisLink;
  readonly #queues = new Map<string, { readonly relay: Relay; readonly queue: RedisQueue }>();
  #closed: Promise<void> | undefined;

  constructor(options: OutboxStoreOptions, id: string, link: RedisLink) {
    this.#options = options;
    this.#id = id;
    this.#link = link;
  }

  /** Whether Redis can be used now. */
  get isConnected(): boolean {
    return this.#link.isUp;
  }

  get deadLetters(): DeadLetters {
    return this.#options.disk.deadLetters;
  }

  admit(): Admission {
    return this.#options.disk.admit();
  }

  room(timeoutMs: number): Promise<void> {
    return this.#options.disk.room(timeoutMs);
  }

  commit(transaction: Transaction): Promise<void> {
    return this.#options.disk.commit(transaction);
  }

  queue(output: string, maxLeadMs?: number): PayloadQueue {
    return this.#open(output, maxLeadMs).queue;
  }

  state<T>(spec: StateSpec<T>): State<T> {
    return this.#options.disk.state(spec);
  }

  health(): readonly string[] {
    return [...this.#options.disk.health(), ...this.#link.health()];
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const opened = [...this.#queues.values()];
    await Promise.all(opened.map(({ queue }) => queue.close()));
    await Promise.all(opened.map(({ relay }) => relay.close()));
    await this.#link.close();
    await this.#options.disk.close();
  }

  #open(output: string, maxLeadMs = Infinity): { readonly relay: Relay; readonly queue: RedisQueue } {
    const known = this.#queues.get(output);
    if (known !== undefined) return known;
    const { disk, batching, log, bounds, onDrop, now = Date.now } = this.#options;
    const link = this.#link;
    const relay = new Relay({ output, queue: disk.queue(output), store: this.#id, link, batching: batching(output), maxLeadMs, log });
    const queue = new RedisQueue({
      output,
      link,
      outbox: relay,
      maxAgeMs: bounds(output).maxAgeMs,
      now,
      onDrop: (reason, points) => onDrop(output, reason, points),
      log,
    });
    this.#queues.set(output, { relay, queue });
    return { relay, queue };
  }
}
