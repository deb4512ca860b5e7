/** Prometheus away for hours, and a backlog whose partitions are of very different sizes: nothing may get so far ahead that the rest is too old. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { partitionOf } from '../../src/pipeline/partitions.ts';
import { QueueFileReader } from '../../src/queue/disk/reader.ts';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess } from '../support/process.ts';
import { startPrometheus } from '../support/servers.ts';

const HOURS = 5;
const MINUTES = HOURS * 60;
const BUSY_HOSTS = 40;
const names = Array.from({ length: 1000 }, (_, at) => `kvm-${at}`);
const inPartition = (partition: number): string[] => names.filter((name) => partitionOf([['host', name]]) === partition);
const busy = inPartition(0).slice(0, BUSY_HOSTS);
const sparse = [1, 2, 3].map((partition) => inPartition(partition)[0]);

/** The lines of one minute: busy hosts are read every ten seconds, the others once. */
function linesOf(startMs: number, minute: number): string {
  const ms = startMs + minute * 60_000;
  const often = busy.flatMap((host) =>
    [0, 10, 20, 30, 40, 50].map((second) => `power,host=${host} watts=${minute} ${ms + second * 1000}000000`),
  );
  return [...often, ...sparse.map((host) => `power,host=${host} watts=${minute} ${ms}000000`)].join('\n');
}

it(`delivers ${HOURS} hours of readings of busy and of sparse series to a Prometheus that was away`, async () => {
  const prometheus = await startPrometheus();
  const folder = await mkdtemp(join(tmpdir(), 'wattbridge-uneven-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const file = join(folder, 'pipeline.yaml');
  await writeFile(
    file,
    `agent: { flush_interval: 100ms, metric_batch_size: 500, omit_hostname: true, admin_address: "", data_directory: ${folder}/data }
inputs:
  - influxdb_listener: { service_address: "${listen}" }
outputs:
  - prometheus_remote_write: { url: "${prometheus.writeUrl}" }
`,
  );
  const ready = async (): Promise<boolean> => (await fetch(`http://${listen}/ping`)).status === 204;
  const bridge = await startProcess({ command: repoPath('bin/wattbridge'), args: ['run', file], ready });
  try {
    await prometheus.halt('SIGKILL');
    const startMs = Math.floor(Date.now() / 60_000) * 60_000 - HOURS * 3_600_000;
    for (let minute = 0; minute < MINUTES; minute++) {
      const answer = await fetch(`http://${listen}/write?db=x`, { method: 'POST', body: linesOf(startMs, minute) });
      expect(answer.status).toBe(204);
    }
    await prometheus.resume();
    let left = leftIn(folder);
    for (let tries = 0; tries < 900 && left.points > 0; tries++) {
      await sleep(100);
      left = leftIn(folder);
    }
    expect(left).toEqual({ points: 0, letters: 0 });
    const series = await prometheus.query(`count_over_time(power_watts[${HOURS + 1}h])`);
    const counts = new Map(series.map(({ metric, value }) => [metric['host'], Number(value?.[1])]));
    expect(counts).toEqual(
      new Map([...busy.map((host) => [host, MINUTES * 6] as const), ...sparse.map((host) => [host, MINUTES] as const)]),
    );
  } finally {
    await Promise.all([bridge.stop('SIGKILL'), prometheus.stop()]);
    await rm(folder, { recursive: true });
  }
});

function leftIn(folder: string): { points: number; letters: number } {
  const reader = new QueueFileReader(join(folder, 'data'));
  try {
    const [{ depth, deadLetters }] = reader.outputs();
    return { points: depth.points, letters: deadLetters.letters };
  } finally {
    reader.close();
  }
}
