/**
 * The whole process scraping 20,000 samples a second and writing them on by remote write: 10 targets of 2,000 series, every
 * second, for twenty seconds after five to warm up. Measured is the process' CPU time per sample that arrived, everything
 * included, and its peak memory. Beside it, in the same run, a plain scan of the same bytes: the unit in which two machines can
 * be compared. The figures of others are of another run (see measured.md).
 *
 *     npm run bench:scrape
 *
 * SCRAPE_SECONDS, SCRAPE_TARGETS and SCRAPE_SERIES change the load, BENCH_STORE the queue (`disk`); BENCH_PROFILE names a folder for a CPU profile.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { exposition } from './expositions.ts';
import { cpuSeconds, endProfiled, peakMegabytes, scanFloor, startBridge, startScript } from './process.ts';

const SECONDS = Number(process.env['SCRAPE_SECONDS'] ?? 20);
const TARGETS = Number(process.env['SCRAPE_TARGETS'] ?? 10);
const SERIES = Number(process.env['SCRAPE_SERIES'] ?? 2000);
const WARM_UP_SECONDS = 5;
const OTHERS = 'Telegraf 10.6, Prometheus 5.0, vmagent 3.5 us/sample';
const STORE = process.env['BENCH_STORE'] ?? 'disk';
const SCANS = 50;

function bridgeOf(folder: string, ports: readonly number[]): ChildProcess {
  const file = join(folder, 'scrape.yaml');
  const urls = ports.slice(0, -1).map((port) => `"http://127.0.0.1:${port}/metrics"`);
  writeFileSync(
    file,
    `agent: { queue_driver: ${STORE}, interval: 1s, flush_interval: 1s, metric_batch_size: 5000, admin_address: "", omit_hostname: true, data_directory: ${folder}/state }
inputs:
  - prometheus: { job: bench, urls: [${urls.join(', ')}] }
outputs:
  - prometheus_remote_write: { url: "http://127.0.0.1:${ports.at(-1)}/api/v1/write" }
`,
  );
  return startBridge(file);
}

const folder = mkdtempSync(join(tmpdir(), 'wattbridge-bench-'));
const peer = startScript('scrape-peer.ts', [String(TARGETS), String(SERIES)]);
if (peer.stdout === null) throw new Error('no output to read');
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const answer = async (): Promise<string> => String((await answers.next()).value);
const arrived = (): Promise<string> => {
  peer.stdin?.write('?\n');
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
  const body = Buffer.from(exposition(0, SERIES, 1));
  const floor = scanFloor(new Array<Buffer>(SCANS).fill(body), SCANS * SERIES);
  process.stdout.write(
    `${Math.round(samples / SECONDS).toLocaleString('en')} samples/s scraped and remote-written  ${perSample.toFixed(2)} us/sample (aim 3.5)  ` +
      `${(perSample / floor).toFixed(1)}x the scan of ${floor.toFixed(3)}  warm-up ${cpuBefore.toFixed(1)} s  ${peakMegabytes(pid).toFixed(0)} MB  (${OTHERS})\n`,
  );
} finally {
  await endProfiled(bridge);
  for (const child of [bridge, peer]) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
}
