/** An outage of hours, in minutes: gigabytes of backlog build up on the disk and drain, in little memory. `SOAK_BACKLOG_MB` sets how many. */
import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { QueueFileReader } from '../../src/queue/disk/reader.ts';
import { posts } from '../bench/lines.ts';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';

const MB = 1e6;
const BACKLOG_BYTES = Number(process.env['SOAK_BACKLOG_MB'] ?? 5000) * MB;
const MAX_MEMORY_MB = 300;
const LINES_PER_POST = 5000;
const CONNECTIONS = 2;
const POLL_MS = 200;

it(`builds up and drains ${BACKLOG_BYTES / MB} MB of backlog in less than ${MAX_MEMORY_MB} MB of memory`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wattbridge-backlog-'));
  const sinkPort = await freePort();
  let sink: RunningProcess | undefined;
  const { bridge, url } = await startBridge(folder, sinkPort);
  try {
    const pushed = await push(`${url}/write?db=soak`, BACKLOG_BYTES);
    const memoryWhilePushed = await peakMegabytes(bridge.pid);
    expect(waitingPoints(folder)).toBe(pushed.lines);

    sink = await startSink(sinkPort);
    while (waitingPoints(folder) > 0) await sleep(POLL_MS);
    const memory = await peakMegabytes(bridge.pid);
    process.stdout.write(`${pushed.bytes / MB} MB: peak ${memoryWhilePushed} MB while they built up, ${memory} MB in all\n`);
    await sink.stop();

    expect(JSON.parse(sink.output().split('\n')[1])).toMatchObject({ lines: pushed.lines });
    expect(memory).toBeLessThan(MAX_MEMORY_MB);
  } finally {
    await Promise.all([bridge.stop(), sink?.stop()]);
    await rm(folder, { recursive: true });
  }
});

async function startBridge(folder: string, sinkPort: number): Promise<{ bridge: RunningProcess; url: string }> {
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < 2 * BACKLOG_BYTES) throw new Error(`${folder} has no room for a backlog of ${BACKLOG_BYTES / MB} MB`);
  const file = join(folder, 'soak.yaml');
  await writeFile(
    file,
    `agent: { flush_interval: 1s, metric_batch_size: 5000, admin_address: "", omit_hostname: true, shutdown_timeout: 1s, data_directory: "${folder}/data" }
inputs:
  - influxdb_listener: { service_address: "${listen}" }
outputs:
  - influxdb: { urls: ["http://127.0.0.1:${sinkPort}"], database: soak, skip_database_creation: true, queue_max_bytes: 100GiB }
`,
  );
  const ready = async (): Promise<boolean> => (await fetch(`${url}/ping`)).status === 204;
  return { bridge: await startProcess({ command: repoPath('bin/wattbridge'), args: ['run', file], ready }), url };
}

function startSink(port: number): Promise<RunningProcess> {
  return startProcess({
    command: process.execPath,
    args: [repoPath('test/bench/sink.ts'), String(port)],
    ready: async () => (await fetch(`http://127.0.0.1:${port}/ping`)).status === 204,
  });
}

/** Posts lines over a few connections, as fast as they are taken, until they come to so many bytes. */
async function push(url: string, bytes: number): Promise<{ lines: number; bytes: number }> {
  const bodies = [...posts(20 * LINES_PER_POST, LINES_PER_POST)];
  const sent = { lines: 0, bytes: 0 };
  const pushOne = async (): Promise<void> => {
    while (sent.bytes < bytes) {
      const body = bodies[(sent.lines / LINES_PER_POST) % bodies.length];
      sent.lines += LINES_PER_POST;
      sent.bytes += body.length;
      while ((await fetch(url, { method: 'POST', body: new Uint8Array(body) })).status !== 204) await sleep(POLL_MS);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, pushOne));
  return sent;
}

function waitingPoints(folder: string): number {
  const reader = new QueueFileReader(join(folder, 'data'));
  try {
    return reader.outputs().reduce((sum, { depth }) => sum + depth.points, 0);
  } finally {
    reader.close();
  }
}

/** The most memory that a process had so far, in whole megabytes (10^6 bytes). */
async function peakMegabytes(pid: number): Promise<number> {
  const kib = /VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round((Number(kib) * 1024) / MB);
}
