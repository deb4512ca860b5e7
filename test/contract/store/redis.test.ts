import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startRedis, type RedisServer } from '../../support/redis.ts';
import { outboxStore } from '../../support/outbox.ts';
import { describeStore } from './contract.ts';
import { describeDurableStore } from './durable.ts';

let redis: RedisServer;
const folders: string[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop());

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function freshPlace(): Promise<{ directory: string; url: string; prefix: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'wattbridge-outbox-'));
  folders.push(directory);
  return { directory, url: redis.url, prefix: randomUUID() };
}

describeStore('redis', async (options = {}) => outboxStore({ ...(await freshPlace()), ...options }));
describeDurableStore('redis', async () => {
  const place = await freshPlace();
  return (options = {}) => outboxStore({ ...place, ...options });
});
