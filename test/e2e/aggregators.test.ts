/** Aggregators by the real clock: windows that end while points come in, a point that is late, an end in the middle of a window. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { repoPath } from '../support/command-line.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';
import { readLines, type ReadLine } from '../support/read-lines.ts';

const LATE = 1_000_000;
const POLL_MS = 20;

let folder: string;
let listen: string;
let bridge: RunningProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-aggregators-'));
  listen = `127.0.0.1:${await freePort()}`;
});

afterEach(async () => {
  await bridge?.stop('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Starts a bridge on the folder's queue; originals are in the aggregate and nowhere else. */
async function start(period: string): Promise<void> {
  const config = `
[agent]
  omit_hostname = true
  flush_interval = "50ms"
  admin_address = ""
  data_directory = "${join(folder, 'state')}"
[[inputs.influxdb_listener]]
  service_address = "${listen}"
[[aggregators.basicstats]]
  period = "${period}"
  drop_original = true
  stats = ["count", "sum"]
[[aggregators.minmax]]
  period = "${period}"
  name_suffix = "_range"
[[outputs.file]]
  files = ["${join(folder, 'out.lp')}"]
`;
  await writeFile(join(folder, 'telegraf.conf'), config);
  bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['--config', join(folder, 'telegraf.conf')],
    ready: async () => (await fetch(`http://${listen}/ping`)).status === 204,
  });
}

/** Pushes a point; it is acknowledged. */
async function push(value: number, ms = Date.now()): Promise<void> {
  const response = await fetch(`http://${listen}/write`, { method: 'POST', body: `p v=${value} ${ms}000000\n` });
  expect(response.status).toBe(204);
}

function written(): ReadLine[] {
  const out = join(folder, 'out.lp');
  return existsSync(out) ? readLines(readFileSync(out)) : [];
}

/** The number in a field of a line, or 0. */
function numberOf({ fields }: ReadLine, name: string): number {
  return Number(fields[name]?.split(' ')[1] ?? 0);
}

/** What is in all aggregates together, and what went on by itself: a point may come just too late for the window of its time. */
function totals(): { points: number; sum: number } {
  const lines = written().filter(({ series }) => series === 'p');
  const alone = lines.filter(({ fields }) => 'v' in fields);
  return {
    points: lines.reduce((total, line) => total + numberOf(line, 'v_count'), 0) + alone.length,
    sum: lines.reduce((total, line) => total + numberOf(line, 'v_sum') + numberOf(line, 'v'), 0),
  };
}

const aggregates = (): ReadLine[] => written().filter(({ fields }) => 'v_count' in fields);

it('takes every point into one window or lets it go on, whatever comes when', async () => {
  await start('1s');
  let pushed = 0;
  let sum = 0;
  while (aggregates().length < 3) {
    await push(++pushed);
    sum += pushed;
    await sleep(POLL_MS);
  }
  await push(LATE, Date.now() - 3_600_000);
  while (!written().some((line) => numberOf(line, 'v') === LATE)) await sleep(POLL_MS);
  await push(++pushed);
  await bridge?.stop();

  expect(bridge?.exit()).toBe(0);
  expect(totals()).toEqual({ points: pushed + 1, sum: sum + pushed + LATE });
  const times = aggregates().map(({ time = 0n }) => time);
  expect(times).toEqual(times.toSorted((a, b) => Number(a - b)));
  expect(times.every((time) => time % 1_000_000_000n === 0n)).toBe(true);
  const ranges = written().filter(({ series }) => series === 'p_range');
  expect(ranges.every((line) => numberOf(line, 'v_max') <= pushed)).toBe(true);
});

it('loses nothing of an open window to SIGKILL, though nothing else is left of what is in it', async () => {
  await start('60s');
  let sum = 0;
  for (const value of [1, 2, 3]) {
    await push(value);
    sum += value;
  }
  for (const value of [10, 20]) {
    await bridge?.stop('SIGKILL');
    await start('60s');
    await push(value);
    sum += value;
  }
  await bridge?.stop();
  expect(totals()).toEqual({ points: 5, sum });
});
