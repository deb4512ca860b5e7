/**
 * The store alone: batches committed one after the other, as by one pusher who waits, and sent right away by one sender: in memory, on the
 * disk, and through a real Redis (whose own CPU time is not counted). CPU time is of the whole process, worker thread included; the rest of a push (HTTP, parsing, encoding) is not in it.
 *
 *     node test/bench/queue.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../src/config/secret.ts';
import { openDiskStore } from '../../src/queue/disk/disk-store.ts';
import { MemoryStore } from '../../src/queue/memory/memory-store.ts';
import { openOutboxStore } from '../../src/queue/redis/outbox-store.ts';
import type { Batching } from '../../src/queue/redis/relay.ts';
import type { StateSpec, Store } from '../../src/queue/store.ts';
import { startRedis } from '../support/redis.ts';
import { posts } from './lines.ts';

/** How many commits wait at a time. */
const PUSHERS = 2;
/** Entries of state that a batch changes, at most: what the energy processor and its host totals do. */
const CHANGED_ENTRIES = 250;
const unbounded = { maxPoints: Infinity, maxBytes: Infinity, maxAgeMs: Infinity, overflow: 'block' } as const;
// As much as the pushers commit at a time: a sender that keeps up.
const limits = { maxPoints: 5000 * PUSHERS, maxBytes: 16e6, maxPartitions: 4, separateResent: false };
const energyLike: StateSpec<number> = {
  name: 'energy',
  version: 1,
  encode: (value) => `{"totalMicros":${value},"last":[1700000000000,123.45],"held":[]}`,
  decode: Number,
};

function nothing(): void {
  // What a store says is not measured.
}

const common = { bounds: () => unbounded, onDrop: nothing };
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

async function run(name: string, store: Store, linesPerBatch: number, batches: number, withState: boolean): Promise<number> {
  const bodies = [...posts(Math.min(batches, 40) * linesPerBatch, linesPerBatch)];
  const state = store.state({ ...energyLike, name: `${name} ${linesPerBatch}` });
  const queue = store.queue(`outputs.bench#${linesPerBatch}`);
  let at = 0;
  const push = async (): Promise<void> => {
    while (at < batches) {
      const body = bodies[at++ % bodies.length];
      if (withState) for (let key = 0; key < Math.min(CHANGED_ENTRIES, linesPerBatch); key++) state.set(`series ${key}`, at * 1e6);
      const payload = { destination: 'db', body, points: linesPerBatch, firstMs: 1, lastMs: 2, partition: 0 };
      await store.commit({ payloads: new Map([[`outputs.bench#${linesPerBatch}`, [payload]]]) });
    }
  };
  let added = Promise.withResolvers<void>();
  queue.onAdded(() => {
    added.resolve();
    added = Promise.withResolvers();
  });
  const send = async (): Promise<void> => {
    for (let sent = 0; sent < batches;) {
      const more = added.promise;
      const lease = await queue.take(limits);
      await (lease?.settle([]) ?? more);
      sent += lease?.payloads.length ?? 0;
    }
  };
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all([send(), ...Array.from({ length: PUSHERS }, push)]);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const lines = batches * linesPerBatch;
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0) * (batches / bodies.length);
  const perLine = (user + system) / lines;
  process.stdout.write(
    `${name.padEnd(20)} ${String(linesPerBatch).padStart(5)} lines a batch  ${perLine.toFixed(3).padStart(8)} us CPU/line` +
      `  ${(bytes / 1e6 / seconds).toFixed(0).padStart(5)} MB/s  ${Math.round(batches / seconds)
        .toLocaleString('en')
        .padStart(8)} commits/s  ${((seconds / batches) * PUSHERS * 1000).toFixed(2).padStart(6)} ms a commit\n`,
  );
  return perLine;
}

async function runRedis(name: string, linesPerBatch: number, batches: number, withState: boolean): Promise<number> {
  const server = await startRedis();
  const directory = mkdtempSync(join(tmpdir(), 'wattbridge-bench-'));
  const disk = await openDiskStore({ ...common, directory, outputs: [], log });
  const redis = { url: server.url, username: '', password: new Secret(''), prefix: 'bench', node: 'bench' };
  const batching = (): Batching => ({ points: 5000, lingerMs: 10 });
  const store = await openOutboxStore({ ...common, disk, redis, batching, log });
  try {
    while (!store.isConnected) await sleep(5);
    return await run(name, store, linesPerBatch, batches, withState);
  } finally {
    await store.close();
    await server.stop();
    rmSync(directory, { recursive: true });
  }
}

const sizes = [
  [5000, 200],
  [100, 2000],
  [1, 4000],
] as const;
for (const [linesPerBatch, batches] of sizes) {
  for (const withState of [false, true]) {
    const suffix = withState ? ', state' : '';
    const memory = await run(`memory${suffix}`, new MemoryStore(common), linesPerBatch, batches, withState);
    const directory = mkdtempSync(join(tmpdir(), 'wattbridge-bench-'));
    const store = await openDiskStore({ ...common, directory, outputs: [], log });
    const disk = await run(`disk${suffix}`, store, linesPerBatch, batches, withState);
    await store.close();
    rmSync(directory, { recursive: true });
    const redis = await runRedis(`redis${suffix}`, linesPerBatch, batches, withState);
    process.stdout.write(
      `${' '.repeat(20)} durability: ${(disk - memory).toFixed(3)} us/line; through Redis: ${(redis / disk).toFixed(1)} times the disk\n`,
    );
  }
}
