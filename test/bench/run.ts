/**
 * The whole process under load: one million lines pushed through it to a counting sink, in several configurations. What is
 * measured is the CPU time of the process, everything included, from the first byte to the last (its start apart), since CPU
 * time survives a noisy machine where wall time does not. Beside it, in the same run, a plain scan of the same bytes: the floor,
 * and the unit in which two machines can be compared. Telegraf's figures are of another run (see measured.md).
 *
 *     npm run bench [-- NAME…]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { posts } from './lines.ts';

const LINES = Number(process.env['BENCH_LINES'] ?? 1_000_000);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 1);
/** Which queues to measure with: `BENCH_QUEUES=memory,disk`. */
const QUEUES = (process.env['BENCH_QUEUES'] ?? 'disk').split(',');
const TICKS_PER_SECOND = 100;
const root = join(import.meta.dirname, '../..');

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

/** The next line that a process prints. */
function nextLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('no output to read'));
    const lines = createInterface({ input: child.stdout });
    lines.once('line', (line) => {
      lines.close();
      resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`)));
  });
}

/** User and system seconds of a process so far, from its line in /proc. */
function cpuSeconds(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(afterName[11]) + Number(afterName[12])) / TICKS_PER_SECOND;
}

function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function waitUntilListening(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens at ${url}`);
}

async function run(scenario: Scenario, queue: string, port: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wattbridge-bench-'));
  const sink = spawn(process.execPath, [join(root, 'test/bench/sink.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sinkUrl = `http://127.0.0.1:${await nextLine(sink)}`;
  const file = join(folder, 'bench.yaml');
  // A folder of its own: with the state of another run, all of the load would be old news to `energy`.
  const agent = `agent: { queue_driver: ${queue}, flush_interval: 1s, metric_batch_size: 5000, admin_address: "", omit_hostname: true, shutdown_timeout: 60s, data_directory: "${join(folder, 'data')}" }`;
  const listener = `inputs:\n  - influxdb_listener: { service_address: "127.0.0.1:${port}" }`;
  writeFileSync(file, `${agent}\n${listener}\n${scenario.config(sinkUrl)}\n`);
  const profile = process.env['BENCH_PROFILE'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env['BENCH_PROFILE']}`];
  const bridge = spawn(process.execPath, [...profile, join(root, 'src/main.ts'), 'run', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  const pusher = spawn(
    process.execPath,
    [join(root, 'test/bench/pusher.ts'), `${url}/write?db=bench`, String(LINES), scenario.gzip ? 'gzip' : 'identity'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  try {
    await Promise.all([waitUntilListening(url), nextLine(pusher)]);
    await measure(`${scenario.name}, ${queue}`, scenario, { bridge, pusher, sink });
  } finally {
    for (const child of [bridge, pusher, sink]) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function measure(
  name: string,
  scenario: Scenario,
  { bridge, pusher, sink }: Record<'bridge' | 'pusher' | 'sink', ChildProcess>,
): Promise<void> {
  const pid = bridge.pid ?? 0;
  const floorBefore = scanFloor();
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
  const floor = (floorBefore + scanFloor()) / 2;
  const ratio = scenario.telegraf === undefined ? '' : `  ${(scenario.telegraf / perLine).toFixed(1)}x Telegraf's ${scenario.telegraf}`;
  process.stdout.write(
    `${name.padEnd(52)} ${perLine.toFixed(2).padStart(6)} us/line (aim ${scenario.aim})  ${(perLine / floor).toFixed(1)}x the scan of ${floor.toFixed(2)}` +
      `  ${Math.round(LINES / seconds).toLocaleString('en')} lines/s  ${memory.toFixed(0)} MB${ratio}\n`,
  );
  if (process.env['BENCH_PROFILE'] !== undefined) {
    bridge.kill('SIGTERM');
    await new Promise((resolve) => bridge.once('exit', resolve));
  }
}

/** CPU microseconds a line for looking at each byte once: the best of five, on the bytes of the load. */
function scanFloor(): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    let sum = 0;
    for (const body of scanned) for (let at = 0; at < body.length; at++) sum = (sum + body[at]) | 0;
    const used = process.cpuUsage(before);
    if (sum !== Infinity) best = Math.min(best, (used.user + used.system) / SCANNED_LINES);
  }
  return best;
}

const SCANNED_LINES = 100_000;
const scanned = [...posts(SCANNED_LINES, 5000)];
const bytesPerLine = scanned.reduce((sum, body) => sum + body.length, 0) / SCANNED_LINES;
process.stdout.write(`${LINES.toLocaleString('en')} lines of ${bytesPerLine.toFixed(0)} bytes, 1,950 series\n`);
const wanted = process.argv.slice(2);
for (let round = 0; round < RUNS; round++) {
  for (const [at, scenario] of scenarios.entries()) {
    if (wanted.length > 0 && !wanted.some((name) => scenario.name.includes(name))) continue;
    for (const queue of QUEUES) await run(scenario, queue, 18_700 + at);
  }
}
