/** Prometheus away for hours, and a backlog whose partitions are of very different sizes: nothing may get so far ahead that the rest is too old. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { partitionOf } from '../../src/pipeline/partitions.ts';
import { QueueFileReader } from '../../src/queue/disk/reader.ts';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess } from '../support/process.ts';
import { startRedis } from '../support/redis.ts';
import { startPrometheus, type Prometheus } from '../support/servers.ts';

const HOURS = 3;
const MINUTES = HOURS * 60;
const BUSY_HOSTS = 40;
const names = Array.from({ length: 1000 }, (_, at) => `kvm-${at}`);
const inPartition = (partition: number): string[] => names.filter((name) => partitionOf([['host', name]]) === partition);
const busy = inPartition(0).slice(0, BUSY_HOSTS);
const sparse = [1, 2, 3].map((partition) => inPartition(partition)[0]);

/** The lines of one minute: busy hosts are read every ten seconds, the others once. */
function linesOf(startMs: number, minute: number, often: readonly string[], seldom: readonly string[]): string {
  const ms = startMs + minute * 60_000;
  const lines = often.flatMap((host) =>
    [0, 10, 20, 30, 40, 50].map((second) => `power,host=${host} watts=${minute} ${ms + second * 1000}000000`),
  );
  return [...lines, ...seldom.map((host) => `power,host=${host} watts=${minute} ${ms}000000`)].join('\n');
}

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function startBridge(prometheus: Prometheus, agent = ''): Promise<{ push: (lines: string) => Promise<void>; left: () => Left }> {
  const folder = await mkdtemp(join(tmpdir(), 'wattbridge-uneven-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const listen = `127.0.0.1:${await freePort()}`;
  const file = join(folder, 'pipeline.yaml');
  await writeFile(
    file,
    `agent: { flush_interval: 100ms, metric_batch_size: 500, omit_hostname: true, admin_address: "", data_directory: ${folder}/data${agent} }
inputs:
  - influxdb_listener: { service_address: "${listen}" }
outputs:
  - prometheus_remote_write: { url: "${prometheus.writeUrl}" }
`,
  );
  const ready = async (): Promise<boolean> => (await fetch(`http://${listen}/ping`)).status === 204;
  const bridge = await startProcess({ command: repoPath('bin/wattbridge'), args: ['run', file], ready });
  cleanups.push(() => bridge.stop('SIGKILL'));
  const push = async (body: string): Promise<void> => {
    const answer = await fetch(`http://${listen}/write?db=x`, { method: 'POST', body });
    expect(answer.status).toBe(204);
  };
  return { push, left: () => leftIn(folder) };
}

interface Left {
  readonly points: number;
  readonly letters: number;
}

function leftIn(folder: string): Left {
  const reader = new QueueFileReader(join(folder, 'data'));
  try {
    const [{ depth, deadLetters }] = reader.outputs();
    return { points: depth.points, letters: deadLetters.letters };
  } finally {
    reader.close();
  }
}

async function prometheusAway(): Promise<{ prometheus: Prometheus; startMs: number }> {
  const prometheus = await startPrometheus();
  cleanups.push(() => prometheus.stop());
  return { prometheus, startMs: Math.floor(Date.now() / 60_000) * 60_000 - HOURS * 3_600_000 };
}

async function expectAll(prometheus: Prometheus, often: readonly string[], seldom: readonly string[]): Promise<void> {
  const series = await prometheus.query(`count_over_time(power_watts[${HOURS + 1}h])`);
  const counts = new Map(series.map(({ metric, value }) => [metric['host'], Number(value?.[1])]));
  expect(counts).toEqual(
    new Map([...often.map((host) => [host, MINUTES * 6] as const), ...seldom.map((host) => [host, MINUTES] as const)]),
  );
}

it(`delivers ${HOURS} hours of readings of busy and of sparse series to a Prometheus that was away`, async () => {
  const { prometheus, startMs } = await prometheusAway();
  const bridge = await startBridge(prometheus);
  await prometheus.halt('SIGKILL');
  for (let minute = 0; minute < MINUTES; minute++) await bridge.push(linesOf(startMs, minute, busy, sparse));
  await prometheus.resume();
  await expect.poll(bridge.left, { timeout: 90_000 }).toEqual({ points: 0, letters: 0 });
  await expectAll(prometheus, busy, sparse);
});

it('does so with two bridges that share a Redis, of which one has few series', async () => {
  const { prometheus, startMs } = await prometheusAway();
  const redis = await startRedis();
  cleanups.push(() => redis.stop());
  const agent = `, queue_driver: redis, redis: { url: "${redis.url}" }`;
  const [one, other] = await Promise.all([startBridge(prometheus, agent), startBridge(prometheus, agent)]);
  const seldom = [...sparse, ...[1, 2, 3].map((partition) => inPartition(partition)[1])];
  await prometheus.halt('SIGKILL');
  for (let minute = 0; minute < MINUTES; minute++) {
    await one.push(linesOf(startMs, minute, busy, seldom.slice(0, 2)));
    await other.push(linesOf(startMs, minute, [], seldom.slice(2)));
  }
  await prometheus.resume();
  await expect
    .poll(() => [one.left(), other.left()], { timeout: 100_000 })
    .toEqual([
      { points: 0, letters: 0 },
      { points: 0, letters: 0 },
    ]);
  await expectAll(prometheus, busy, seldom);
});
