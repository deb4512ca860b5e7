import { z } from 'zod';
import type { Log } from '../../telemetry/log.ts';
import type { QueueDepth } from '../store.ts';
import type { RedisLink } from './link.ts';
import { parse } from './job.ts';
import { backlogKey } from './names.ts';
import { SILENT_MS } from './pace.ts';
import type { Outbox } from './redis-queue.ts';

/** What a bridge says of what waits on its disk for an output. */
const Backlog = z.object({
  node: z.string(),
  payloads: z.number(),
  points: z.number(),
  bytes: z.number(),
  oldestMs: z.number().nullable(),
  /** Where its partitions are, in time; both times here are by Redis' clock, since those of two machines may be hours apart. */
  places: z.array(z.object({ partition: z.number(), id: z.number(), firstMs: z.number(), addedMs: z.number() })).default([]),
  atMs: z.number(),
});
export type Backlog = z.output<typeof Backlog>;

const LOOK_MS = 1000;

/** The backlogs of all bridges, for a process that only sends: it has none of its own. */
export class Backlogs implements Outbox {
  readonly #link: RedisLink;
  readonly #output: string;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #depth: QueueDepth = { payloads: 0, points: 0, bytes: 0, oldestMs: undefined };

  constructor(link: RedisLink, output: string, log: Log) {
    this.#link = link;
    this.#output = output;
    this.#log = log;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    link.onUp(() => void this.#look());
  }

  get depth(): QueueDepth {
    return this.#depth;
  }

  push(): Promise<void> {
    return Promise.resolve();
  }

  answered(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** What is added comes from others, and Redis tells of it. */
  onAdded(): void {
    return undefined;
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  async #look(): Promise<void> {
    if (!this.#link.isUp) return;
    try {
      const nowMs = await redisTime(this.#link);
      const backlogs = await readBacklogs(this.#link, this.#output);
      this.#depth = sum([...backlogs.values()].filter(({ atMs }) => atMs >= nowMs - SILENT_MS));
    } catch (error) {
      this.#log.debug('Redis does not tell what waits', { output: this.#output, error });
    }
  }
}

/** What bridges say of an output, or said last, by the ids of their queue files. Rejects while Redis is away. */
export async function readBacklogs(link: RedisLink, output: string): Promise<Map<string, Backlog>> {
  const told = await link.run(() => link.client.hgetall(link.key(backlogKey(output))));
  const backlogs = new Map<string, Backlog>();
  for (const [store, text] of Object.entries(told)) {
    const { data } = Backlog.safeParse(parse(text));
    if (data !== undefined) backlogs.set(store, data);
  }
  return backlogs;
}

/** Says it for a bridge. Rejects while Redis is away. */
export async function tellBacklog(link: RedisLink, output: string, store: string, backlog: Backlog): Promise<void> {
  await link.run(() => link.client.hset(link.key(backlogKey(output)), store, JSON.stringify(backlog)));
}

/** Redis' clock, in milliseconds since the epoch. Rejects while Redis is away. */
export async function redisTime(link: RedisLink): Promise<number> {
  const [seconds, microseconds] = await link.run(() => link.client.time());
  // Texts, whatever their type says; these operators make numbers of both.
  return seconds * 1000 + microseconds / 1000;
}

function sum(backlogs: Iterable<Backlog>): QueueDepth {
  const total = { payloads: 0, points: 0, bytes: 0 };
  let oldest = Infinity;
  for (const { payloads, points, bytes, oldestMs } of backlogs) {
    total.payloads += payloads;
    total.points += points;
    total.bytes += bytes;
    oldest = Math.min(oldest, oldestMs ?? Infinity);
  }
  return { ...total, oldestMs: oldest === Infinity ? undefined : oldest };
}
