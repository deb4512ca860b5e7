import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../src/config/secret.ts';
import { openOutboxStore, type OutboxStore } from '../../src/queue/redis/outbox-store.ts';
import type { StoreDrop } from '../../src/queue/store.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { diskStore, type DiskStoreOptions } from './store.ts';

export interface OutboxOptions extends DiskStoreOptions {
  readonly url: string;
  readonly prefix: string;
  readonly log?: Log;
  /** Points that make a job, and how long fewer wait. */
  readonly batching?: { readonly points: number; readonly lingerMs: number };
}

const silent = (): void => undefined;
const noLog: Log = { debug: silent, info: silent, warn: silent, error: silent };

/** An outbox on a disk and a Redis, connected. Unless told otherwise, it hands payloads on only when a sender asks. */
export async function outboxStore(options: OutboxOptions): Promise<{ store: OutboxStore; dropped: Map<StoreDrop, number> }> {
  const { url, prefix, log = noLog, batching = { points: 1000, lingerMs: 60_000 }, now } = options;
  const { store: disk, dropped } = await diskStore(options);
  const count = (reason: StoreDrop, points: number): Map<StoreDrop, number> => dropped.set(reason, (dropped.get(reason) ?? 0) + points);
  const store = await openOutboxStore({
    disk,
    redis: { url, username: '', password: new Secret(''), prefix, node: 'test' },
    batching: () => batching,
    bounds: () => ({ maxPoints: Infinity, maxBytes: Infinity, maxAgeMs: Infinity, overflow: 'block', ...options.bounds }),
    onDrop: (_output, reason, points) => void count(reason, points),
    log,
    ...(now && { now }),
  });
  while (!store.isConnected) await sleep(2);
  return { store, dropped };
}
