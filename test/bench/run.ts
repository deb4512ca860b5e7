/**
 * The whole process under load: one million lines pushed through it to a counting sink, in several configurations. What is
 * measured is the CPU time of the process, everything included, from the first byte to the last (its start apart), since CPU
 * time survives a noisy machine where wall time does not. Beside it, in the same run, a plain scan of the same bytes: the floor,
 * and the unit in which two machines can be compared. Telegraf's figures are of another run (see measured.md).
 *
 *     npm run bench [-- NAME…]
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../support/redis.ts';
import { posts } from './lines.ts';
import { cpuSeconds, endProfiled, nextLine, peakMegabytes, scanFloor, startBridge, startScript, waitUntilListening } from './process.ts';

const LINES = Number(process.env['BENCH_LINES'] ?? 1_000_000);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 1);
/** With which queues to measure: `memory`, `disk`, `redis`. */
const STORES = (process.env['BENCH_STORE'] ?? 'memory,disk').split(',');

interface Scenario {
  readonly name: string;
  readonly gzip: boolean;
  /** Telegraf 1.40's CPU microseconds a line in the same configuration, from measured.md. */
  readonly telegraf: number | undefined;
  readonly aim: number;
  readonly config: (sink: string) => string;
}

function influxdb(sink: string, encoding: string): string {
  return `  - influxdb: { urls: ["${sink}"], database: bench, skip_database_creation: true, content_encoding: ${encoding} }`;
}

const scenarios: readonly Scenario[] = [
  { name: 'pass-through', gzip: false, telegraf: 7.6, aim: 1.5, config: (sink) => `outputs:\n${influxdb(sink, 'identity')}` },
  { name: 'pass-through, gzip out', gzip: false, telegraf: 11.0, aim: 2.2, config: (sink) => `outputs:\n${influxdb(sink, 'gzip')}` },
  {
    name: 'pass-through, gzip in and out',
    gzip: true,
    telegraf: undefined,
    aim: 2.2,
    config: (sink) => `outputs:\n${influxdb(sink, 'gzip')}`,
  },
  {
    name: 'energy and three equivalents',
    gzip: false,
    telegraf: 10.9,
    aim: 2,
    config: (sink) =>
      `processors:\n  - energy: {}\n  - equivalents: { scopes: [host], ids: [led_bulb, ps5_menu, mac_pro_idle] }\noutputs:\n${influxdb(sink, 'identity')}`,
  },
  {
    name: 'rename, and remote write as second output',
    gzip: false,
    telegraf: 19.9,
    aim: 6,
    config: (sink) =>
      `processors:\n  - rename: { replace: [{ tag: host, dest: hypervisor }] }\noutputs:\n${influxdb(sink, 'identity')}\n  - prometheus_remote_write: { url: "${sink}/api/v1/write" }`,
  },
];

async function run(scenario: Scenario, store: string, port: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wattbridge-bench-'));
  const redis = store === 'redis' ? await startRedis() : undefined;
  const sink = startScript('sink.ts');
  const sinkUrl = `http://127.0.0.1:${await nextLine(sink)}`;
  const file = join(folder, 'bench.yaml');
  const url = `http://127.0.0.1:${port}`;
  const queue = `queue_driver: ${store}${redis === undefined ? '' : `, redis: { url: "${redis.url}" }`}`;
  // A folder of its own: with the state of another run, all of the load would be old news to `energy`.
  const agent = `agent: { ${queue}, flush_interval: 1s, metric_batch_size: 5000, admin_address: "", omit_hostname: true, shutdown_timeout: 60s, data_directory: "${join(folder, 'data')}" }`;
  const listener = `inputs:\n  - influxdb_listener: { service_address: "127.0.0.1:${port}" }`;
  writeFileSync(file, `${agent}\n${listener}\n${scenario.config(sinkUrl)}\n`);
  const bridge = startBridge(file);
  const pusher = startScript('pusher.ts', [`${url}/write?db=bench`, String(LINES), scenario.gzip ? 'gzip' : 'identity']);
  try {
    await Promise.all([waitUntilListening(url), nextLine(pusher)]);
    await measure(`${scenario.name}, ${store}`, scenario, { bridge, pusher, sink });
  } finally {
    for (const child of [bridge, pusher, sink]) child.kill('SIGKILL');
    await redis?.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measure(
  name: string,
  scenario: Scenario,
  { bridge, pusher, sink }: Record<'bridge' | 'pusher' | 'sink', ChildProcess>,
): Promise<void> {
  const pid = bridge.pid ?? 0;
  const floorBefore = scanFloor(scanned, SCANNED_LINES);
  const before = cpuSeconds(pid);
  pusher.stdin?.write('go\n');
  const { seconds } = JSON.parse(await nextLine(pusher)) as { seconds: number };
  // The last batches leave within one flush interval.
  let cpu = cpuSeconds(pid);
  for (let settled = 0; settled < 3;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = cpuSeconds(pid);
    settled = now - cpu < 0.02 ? settled + 1 : 0;
    cpu = now;
  }
  const memory = peakMegabytes(pid);
  const counted = nextLine(sink);
  sink.kill('SIGTERM');
  const { lines } = JSON.parse(await counted) as { lines: number };
  if (lines < LINES) throw new Error(`${name}: the sink got ${lines} of ${LINES} lines`);
  const perLine = ((cpu - before) / LINES) * 1e6;
  const floor = (floorBefore + scanFloor(scanned, SCANNED_LINES)) / 2;
  const ratio = scenario.telegraf === undefined ? '' : `  ${(scenario.telegraf / perLine).toFixed(1)}x Telegraf's ${scenario.telegraf}`;
  process.stdout.write(
    `${name.padEnd(52)} ${perLine.toFixed(2).padStart(6)} us/line (aim ${scenario.aim})  ${(perLine / floor).toFixed(1)}x the scan of ${floor.toFixed(2)}` +
      `  ${Math.round(LINES / seconds).toLocaleString('en')} lines/s  ${memory.toFixed(0)} MB${ratio}\n`,
  );
  await endProfiled(bridge);
}

const SCANNED_LINES = 100_000;
const scanned = [...posts(SCANNED_LINES, 5000)];
const bytesPerLine = scanned.reduce((sum, body) => sum + body.length, 0) / SCANNED_LINES;
process.stdout.write(`${LINES.toLocaleString('en')} lines of ${bytesPerLine.toFixed(0)} bytes, 1,950 series\n`);
const wanted = process.argv.slice(2);
for (let round = 0; round < RUNS; round++) {
  for (const [at, scenario] of scenarios.entries()) {
    if (wanted.length > 0 && !wanted.some((name) => scenario.name.includes(name))) continue;
    for (const store of STORES) await run(scenario, store, 18_700 + at);
  }
}
