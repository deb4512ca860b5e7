/**
 * A bridge, or the servers behind it, killed with SIGKILL and started again, while Telegraf's counterpart pushes through it to a real
 * InfluxDB and a real Prometheus, and repeats what was not acknowledged.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueFileReader } from '../../src/queue/disk/reader.ts';
import { repoPath, wattbridge } from './command-line.ts';
import { freePort, startProcess, type RunningProcess } from './process.ts';
import { Random } from './random.ts';
import { startInfluxd, startPrometheus, type Influxd, type Prometheus } from './servers.ts';

const HOSTS = ['a', 'b'];
const STEPS_PER_BATCH = 3;
const STEP_MS = 100;
const BATCHES_AFTER_LAST_KILL = 20;
const LONGEST_DRAIN_MS = 10 * 60 * 1000;
const DRAIN_POLL_MS = 250;
const LONGEST_READINGS_MS = 4 * 3600 * 1000;
const LONGEST_LIFE_MS = 400;
const RANGE = '6h';

/** Values by series and time, as texts that compare. */
export type Samples = ReadonlyMap<string, number>;

export interface KillResult {
  readonly repeats: number;
  /** Watts by series and time: what was pushed, and what the servers have. */
  readonly pushed: Samples;
  readonly influxdb: Samples;
  readonly prometheus: Samples;
  /** Joules by series and time, in microjoules: of a run without a kill, and what the servers have. */
  readonly energyWithout: Samples;
  readonly energy: Samples;
  readonly energyInPrometheus: Samples;
  readonly left: { readonly points: number; readonly deadLetters: number };
}

/** Kills a bridge so many times; the same seed makes the same readings and the same instants. */
export function killRounds(rounds: number, seed: number): Promise<KillResult> {
  return underDisturbance(seed, 0, async (run) => {
    for (let killed = 0; killed < rounds; killed++) await run.killBridge();
  });
}

/** Kills InfluxDB, then Prometheus, then both, each time for so many seconds. */
export function outages(seconds: number, seed: number): Promise<KillResult> {
  // Slow enough that the times of the readings stay behind the clock.
  const pauseMs = (3 * seconds * 1000 * STEPS_PER_BATCH * STEP_MS) / LONGEST_READINGS_MS;
  return underDisturbance(seed, pauseMs, async ({ influxd, prometheus }) => {
    for (const servers of [[influxd], [prometheus], [influxd, prometheus]]) {
      await Promise.all(servers.map((server) => server.halt('SIGKILL')));
      await sleep(seconds * 1000);
      await Promise.all(servers.map((server) => server.resume()));
    }
  });
}

/** Has the bridge load its configuration again so many times, while others push beside. */
export function reloads(
  rounds: number,
  seed: number,
  beside: (url: string, influxd: Influxd, isOver: () => boolean) => Promise<void>,
): Promise<KillResult> {
  return underDisturbance(seed, 0, async (run) => {
    let isOver = false;
    const others = beside(run.url, run.influxd, () => isOver);
    for (let reloaded = 1; reloaded <= rounds; reloaded++) await run.reloadBridge(reloaded);
    isOver = true;
    await others;
  });
}

async function underDisturbance(seed: number, pauseMs: number, disturb: (run: KillRun) => Promise<void>): Promise<KillResult> {
  const folder = await mkdtemp(join(tmpdir(), 'wattbridge-kill-'));
  const servers = await Promise.all([startInfluxd(), startPrometheus()]);
  try {
    return await new KillRun(folder, ...servers, seed, pauseMs).run(disturb);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true });
  }
}

class KillRun {
  readonly influxd: Influxd;
  readonly prometheus: Prometheus;
  readonly #folder: string;
  readonly #instants: Random;
  readonly #watts: Random;
  readonly #startMs = Math.floor(Date.now() / 1000) * 1000 - 5 * 3600 * 1000;
  readonly #lines: string[] = [];
  readonly #pushed = new Map<string, number>();
  readonly #pauseMs: number;
  #url = '';
  #bridge: RunningProcess | undefined;
  #repeats = 0;

  constructor(folder: string, influxd: Influxd, prometheus: Prometheus, seed: number, pauseMs: number) {
    this.#pauseMs = pauseMs;
    this.#folder = folder;
    this.influxd = influxd;
    this.prometheus = prometheus;
    this.#instants = new Random(seed);
    this.#watts = new Random(seed + 1);
  }

  async run(disturb: (run: KillRun) => Promise<void>): Promise<KillResult> {
    const listen = `127.0.0.1:${await freePort()}`;
    this.#url = `http://${listen}`;
    await this.#writePipeline(listen);
    this.#bridge = await this.#start();
    let isOver = false;
    const pushing = this.#push(() => isOver);
    await disturb(this);
    isOver = true;
    await pushing;
    await this.#untilEmpty(this.#bridge);
    return { repeats: this.#repeats, pushed: this.#pushed, ...(await this.#collect()) };
  }

  /** After a random time. */
  async killBridge(): Promise<void> {
    await sleep(this.#instants.next() * LONGEST_LIFE_MS);
    await this.#bridge?.stop('SIGKILL');
    this.#bridge = await this.#start();
  }

  /** After a random time, to a file that says something else; resolves once that is in force. */
  async reloadBridge(count: number): Promise<void> {
    const bridge = this.#bridge;
    if (bridge === undefined) throw new Error('there is no bridge yet');
    await sleep(this.#instants.next() * LONGEST_LIFE_MS);
    await this.#writePipeline(new URL(this.url).host, count);
    const soFar = reloadsIn(bridge);
    process.kill(bridge.pid, 'SIGHUP');
    while (reloadsIn(bridge) === soFar && bridge.exit() === undefined) await sleep(10);
  }

  get url(): string {
    return this.#url;
  }

  #start(): Promise<RunningProcess> {
    return startProcess({
      command: repoPath('bin/wattbridge'),
      args: ['run', join(this.#folder, 'kill.yaml')],
      ready: async () => (await fetch(`${this.#url}/ping`)).status === 204,
    });
  }

  /** `version` is what reloads change. */
  async #writePipeline(listen: string, version = 0): Promise<void> {
    const processors = 'processors:\n  - energy: {}\n';
    const agent = `agent: { flush_interval: ${50 + version}ms, metric_batch_size: 100, omit_hostname: true, admin_address: "", data_directory: ${this.#folder}/data, shutdown_timeout: 20s }\n`;
    const outputs = `outputs:
  - influxdb: { urls: ["${this.influxd.url}"], database: killed }
  - prometheus_remote_write: { url: "${this.prometheus.writeUrl}" }\n`;
    await writeFile(
      join(this.#folder, 'kill.yaml'),
      `${agent}inputs:\n  - influxdb_listener: { service_address: "${listen}" }\n${processors}${outputs}`,
    );
    const uninterrupted = `inputs:\n  - file: { files: [${this.#folder}/all.lp] }\n${processors}outputs:\n  - file: { files: [${this.#folder}/all.out] }\n`;
    await writeFile(join(this.#folder, 'all.yaml'), `agent: { omit_hostname: true, precision: 1ms }\n${uninterrupted}`);
  }

  /** One batch after the other, each until it is acknowledged. */
  async #push(isLast: () => boolean): Promise<void> {
    let left = BATCHES_AFTER_LAST_KILL;
    for (let step = 0; left > 0; step += STEPS_PER_BATCH) {
      if (isLast()) left--;
      const body = this.#batch(step);
      while (!(await this.#isAcknowledged(body))) {
        this.#repeats++;
        await sleep(10);
      }
      await sleep(this.#pauseMs);
    }
  }

  #batch(step: number): string {
    const lines: string[] = [];
    for (let at = step; at < step + STEPS_PER_BATCH; at++) {
      const ms = this.#startMs + at * STEP_MS;
      for (const host of HOSTS) {
        for (const id of [0, 1]) {
          const watts = Math.round(5000 + this.#watts.next() * 10_000) / 100;
          lines.push(`powerstat_package,host=${host},package_id=${id} current_power_consumption_watts=${watts} ${ms}000000`);
          this.#pushed.set(`${host} ${id} ${ms}`, watts);
        }
      }
    }
    this.#lines.push(...lines);
    return `${lines.join('\n')}\n`;
  }

  async #isAcknowledged(body: string): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/write?db=killed`, { method: 'POST', body })).status === 204;
    } catch {
      // It was killed, or has not started again: nobody said yes.
      return false;
    }
  }

  async #untilEmpty(bridge: RunningProcess): Promise<void> {
    const deadlineMs = performance.now() + LONGEST_DRAIN_MS;
    while (performance.now() < deadlineMs && this.#leftInQueue().points > 0) await sleep(DRAIN_POLL_MS);
    await bridge.stop();
    if (bridge.exit() !== 0) throw new Error(`the bridge ended with ${bridge.exit()}:\n${bridge.output()}`);
  }

  async #collect(): Promise<Omit<KillResult, 'repeats' | 'pushed'>> {
    await writeFile(join(this.#folder, 'all.lp'), this.#lines.join('\n'));
    const { code, stderr } = await wattbridge(['run', join(this.#folder, 'all.yaml'), '--once']);
    if (code !== 0) throw new Error(stderr);
    const packages = ['host', 'package_id'];
    const scopes = [...packages, 'scope'];
    return {
      influxdb: await this.#fromInfluxdb('powerstat_package', 'current_power_consumption_watts', packages, 1),
      prometheus: await this.#fromPrometheus('powerstat_package_current_power_consumption_watts', packages, 1),
      energy: await this.#fromInfluxdb('energy', 'joules_total', scopes, 1e6),
      energyInPrometheus: await this.#fromPrometheus('energy_joules_total', scopes, 1e6),
      energyWithout: energyIn(await readFile(join(this.#folder, 'all.out'), 'utf8')),
      left: this.#leftInQueue(),
    };
  }

  async #fromInfluxdb(measurement: string, field: string, tags: readonly string[], factor: number): Promise<Samples> {
    const samples = new Map<string, number>();
    const series = await this.influxd.query('killed', `SELECT ${field} FROM ${measurement} GROUP BY ${tags.join(', ')}`);
    for (const { tags: found = {}, values } of series) {
      const key = tags.map((tag) => found[tag]).join(' ');
      for (const [time, value] of values) samples.set(`${key} ${BigInt(String(time)) / 1_000_000n}`, scaled(value, factor));
    }
    return samples;
  }

  async #fromPrometheus(name: string, labels: readonly string[], factor: number): Promise<Samples> {
    const samples = new Map<string, number>();
    for (const { metric, values = [] } of await this.prometheus.query(`${name}[${RANGE}]`)) {
      const key = labels.map((label) => metric[label] ?? '').join(' ');
      for (const [seconds, value] of values) samples.set(`${key} ${Math.round(seconds * 1000)}`, scaled(value, factor));
    }
    return samples;
  }

  #leftInQueue(): KillResult['left'] {
    const reader = new QueueFileReader(join(this.#folder, 'data'));
    try {
      const outputs = reader.outputs();
      return {
        points: outputs.reduce((sum, { depth }) => sum + depth.points, 0),
        deadLetters: outputs.reduce((sum, { deadLetters }) => sum + deadLetters.letters, 0),
      };
    } finally {
      reader.close();
    }
  }
}

/** Times a factor other than 1 it is a whole number. */
function scaled(value: unknown, factor: number): number {
  return factor === 1 ? Number(value) : Math.round(Number(value) * factor);
}

function reloadsIn(bridge: RunningProcess): number {
  return bridge.output().split('the configuration was reloaded').length - 1;
}

/** The totals in line protocol, in microjoules. */
function energyIn(lines: string): Samples {
  const samples = new Map<string, number>();
  for (const line of lines.split('\n')) {
    const match = /^energy,(?<tags>\S+) \S*joules_total=(?<joules>[^,\s]+)\S* (?<ns>\d+)$/.exec(line)?.groups;
    if (match === undefined) continue;
    const tags = new Map(match['tags'].split(',').map((tag) => tag.split('=') as [string, string]));
    const key = ['host', 'package_id', 'scope'].map((tag) => tags.get(tag) ?? '').join(' ');
    samples.set(`${key} ${BigInt(match['ns']) / 1_000_000n}`, scaled(match['joules'], 1e6));
  }
  return samples;
}
