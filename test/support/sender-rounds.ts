/**
 * A bridge that hands on through a real Redis, and two senders of which one is killed with SIGKILL at random instants and started
 * again, while points go through them to a real InfluxDB and a real Prometheus. Redis can be killed too.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueFileReader } from '../../src/queue/disk/reader.ts';
import { repoPath } from './command-line.ts';
import { freePort, startProcess, type RunningProcess } from './process.ts';
import { Random } from './random.ts';
import { startRedis, type RedisOptions, type RedisServer } from './redis.ts';
import { startInfluxd, startPrometheus, type Influxd, type Prometheus } from './servers.ts';

const HOSTS = ['a', 'b', 'c', 'd', 'e', 'f'];
const STEPS_PER_BATCH = 5;
const STEP_MS = 100;
const LONGEST_LIFE_MS = 1500;
const PATIENCE_MS = 30_000;

/** Values by series and time, as texts that compare. */
type Samples = ReadonlyMap<string, number>;

interface SenderRoundsOptions {
  readonly rounds: number;
  readonly seed: number;
  /** What is killed in each round: one of the senders, or Redis. */
  readonly victim: 'sender' | 'redis';
  readonly redis?: RedisOptions;
}

interface SenderRoundsResult {
  readonly pushed: Samples;
  readonly influxdb: Samples;
  readonly prometheus: Samples;
  readonly left: { readonly points: number; readonly deadLetters: number };
  /** What the senders that lived to the end had to say, for a test that fails. */
  readonly log: string;
}

/** What is not as promised, for a test to show; empty when everything was delivered once. */
export function faults({ pushed, influxdb, prometheus, left, log }: SenderRoundsResult): string[] {
  const found = [...differences('InfluxDB', pushed, influxdb), ...differences('Prometheus', pushed, prometheus)];
  if (pushed.size === 0) found.push('nothing was pushed');
  if (left.points > 0 || left.deadLetters > 0) found.push(`left: ${left.points} points, ${left.deadLetters} dead letters`);
  return found.length === 0 ? [] : [...found, log];
}

function differences(server: string, pushed: Samples, stored: Samples): string[] {
  const wrong = [...pushed].filter(([key, watts]) => stored.get(key) !== watts);
  const more = [...stored.keys()].filter((key) => !pushed.has(key));
  return [
    ...wrong.map(([key, watts]) => `${server} has ${stored.get(key)} for ${key}, not ${watts}`),
    ...more.map((key) => `${server} has ${key}, which was never pushed`),
  ];
}

/** Kills so many times; the same seed makes the same readings and the same instants. */
export async function senderRounds(options: SenderRoundsOptions): Promise<SenderRoundsResult> {
  const folder = await mkdtemp(join(tmpdir(), 'wattbridge-senders-'));
  const [influxd, prometheus, redis] = await Promise.all([startInfluxd(), startPrometheus(), startRedis(options.redis)]);
  try {
    return await new SenderRun(folder, { influxd, prometheus, redis }, options).run();
  } finally {
    await Promise.all([influxd, prometheus, redis].map((server) => server.stop()));
    await rm(folder, { recursive: true });
  }
}

interface Servers {
  readonly influxd: Influxd;
  readonly prometheus: Prometheus;
  readonly redis: RedisServer;
}

class SenderRun {
  readonly #folder: string;
  readonly #servers: Servers;
  readonly #options: SenderRoundsOptions;
  readonly #random: Random;
  readonly #pushed = new Map<string, number>();
  readonly #startMs = Math.floor(Date.now() / 1000) * 1000 - 3 * 3600 * 1000;
  #url = '';

  constructor(folder: string, servers: Servers, options: SenderRoundsOptions) {
    this.#folder = folder;
    this.#servers = servers;
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<SenderRoundsResult> {
    const listen = `127.0.0.1:${await freePort()}`;
    this.#url = `http://${listen}`;
    await this.#writePipeline(listen);
    const bridge = await startProcess({
      command: repoPath('bin/wattbridge'),
      args: ['run', this.#pipeline],
      ready: async () => (await fetch(`${this.#url}/ping`)).status === 204,
    });
    const senders = await Promise.all([this.#startSender(), this.#startSender()]);
    const end = new AbortController();
    const pushing = this.#push(end.signal).catch((error: unknown) => {
      throw new Error(`a push failed; the bridge said:\n${bridge.output()}`, { cause: error });
    });
    // Looked at once the rounds are over.
    pushing.catch(() => undefined);
    for (let round = 0; round < this.#options.rounds; round++) {
      await sleep(this.#random.next() * LONGEST_LIFE_MS);
      await this.#kill(senders);
    }
    end.abort();
    await pushing;
    await this.#untilDelivered();
    const log = [bridge, ...senders].map((process) => process.output()).join('\n');
    await Promise.all([bridge, ...senders].map((process) => process.stop()));
    return {
      pushed: this.#pushed,
      influxdb: await this.#fromInfluxdb(),
      prometheus: await this.#fromPrometheus(),
      left: this.#left(),
      log,
    };
  }

  get #pipeline(): string {
    return join(this.#folder, 'senders.yaml');
  }

  #startSender(): Promise<RunningProcess> {
    const args = ['send', this.#pipeline, '--admin-address', 'none'];
    return startProcess({ command: repoPath('bin/wattbridge'), args, ready: (sender) => sender.output().includes('connected to Redis') });
  }

  async #kill(senders: RunningProcess[]): Promise<void> {
    if (this.#options.victim === 'redis') {
      await this.#servers.redis.halt('SIGKILL');
      await sleep(this.#random.next() * 500);
      return this.#servers.redis.resume();
    }
    const at = this.#random.next() < 0.5 ? 0 : 1;
    await senders[at].stop('SIGKILL');
    senders[at] = await this.#startSender();
  }

  #writePipeline(listen: string): Promise<void> {
    const { influxd, prometheus, redis } = this.#servers;
    return writeFile(
      this.#pipeline,
      `agent:
  flush_interval: 50ms
  metric_batch_size: 100
  omit_hostname: true
  admin_address: ""
  data_directory: ${this.#folder}/data
  queue_driver: redis
  redis: { url: "${redis.url}", senders: false }
inputs:
  - influxdb_listener: { service_address: "${listen}" }
outputs:
  - influxdb: { urls: ["${influxd.url}"], database: senders }
  - prometheus_remote_write: { url: "${prometheus.url}/api/v1/write" }
`,
    );
  }

  async #push(end: AbortSignal): Promise<void> {
    for (let step = 0; !end.aborted; step += STEPS_PER_BATCH) {
      const body = this.#batch(step);
      while ((await fetch(`${this.#url}/write?db=senders`, { method: 'POST', body })).status !== 204) await sleep(20);
      await sleep(10);
    }
  }

  #batch(step: number): string {
    const lines: string[] = [];
    for (let at = step; at < step + STEPS_PER_BATCH; at++) {
      for (const host of HOSTS) {
        const ms = this.#startMs + at * STEP_MS;
        const watts = Math.round(this.#random.next() * 10_000) / 100;
        lines.push(`power,host=${host} watts=${watts} ${ms}000000`);
        this.#pushed.set(`${host} ${ms}`, watts);
      }
    }
    return `${lines.join('\n')}\n`;
  }

  /** Or until it has taken so long that something must be lost; the comparison then says what. */
  async #untilDelivered(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline && this.#left().points > 0) await sleep(200);
  }

  async #fromInfluxdb(): Promise<Samples> {
    const samples = new Map<string, number>();
    for (const { tags, values } of await this.#servers.influxd.query('senders', 'SELECT watts FROM power GROUP BY host')) {
      for (const [time, watts] of values) samples.set(`${tags?.['host']} ${BigInt(String(time)) / 1_000_000n}`, Number(watts));
    }
    return samples;
  }

  async #fromPrometheus(): Promise<Samples> {
    const samples = new Map<string, number>();
    for (const { metric, values = [] } of await this.#servers.prometheus.query('power_watts[6h]')) {
      for (const [seconds, watts] of values) samples.set(`${metric['host']} ${Math.round(seconds * 1000)}`, Number(watts));
    }
    return samples;
  }

  #left(): SenderRoundsResult['left'] {
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
