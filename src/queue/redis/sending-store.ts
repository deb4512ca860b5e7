/** The store of a process that only sends what bridges have put into Redis: it keeps nothing, and what servers refuse goes back to the bridge. */
import type { Log } from '../../telemetry/log.ts';
import { MemoryStore } from '../memory/memory-store.ts';
import type { Admission, DeadLetters, PayloadQueue, State, StateSpec, Store, StoreOptions, Transaction } from '../store.ts';
import { Backlogs } from './backlogs.ts';
import { RedisLink, type RedisSettings } from './link.ts';
import { RedisQueue } from './redis-queue.ts';

export interface SendingStoreOptions extends StoreOptions {
  readonly redis: RedisSettings;
  readonly log: Log;
}

export class SendingStore implements Store {
  readonly #options: SendingStoreOptions;
  readonly #link: RedisLink;
  readonly #queues = new Map<string, { readonly backlogs: Backlogs; readonly queue: RedisQueue }>();
  /** Plugins ask for state that only those who encode points use. */
  readonly #memory: MemoryStore;
  #closed: Promise<void> | undefined;

  constructor(options: SendingStoreOptions) {
    this.#options = options;
    this.#memory = new MemoryStore(options);
    this.#link = new RedisLink(options.redis, options.log);
  }

  get deadLetters(): DeadLetters {
    return this.#memory.deadLetters;
  }

  admit(): Admission {
    return this.#memory.admit();
  }

  room(timeoutMs: number): Promise<void> {
    return this.#memory.room(timeoutMs);
  }

  /** Nothing comes in here: payloads are an error of whoever built the pipeline. */
  commit({ payloads }: Transaction): Promise<void> {
    const added = [...payloads.values()].some((list) => list.length > 0);
    return added ? Promise.reject(new Error('a process that only sends takes no points')) : Promise.resolve();
  }

  queue(output: string): PayloadQueue {
    const known = this.#queues.get(output);
    if (known !== undefined) return known.queue;
    const { bounds, onDrop, log, now = Date.now } = this.#options;
    const link = this.#link;
    const backlogs = new Backlogs(link, output, log);
    const queue = new RedisQueue({
      output,
      link,
      outbox: backlogs,
      maxAgeMs: bounds(output).maxAgeMs,
      now,
      onDrop: (reason, points) => onDrop(output, reason, points),
      log,
    });
    this.#queues.set(output, { backlogs, queue });
    return queue;
  }

  state<T>(spec: StateSpec<T>): State<T> {
    return this.#memory.state(spec);
  }

  health(): readonly string[] {
    return this.#link.health();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const opened = [...this.#queues.values()];
    await Promise.all(opened.map(({ queue }) => queue.close()));
    await Promise.all(opened.map(({ backlogs }) => backlogs.close()));
    await this.#link.close();
    await this.#memory.close();
  }
}
