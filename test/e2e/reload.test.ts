/** SIGHUP: another configuration is put in force without losing a point, or the one before goes on and says why. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repoPath } from '../support/command-line.ts';
import { reloads } from '../support/kill-rounds.ts';
import { freePort, startProcess, type RunningProcess } from '../support/process.ts';
import { startInfluxd, type Influxd } from '../support/servers.ts';

const START_S = 1_790_000_000;

let folder: string;
let listen: string;
let admin: string;
let influxd: Influxd;
let bridge: RunningProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-reload-'));
  listen = `127.0.0.1:${await freePort()}`;
  admin = `127.0.0.1:${await freePort()}`;
  influxd = await startInfluxd();
});

afterEach(async () => {
  await bridge?.stop();
  await influxd.stop();
  await rm(folder, { recursive: true });
});

interface Parts {
  readonly agent?: string;
  readonly inputs?: string;
  readonly processors?: string;
  readonly outputs?: string;
}

async function write({ agent = '', inputs = '', processors = '', outputs }: Parts = {}): Promise<void> {
  const yaml = `agent: { omit_hostname: true, flush_interval: 50ms, admin_address: "${admin}", data_directory: data${agent} }
inputs:
  - influxdb_listener: { service_address: "${listen}" }
${inputs}processors:
  - energy: {}
${processors}outputs:
${outputs ?? `  - influxdb: { urls: ["${influxd.url}"], database: reloaded }\n`}`;
  await writeFile(join(folder, 'site.yaml'), yaml);
}

async function start(args: readonly string[] = []): Promise<RunningProcess> {
  bridge = await startProcess({
    command: repoPath('bin/wattbridge'),
    args: ['run', 'site.yaml', ...args],
    cwd: folder,
    ready: async () => (await fetch(`http://${listen}/ping`)).status === 204,
  });
  return bridge;
}

/** Sends SIGHUP, and waits for these words in what is logged after it. */
async function reload(words: RegExp, signals = 1): Promise<string> {
  const before = bridge?.output().length;
  const logged = (): string => bridge?.output().slice(before) ?? '';
  for (let sent = 0; sent < signals; sent++) process.kill(bridge?.pid ?? 0, 'SIGHUP');
  await expect.poll(logged, { timeout: 20_000 }).toMatch(words);
  return logged();
}

const DONE = /the configuration was reloaded/;
const REFUSED = /the configuration was not reloaded: .*; the one before goes on/;

/** A reading of 100 W at second `at`. */
async function push(at: number): Promise<void> {
  const body = `powerstat_package,host=a,package_id=0 current_power_consumption_watts=100 ${START_S + at}000000000\n`;
  const answer = await fetch(`http://${listen}/write?db=any`, { method: 'POST', body });
  expect(answer.status).toBe(204);
}

/** The times at which InfluxDB has readings, and the last total that it has. */
async function stored(): Promise<{ seconds: number[]; joules: number }> {
  const readings = await influxd.query('reloaded', 'SELECT current_power_consumption_watts FROM powerstat_package');
  const totals = await influxd.query('reloaded', "SELECT last(joules_total) FROM energy WHERE scope = 'package'");
  const times = readings.flatMap(({ values }) => values.map(([time]) => Number(BigInt(String(time)) / 1_000_000_000n) - START_S));
  return { seconds: times, joules: Number(totals[0]?.values[0]?.[1] ?? Number.NaN) };
}

async function health(): Promise<{ status: string; reasons?: string[] }> {
  return (await (await fetch(`http://${admin}/healthz`)).json()) as { status: string; reasons?: string[] };
}

describe('SIGHUP', () => {
  it('takes nothing from those who push: twenty times under load, every point is there once, every joule too, and nobody was refused', async () => {
    const refusals: string[] = [];
    // Where the readings are, too: what is an hour behind the newest, Prometheus refuses.
    const startMs = Date.now() - 5 * 3_600_000;
    /** Pushes until it is over; resolves to how many points were acknowledged, and their sum. */
    const load = async (url: string, pusher: number, isOver: () => boolean): Promise<[count: number, sum: number]> => {
      let [count, sum] = [0, 0];
      for (let at = 0; !isOver(); at++) {
        const lines = Array.from({ length: 50 }, (_, line) => `load,pusher=${pusher},line=${line} v=${at}i ${startMs + at * 10}000000`);
        const answer = await fetch(`${url}/write?db=any`, { method: 'POST', body: lines.join('\n') });
        if (answer.status !== 204) refusals.push(`${answer.status} ${await answer.text()}`);
        count += lines.length;
        sum += lines.length * at;
      }
      return [count, sum];
    };
    const result = await reloads(20, 20_261_201, async (url, server, isOver) => {
      const acknowledged = await Promise.all([1, 2, 3].map((pusher) => load(url, pusher, isOver)));
      const counted = async () => {
        const series = await server.query('killed', 'SELECT count(v), sum(v) FROM load GROUP BY pusher');
        return series.map(({ values: [[, count, sum]] }) => [Number(count), Number(sum)]);
      };
      await expect.poll(counted, { timeout: 60_000 }).toEqual(acknowledged);
    });

    expect(refusals).toEqual([]);
    expect(result.repeats).toBe(0);
    expect(result.influxdb).toEqual(result.pushed);
    expect(result.prometheus).toEqual(result.pushed);
    expect(result.energy).toEqual(result.energyWithout);
    expect(result.energyInPrometheus).toEqual(result.energyWithout);
    expect(result.left).toEqual({ points: 0, deadLetters: 0 });
  }, 300_000);

  it('takes nothing from those who send over sockets, and nothing from who scrapes', async () => {
    const [tcp, udp, page] = await Promise.all([freePort(), freePort(), freePort()]);
    const inputs = `  - socket_listener: { service_address: "tcp://127.0.0.1:${tcp}" }
  - socket_listener: { service_address: "udp://127.0.0.1:${udp}" }\n`;
    const outputs = `  - file: { files: [all.lp] }\n  - prometheus_client: { listen: "127.0.0.1:${page}", metric_version: 2 }\n`;
    await write({ inputs, outputs });
    await start();
    const stream = connect(tcp, '127.0.0.1');
    const packets = createSocket('udp4');
    let [sent, isOver] = [0, false];
    const sending = (async () => {
      for (; !isOver; sent++) {
        stream.write(`tcp v=${sent}i ${START_S}00`);
        packets.send(`udp v=${sent}i ${START_S}000000000`, udp, '127.0.0.1');
        await sleep(2);
        stream.write('0000000\n');
      }
    })();
    const shown = async (): Promise<string> => (await fetch(`http://127.0.0.1:${page}/metrics`)).text();
    await expect.poll(shown, { timeout: 10_000 }).toMatch(/tcp_v[^]*udp_v/);
    const scraping = (async () => {
      while (!isOver) expect(await shown()).toMatch(/tcp_v[^]*udp_v/);
    })();
    const reloading = (async () => {
      for (let interval = 1; interval <= 5; interval++) {
        await write({ agent: `, interval: ${interval}s`, inputs, outputs });
        await reload(DONE);
      }
    })();
    await Promise.all([scraping, sending, reloading.finally(() => (isOver = true))]);
    stream.destroySoon();
    packets.close();

    const written = async (name: string): Promise<number> =>
      new Set((await readFile(join(folder, 'all.lp'), 'utf8')).split('\n').filter((line) => line.startsWith(`${name} `))).size;
    await expect.poll(() => written('tcp'), { timeout: 10_000 }).toBe(sent);
    await expect.poll(() => written('udp'), { timeout: 10_000 }).toBe(sent);
  });

  it('goes on with the one before when the files are wrong, and says all that is', async () => {
    await write();
    const { pid } = await start();
    await push(0);

    await write({ processors: '  - renam: {}\n  - energy: { max_gap: 0s }\n' });
    const logged = await reload(REFUSED);
    expect(logged).toMatch(/site\.yaml:6:5: .*"renam".*did you mean "rename"/);
    await write({ processors: '  - energy: { max_gap: 0s }\n' });
    expect(await reload(REFUSED)).toMatch(/site\.yaml:6:\d+: processors\.energy: max_gap must be more than 0/);
    await rm(join(folder, 'site.yaml'));
    expect(await reload(REFUSED)).toMatch(/E! .*site\.yaml.*there is no such file/);
    expect(await health()).toMatchObject({ status: 'degraded', reasons: [expect.stringMatching(REFUSED)] });
    await push(1);

    await write();
    await reload(DONE);
    expect(await health()).toMatchObject({ status: 'ok' });
    await push(2);
    await expect.poll(stored, { timeout: 10_000 }).toEqual({ seconds: [0, 1, 2], joules: 200 });
    expect(bridge?.pid).toBe(pid);
  });

  it('finds a port that is taken, or a folder that can not be changed, before anything is stopped', async () => {
    await write();
    await start();
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const taken = (other.address() as { port: number }).port;

    await write({ agent: '_too', inputs: `  - influxdb_listener: { service_address: "127.0.0.1:${taken}" }\n` });
    const logged = await reload(REFUSED);

    expect(logged).toMatch(/inputs\.influxdb_listener#2: cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
    expect(logged).toContain("agent: data_directory can't be changed by a reload");
    expect(logged).not.toContain('listening on');
    other.close();
    await push(0);
  });

  it('returns to the one before when the new one turns out not to start', async () => {
    await write();
    await start();
    await push(0);

    await write({ inputs: '  - replay: { file: missing.lp }\n' });
    await reload(/the configuration was not reloaded: inputs\.replay: .*missing\.lp.*; the one before goes on/);
    await push(1);

    await expect.poll(stored, { timeout: 10_000 }).toEqual({ seconds: [0, 1], joules: 100 });
    expect(await (await fetch(`http://${admin}/metrics`)).text()).toContain('wattbridge_config_reloads_total{result="undone"} 1');
  });

  it('moves a listener to another port, and the admin server too', async () => {
    await write();
    await start();
    const [listenedBefore, adminBefore] = [listen, admin];
    listen = `127.0.0.1:${await freePort()}`;
    admin = `127.0.0.1:${await freePort()}`;

    await write();
    await reload(DONE);

    await push(0);
    expect(await health()).toMatchObject({ status: 'ok' });
    await expect(fetch(`http://${listenedBefore}/ping`)).rejects.toThrow();
    await expect(fetch(`http://${adminBefore}/healthz`)).rejects.toThrow();
  });

  it.each(['disk', 'memory'])('keeps what waits for a server that is down, also for an output under a new name: %s', async (driver) => {
    const agent = `, queue_driver: ${driver}, shutdown_timeout: 5s`;
    await write({ agent });
    await start();
    await push(0);
    await expect.poll(stored, { timeout: 10_000 }).toEqual({ seconds: [0], joules: 0 });
    await influxd.halt('SIGKILL');
    await push(1);

    await write({ agent, outputs: `  - influxdb: { alias: lab, urls: ["${influxd.url}"], database: reloaded }\n` });
    expect(await reload(DONE)).toContain('outputs.influxdb::lab takes over the queue of outputs.influxdb');
    await push(2);
    await write({ agent, outputs: '  - discard: {}\n' });
    expect(await reload(DONE)).toMatch(/\d+ points wait for outputs\.influxdb::lab, which is not in the configuration; they are kept/);
    expect(await health()).toMatchObject({ status: 'degraded' });
    await write({ agent, outputs: `  - influxdb: { alias: lab, urls: ["${influxd.url}"], database: reloaded }\n` });
    await reload(DONE);
    await push(3);

    await influxd.resume();
    await expect.poll(stored, { timeout: 30_000 }).toEqual({ seconds: [0, 1, 2, 3], joules: 300 });
  });

  it('sent twice at once loads what is there in the end', async () => {
    await write();
    await start();
    await write({ agent: ', interval: 7s' });

    await reload(DONE, 2);
    await push(0);
    await expect.poll(stored, { timeout: 10_000 }).toEqual({ seconds: [0], joules: 0 });
    await bridge?.stop();
    expect(bridge?.exit()).toBe(0);
  });

  it('opens the log file again, so that it can be rotated', async () => {
    await write({ agent: ', logfile: bridge.log' });
    await start();
    const log = join(folder, 'bridge.log');
    await writeFile(`${log}.1`, await readFile(log));
    await rm(log);

    process.kill(bridge?.pid ?? 0, 'SIGHUP');
    await expect.poll(() => readFile(log, 'utf8').catch(() => ''), { timeout: 20_000 }).toMatch(DONE);
  });

  it('stops in good order when the end is asked for meanwhile', async () => {
    await write();
    await start();
    await push(0);
    process.kill(bridge?.pid ?? 0, 'SIGHUP');
    await bridge?.stop();

    expect(bridge?.exit()).toBe(0);
    expect(await stored()).toEqual({ seconds: [0], joules: 0 });
  });
});

it('a terminal that is closed is the end, in good order', async () => {
  await write();
  const pidfile = join(folder, 'pid');
  const terminal = await startProcess({
    command: 'script',
    args: ['--quiet', '--command', `${repoPath('bin/wattbridge')} run site.yaml --pidfile pid`, '/dev/null'],
    cwd: folder,
    ready: async () => (await fetch(`http://${listen}/ping`)).status === 204,
  });
  await push(0);
  expect(existsSync(pidfile)).toBe(true);

  await terminal.stop('SIGKILL');

  await expect.poll(() => existsSync(pidfile), { timeout: 20_000 }).toBe(false);
  expect(await stored()).toEqual({ seconds: [0], joules: 0 });
});

describe.each(['notify', 'poll'])('--watch-config %s', (how) => {
  it('reloads when a file says something else, and goes on with a folder of them', async () => {
    await write();
    await mkdir(join(folder, 'more'));
    await writeFile(join(folder, 'more/a.yaml'), 'processors: [{ energy: { alias: more, max_gap: 1h } }]\n');
    await start(['--config-directory', 'more', '--watch-config', how, '--watch-interval', '50ms', '--watch-debounce-interval', '50ms']);
    const reloaded = (): number => bridge?.output().split('the configuration was reloaded').length ?? 0;

    await write({ agent: ', interval: 7s' });
    await expect.poll(reloaded, { timeout: 20_000 }).toBe(2);
    await writeFile(join(folder, 'more/b.yaml'), 'processors: [{ renam: {} }]\n');
    await expect
      .poll(() => bridge?.output(), { timeout: 20_000 })
      .toMatch(/more\/b\.yaml:1:\d+: .*"renam"[^]*was not reloaded: one mistake/);
    await writeFile(join(folder, 'more/b.yaml'), 'processors: [{ rename: { replace: [{ measurement: x, dest: y }] } }]\n');
    await expect.poll(reloaded, { timeout: 20_000 }).toBe(3);
    await push(0);
    await expect.poll(stored, { timeout: 10_000 }).toEqual({ seconds: [0], joules: 0 });
  });
});

describe('SIGUSR1', () => {
  it('sends what is queued at once', async () => {
    await write({ outputs: `  - influxdb: { urls: ["${influxd.url}"], database: reloaded, flush_interval: 1h }\n` });
    await start();
    await push(0);
    const waiting = await fetch(`http://${admin}/healthz`).then((answer) => answer.json());
    expect(waiting).toMatchObject({ outputs: [{ queued_points: 2 }] });

    process.kill(bridge?.pid ?? 0, 'SIGUSR1');
    await expect.poll(stored, { timeout: 10_000 }).toEqual({ seconds: [0], joules: 0 });
  });
});
