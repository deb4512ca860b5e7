/**
 * The whole process scraping 20,000 samples a second and writing them on by remote write: 10 targets of 2,000 series, every
 * second, for twenty seconds after five to warm up. Measured is the process' CPU time per sample that arrived, everything
 * included, and its peak memory. Beside it, in the same run, a plain scan of the same bytes: the unit in which two machines can
 * be compared. The figures of others are of another run (see measured.md).
 *
 *     npm run bench:scrape
 *
 * SCRAPE_SECONDS, SCRAPE_TARGETS and SCRAPE_SERIES change the load; BENCH_PROFILE names a folder for a CPU profile.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { exposition } from './expositions.ts';

const SECONDS = Number(process.env['SCRAPE_SECONDS'] ?? 20);
const TARGETS = Number(process.env['SCRAPE_TARGETS'] ?? 10);
const SERIES = Number(process.env['SCRAPE_SERIES'] ?? 2000);
const WARM_UP_SECONDS = 5;
const TICKS_PER_SECOND = 100;
const OTHERS = 'Telegraf 10.6, Prometheus 5.0, vmagent 3.5 us/sample';
const root = join(import.meta.dirname, '../..');

/** User and system seconds of a process so far, from its line in /proc. */
function cpuSeconds(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(afterName[11]) + Number(afterName[12])) / TICKS_PER_SECOND;
}

function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** CPU microseconds a sample for looking at each byte of a scrape once: the best of five. */
function scanFloor(): number {
  const body = Buffer.from(exposition(0, SERIES, 1));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    let sum = 0;
    for (let times = 0; times < 50; times++) for (let at = 0; at < body.length; at++) sum = (sum + body[at]) | 0;
    const used = process.cpuUsage(before);
    if (sum !== Infinity) best = Math.min(best, (used.user + used.system) / (50 * SERIES));
  }
  return best;
}

function bridgeOf(folder: string, ports: readonly number[]): ChildProcess {
  const file = join(folder, 'scrape.yaml');
  const urls = ports.slice(0, -1).map((port) => `"http://127.0.0.1:${port}/metrics"`);
  writeFileSync(
    file,
    `agent: { interval: 1s, flush_interval: 1s, metric_batch_size: 5000, admin_address: "", omit_hostname: true, data_directory: ${folder}/state }
inputs:
  - prometheus: { job: bench, urls: [${urls.join(', ')}] }
outputs:
  - prometheus_remote_write: { url: "http://127.0.0.1:${ports.at(-1)}/api/v1/write" }
`,
  );
  const profile = process.env['BENCH_PROFILE'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env['BENCH_PROFILE']}`];
  return spawn(process.execPath, [...profile, join(root, 'src/main.ts'), 'run', file], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const folder = mkdtempSync(join(tmpdir(), 'wattbridge-bench-'));
const peer = spawn(process.execPath, [join(root, 'test/bench/scrape-peer.ts'), String(TARGETS), String(SERIES)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const answer = async (): Promise<string> => String((await answers.next()).value);
const arrived = (): Promise<string> => {
  peer.stdin.write('?\n');
  return answer();
};
const bridge = bridgeOf(folder, JSON.parse(await answer()) as number[]);
try {
  await sleep(WARM_UP_SECONDS * 1000);
  const pid = bridge.pid ?? 0;
  const [samplesBefore, cpuBefore] = [Number(await arrived()), cpuSeconds(pid)];
  await sleep(SECONDS * 1000);
  const [samples, cpu] = [Number(await arrived()) - samplesBefore, cpuSeconds(pid) - cpuBefore];
  const expected = TARGETS * (SERIES + 5) * SECONDS;
  if (Math.abs(samples - expected) > expected * 0.1) throw new Error(`${samples} samples arrived, ${expected} were scraped`);
  const perSample = (cpu / samples) * 1e6;
  const floor = scanFloor();
  process.stdout.write(
    `${Math.round(samples / SECONDS).toLocaleString('en')} samples/s scraped and remote-written  ${perSample.toFixed(2)} us/sample (aim 3.5)  ` +
      `${(perSample / floor).toFixed(1)}x the scan of ${floor.toFixed(3)}  warm-up ${cpuBefore.toFixed(1)} s  ${peakMegabytes(pid).toFixed(0)} MB  (${OTHERS})\n`,
  );
} finally {
  if (process.env['BENCH_PROFILE'] !== undefined) {
    bridge.kill('SIGTERM');
    await new Promise((resolve) => bridge.once('exit', resolve));
  }
  for (const child of [bridge, peer]) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
}
