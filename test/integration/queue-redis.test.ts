import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { RedisLink } from '../../src/queue/redis/link.ts';
import { add, payload, take, textsOf } from '../contract/store/contract.ts';
import { outboxStore } from '../support/outbox.ts';
import { startRedis, type RedisOptions, type RedisServer } from '../support/redis.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function redisWith(options: RedisOptions = {}): Promise<RedisServer> {
  const redis = await startRedis(options);
  cleanups.push(() => redis.stop());
  return redis;
}

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wattbridge-outbox-'));
  cleanups.push(() => rm(directory, { recursive: true }));
  return directory;
}

/** What a link says is wrong, once it says anything, and what it logged. */
async function healthOf(url: string, password: string): Promise<{ health: readonly string[]; lines: string[] }> {
  const lines: string[] = [];
  const note = (message: string, details?: object): void => void lines.push(`${message} ${JSON.stringify(details)}`);
  const link = new RedisLink(
    { url, username: '', password: new Secret(password), prefix: 'x', node: 'test' },
    { debug: () => undefined, info: note, warn: note, error: note },
  );
  cleanups.push(() => link.close());
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(0);
  return { health: link.health(), lines };
}

it('says that a password is wrong or missing, and which option has it', async () => {
  const { url } = await redisWith({ password: 'right' });
  for (const password of ['wrong', '']) {
    const { health, lines } = await healthOf(url, password);
    expect(health.join()).toContain('refuses the password or the user');
    expect(health.join()).toContain('agent.redis.password');
    expect(lines.join()).not.toContain('"wrong"');
  }
  const { health, lines } = await healthOf(url, 'right');
  expect(health).toEqual([]);
  expect(lines.join()).toContain('appendonly yes, appendfsync everysec, maxmemory-policy noeviction');
});

it('warns of settings with which Redis forgets', async () => {
  const { url } = await redisWith({ appendonly: 'no', settings: ['--maxmemory-policy', 'allkeys-lru'] });
  const { health } = await healthOf(url, '');
  expect(health.join()).toContain('set maxmemory-policy noeviction');
  expect(health.join()).toContain('set appendonly yes');
});

it.each([
  ['is full', ['maxmemory', '1'], ['maxmemory', '0'], 'OOM command not allowed'],
  ['misses its replicas', ['min-replicas-to-write', '1'], ['min-replicas-to-write', '0'], 'NOREPLICAS'],
])('says that a Redis that %s writes nothing, keeps what comes, and hands it on when it does again', async (_why, ill, well, words) => {
  const { url } = await redisWith();
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const log = { debug: () => undefined, info: note, warn: note, error: note };
  const { store } = await outboxStore({ url, prefix: 'x', directory: await folder(), batching: { points: 1, lingerMs: 1 }, log });
  cleanups.push(() => store.close());
  const queue = store.queue('out');
  const redis = new Redis(url);
  cleanups.push(() => redis.quit());
  await redis.config('SET', ill[0], ill[1]);

  await add(store, payload('a'));
  await expect.poll(() => store.health().join(), { timeout: 10_000 }).toContain(words);
  expect(store.admit()).toEqual({ status: 'ok' });
  await redis.config('SET', well[0], well[1]);

  await expect.poll(() => redis.llen('x:out-0:wait'), { timeout: 10_000 }).toBe(1);
  expect(textsOf(await take(store))).toEqual(['a']);
  expect(queue.depth.points).toBe(1);
  await expect.poll(() => store.health(), { timeout: 20_000 }).toEqual([]);
  const [begin, ...rest] = lines.filter((line) => line.startsWith('Redis writes'));
  expect([begin, rest]).toEqual(['Redis writes nothing, points are kept on the disks of their bridges', ['Redis writes again']]);
});

it('writes a job again that was damaged in Redis, and sends it in its place', async () => {
  const { url } = await redisWith();
  const { store } = await outboxStore({ url, prefix: 'x', directory: await folder(), batching: { points: 1, lingerMs: 1 } });
  cleanups.push(() => store.close());
  store.queue('out');
  const redis = new Redis(url);
  cleanups.push(() => redis.quit());
  await add(store, payload('a'), payload('b'));
  await expect.poll(() => redis.llen('x:out-0:wait')).toBe(2);
  const oldest = await redis.lindex('x:out-0:wait', -1);
  await redis.hset(`x:out-0:${oldest}`, 'data', '{"body":"damaged"}');

  expect(await store.queue('out').take({ maxPoints: 10, maxBytes: 1e6, maxPartitions: 4, separateResent: false })).toBeUndefined();
  await expect.poll(() => redis.hget(`x:out-0:${oldest}`, 'progress'), { timeout: 5000 }).toBe('0');
  for (const text of ['a', 'b']) {
    const lease = await take(store);
    expect(textsOf(lease)).toEqual([text]);
    await lease.settle([]);
  }
  expect(store.queue('out').depth.points).toBe(0);
});

it('keeps no more than a window in Redis, and nothing when all is delivered', async () => {
  const { url } = await redisWith();
  const { store } = await outboxStore({ url, prefix: 'x', directory: await folder(), batching: { points: 1, lingerMs: 1 } });
  cleanups.push(() => store.close());
  store.queue('out');
  const redis = new Redis(url);
  cleanups.push(() => redis.quit());
  await add(store, ...Array.from({ length: 100 }, (_, at) => payload(String(at))));
  await expect.poll(() => redis.llen('x:out-0:wait')).toBe(16);

  const sent: string[] = [];
  while (store.queue('out').depth.points > 0) {
    const lease = await take(store);
    sent.push(...textsOf(lease));
    await lease.settle([]);
  }
  expect(sent).toEqual(Array.from({ length: 100 }, (_, at) => String(at)));
  await expect.poll(async () => (await redis.keys('x:out-0:*-[0-9]*')).length).toBe(0);
});
