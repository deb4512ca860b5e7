/** Bridges that share a Redis wait for each other's backlogs, and for nothing else: no clock, no odd reading may stop them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, expect, it, vi } from 'vitest';
import type { QueuedPayload } from '../../src/queue/payload.ts';
import type { OutboxStore } from '../../src/queue/redis/outbox-store.ts';
import { add, payload } from '../contract/store/contract.ts';
import { outboxStore } from '../support/outbox.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const limits = { maxPoints: 1, maxBytes: 1e6, maxPartitions: 1, separateResent: true };
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function redisServer(): Promise<RedisServer> {
  const redis = await startRedis({ appendonly: 'no' });
  cleanups.push(() => redis.stop());
  return redis;
}

async function bridge(url: string): Promise<OutboxStore> {
  const directory = await mkdtemp(join(tmpdir(), 'wattbridge-pace-'));
  cleanups.push(() => rm(directory, { recursive: true }));
  const { store } = await outboxStore({ url, prefix: 'x', directory, batching: { points: 1, lingerMs: 1 } });
  cleanups.push(() => store.close());
  store.queue('out', 20 * MINUTE);
  return store;
}

function reading(text: string, partition: number, ms: number): QueuedPayload {
  return { ...payload(text), partition, firstMs: ms, lastMs: ms };
}

/** Delivers what there is now, a job at a time; the texts, in order. */
async function deliver(store: OutboxStore): Promise<string[]> {
  const sent: string[] = [];
  for (let lease = await store.queue('out').take(limits); lease !== undefined; lease = await store.queue('out').take(limits)) {
    sent.push(...lease.payloads.map(({ body }) => body.toString()));
    await lease.settle([]);
  }
  return sent;
}

it('hands on a reading of a clock that is hours ahead, while another bridge always has something under way', async () => {
  const { url } = await redisServer();
  const [one, busy] = await Promise.all([bridge(url), bridge(url)]);
  await add(busy, reading('first', 1, Date.now()));
  let lease = await busy.queue('out').take(limits);
  await sleep(1500);
  await add(one, reading('ahead', 0, Date.now() + 2 * HOUR));
  const sent: string[] = [];
  for (let step = 0; step < 60 && !sent.includes('ahead'); step++) {
    // There is always one more before the last is delivered.
    await add(busy, reading(`busy ${step}`, 1, Date.now()));
    await lease?.settle([]);
    await sleep(100);
    lease = await busy.queue('out').take(limits);
    if (lease?.payloads[0].partition !== 0) continue;
    sent.push(...lease.payloads.map(({ body }) => body.toString()));
  }
  expect(sent).toEqual(['ahead']);
});

it('does not hold up others for a clock that stands in 1970', async () => {
  const { url } = await redisServer();
  const store = await bridge(url);
  const now = Date.now();
  await add(store, ...Array.from({ length: 32 }, (_, at) => reading(`1970 ${at}`, 0, 0)));
  await add(store, reading('normal', 1, now));
  await add(store, ...Array.from({ length: 200 }, (_, at) => reading(`1970 ${at + 32}`, 0, 0)));
  const sent: string[] = [];
  await expect
    .poll(
      async () => {
        sent.push(...(await deliver(store)));
        return sent.length;
      },
      { timeout: 20_000 },
    )
    .toBe(233);
  expect(sent.indexOf('normal')).toBeLessThan(100);
});

it('goes on waiting for another bridge when Redis has lost all it knew', async () => {
  const redis = await redisServer();
  const [one, late] = await Promise.all([bridge(redis.url), bridge(redis.url)]);
  const startMs = Date.now() - 5 * HOUR;
  await add(late, reading('late', 1, startMs));
  await sleep(2500);
  await add(one, reading('ahead', 0, startMs + 2 * HOUR));
  await redis.halt('SIGKILL');
  // Its bridge comes back later than the other.
  await late.close();
  await redis.resume();
  await expect.poll(() => one.isConnected, { timeout: 10_000 }).toBe(true);
  await sleep(5000);
  expect(await deliver(one)).toEqual([]);
});

it("waits for a bridge whose clock is an hour behind this machine's, and takes no notice of what no bridge wrote", async () => {
  const { url } = await redisServer();
  const redis = new Redis(url);
  cleanups.push(() => redis.quit());
  const startMs = Date.now() - 5 * HOUR;
  await redis.hset('x:backlog:out', 'nobody', '{');
  const other = await bridge(url);
  await add(other, reading('first', 1, startMs));
  await sleep(2500);
  await other.close();
  const real = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => real() + HOUR);
  const one = await bridge(url);
  await add(one, reading('ahead', 0, startMs + 2 * HOUR));
  await sleep(2500);
  // It is held, not delivered: its bridge is where it was.
  const first = await one.queue('out').take(limits);
  expect(first?.payloads.map(({ body }) => body.toString())).toEqual(['first']);
  expect(await one.queue('out').take(limits)).toBeUndefined();
});
