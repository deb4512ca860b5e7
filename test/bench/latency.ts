/**
 * How long a push waits for its 204, and a point until the far end has answered for it, at 10, 50 and 90 % of the rate that is reached
 * with two connections that never pause. Posts leave by the clock, whether earlier ones are answered or not, and their time counts from
 * when they should have left: else a stall would hide all those who had to wait for it.
 *
 * The far end is this process, which answers at once; or, with `BENCH_SERVER=influxdb`, a real InfluxDB that is asked again and
 * again which points it has: the time until a point can be queried, to some 10 ms.
 *
 *     node test/bench/latency.ts      BENCH_STORE: memory or disk (the default); BENCH_SERVER: sink (the default) or influxdb;
 *                                     LATENCY_SECONDS per rate
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startInfluxd } from '../support/servers.ts';
import { posts } from './lines.ts';
import { startBridge, waitUntilListening } from './process.ts';

const STORE = process.env['BENCH_STORE'] ?? 'disk';
const SECONDS = Number(process.env['LATENCY_SECONDS'] ?? 10);
const SHARES = [0.1, 0.5, 0.9];
/** What Telegraf sends at a time. */
const LINES_PER_POST = 1000;
const CONNECTIONS = 2;
const PORT = 18_710;
const url = `http://127.0.0.1:${PORT}`;

const WITH_INFLUXDB = process.env['BENCH_SERVER'] === 'influxdb';
/** How often InfluxDB is asked what it has, and how far back: points come in the order of their times, but for the two connections. */
const ASKED_EVERY_MS = 10;
const ASKED_BACK = '10s';

/** The last line of every post, by which the far end knows it. */
const PROBE = /^probe id=(\d+)i/gm;
const bodies = [...posts(100_000, LINES_PER_POST)];
const agent = new Agent({ keepAlive: true });
const pushedMs = new Map<number, number>();
let answerMs: number[] = [];
let deliveryMs: number[] = [];
let lastId = 0;

/** Where the bridge sends to. */
interface FarEnd {
  readonly url: string;
  stop(): Promise<void>;
}

/** Answers 204 to everything, and notes what came. */
async function startSink(): Promise<FarEnd> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      response.writeHead(204).end();
      const now = performance.now();
      for (const [, id] of Buffer.concat(chunks).toString('latin1').matchAll(PROBE)) note(Number(id), now);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: async () => void server.close() };
}

/** A real InfluxDB, and somebody who asks it what it has. */
async function startAskedInfluxd(): Promise<FarEnd> {
  const influxd = await startInfluxd();
  await influxd.query('', 'CREATE DATABASE bench');
  let isAsking = true;
  const asking = (async () => {
    while (isAsking) {
      const [found] = await influxd.query('bench', `SELECT id FROM probe WHERE time > now() - ${ASKED_BACK}`);
      const now = performance.now();
      for (const [, id] of found?.values ?? []) note(Number(id), now);
      await sleep(ASKED_EVERY_MS);
    }
  })();
  const stop = async (): Promise<void> => {
    isAsking = false;
    await asking;
    await influxd.stop();
  };
  return { url: influxd.url, stop };
}

function note(id: number, now: number): void {
  const pushed = pushedMs.get(id);
  if (pushed === undefined) return;
  deliveryMs.push(now - pushed);
  pushedMs.delete(id);
}

/** Posts 1,000 lines and a probe; resolves to the status. `dueMs`: when it should have left. */
function post(dueMs: number): Promise<number> {
  const id = ++lastId;
  const body = Buffer.concat([bodies[id % bodies.length], Buffer.from(`probe id=${id}i\n`)]);
  pushedMs.set(id, dueMs);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length };
    const sent = request(`${url}/write?db=bench`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        answerMs.push(performance.now() - dueMs);
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Posts a second, with two connections that never pause. */
async function reachedRate(): Promise<number> {
  const end = performance.now() + SECONDS * 1000;
  let count = 0;
  const push = async (): Promise<void> => {
    while (performance.now() < end) if ((await post(performance.now())) === 204) count++;
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, push));
  return count / SECONDS;
}

async function pushAt(rate: number): Promise<void> {
  const started = performance.now();
  const answered: Promise<number>[] = [];
  for (let at = 0; at < rate * SECONDS; at++) {
    const dueMs = started + (at / rate) * 1000;
    const early = dueMs - performance.now();
    if (early > 0) await sleep(early);
    answered.push(post(dueMs));
  }
  const refused = (await Promise.all(answered)).filter((status) => status !== 204).length;
  if (refused > 0) process.stdout.write(`  ${refused} of ${answered.length} posts were refused\n`);
}

/** Waits until everything has arrived, and forgets it. */
async function settle(): Promise<void> {
  for (let tries = 0; pushedMs.size > 0 && tries < 200; tries++) await sleep(100);
  if (pushedMs.size > 0) process.stdout.write(`  ${pushedMs.size} posts were never seen at the far end\n`);
  pushedMs.clear();
}

function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1)} ms`.padStart(10);
}

function report(name: string, values: readonly number[]): string {
  return `${name}: p50 ${quantile(values, 0.5)}  p99 ${quantile(values, 0.99)}`;
}

const folder = mkdtempSync(join(tmpdir(), 'wattbridge-bench-'));
const farEnd = await (WITH_INFLUXDB ? startAskedInfluxd() : startSink());
const file = join(folder, 'latency.yaml');
writeFileSync(
  file,
  `agent: { queue_driver: ${STORE}, flush_interval: 1s, metric_batch_size: 5000, admin_address: "", omit_hostname: true, data_directory: "${folder}/data" }
inputs: [{ influxdb_listener: { service_address: "127.0.0.1:${PORT}" } }]
outputs: [{ influxdb: { urls: ["${farEnd.url}"], database: bench, skip_database_creation: true, content_encoding: identity } }]
`,
);
const bridge = startBridge(file);
try {
  await waitUntilListening(url);
  // Once to warm up, once to measure.
  await reachedRate();
  const reached = await reachedRate();
  await settle();
  process.stdout.write(
    `${STORE}: ${Math.round(reached * LINES_PER_POST).toLocaleString('en')} lines/s reached, in posts of ${LINES_PER_POST} lines\n`,
  );
  for (const share of SHARES) {
    answerMs = [];
    deliveryMs = [];
    await pushAt(reached * share);
    await settle();
    const rate = Math.round(reached * share * LINES_PER_POST).toLocaleString('en');
    process.stdout.write(
      `${(share * 100).toFixed(0)} %, ${rate.padStart(7)} lines/s  ${report('to 204', answerMs)}   ${report(WITH_INFLUXDB ? 'to queryable' : 'to delivered', deliveryMs)}\n`,
    );
  }
} finally {
  bridge.kill('SIGKILL');
  await new Promise((resolve) => bridge.once('exit', resolve));
  await farEnd.stop();
  rmSync(folder, { recursive: true });
}
process.exit(0);
