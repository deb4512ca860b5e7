/**
 * Files as operators have them, each in a folder of `telegraf-confs`, run unchanged against a real InfluxDB, and converted to YAML: the same
 * points must be there. `expected.lp` says which, without a time where that of the run is meant; `fields` says what there must be, whatever
 * its value; `*.expected.lp` is what an output writes into a file; `billing.json` what a device is sent; `expected.samples` what a real
 * Prometheus has; `expected.prom` what is on the page of one that runs on and listens.
 */
import { createSocket } from 'node:dgram';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath, wattbridge } from '../support/command-line.ts';
import { startFakeServer, type FakeServer } from '../support/fake-server.ts';
import { freePort, startProcess } from '../support/process.ts';
import { readLines } from '../support/read-lines.ts';
import { startInfluxd, startNodeExporter, startPrometheus, type Influxd, type Prometheus, type Server } from '../support/servers.ts';

const ROOT = repoPath('test/e2e/telegraf-confs');

let influxd: Influxd;
let exporter: Server;
let prometheus: Prometheus;
let devices: FakeServer;

beforeAll(async () => {
  [influxd, exporter, prometheus, devices] = await Promise.all([
    startInfluxd(),
    startNodeExporter(),
    startPrometheus(),
    startFakeServer(({ method, headers }) => {
      if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401 };
      return method === 'GET' ? { status: 200, body: readFileSync(join(ROOT, 'chargers/chargers.json')) } : { status: 204 };
    }),
  ]);
});

afterAll(async () => {
  await Promise.all([influxd, exporter, prometheus, devices].map((server) => server.stop()));
});

const TOKEN = 'geheim';

interface Prepared {
  readonly folder: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A copy of the folder, its file converted or not, and a database for it. */
async function prepare(name: string, database: string, convert: boolean, more: Readonly<Record<string, string>> = {}): Promise<Prepared> {
  const folder = mkdtempSync(join(tmpdir(), 'wattbridge-conf-'));
  cpSync(join(ROOT, name), folder, { recursive: true });
  const env = {
    INFLUXDB: influxd.url,
    NODE_EXPORTER: exporter.url,
    DATABASE: database,
    DEVICES: devices.url,
    DEVICE_TOKEN: TOKEN,
    REMOTE_WRITE: prometheus.writeUrl,
    ...more,
  };
  await influxd.query('', `CREATE DATABASE "${database}"`);
  for (const policy of ['short', 'long']) {
    await influxd.query('', `CREATE RETENTION POLICY "${policy}" ON "${database}" DURATION INF REPLICATION 1`);
  }
  if (convert) {
    const { code, stderr } = await wattbridge(['config', 'convert', 'telegraf.conf', '-o', 'telegraf.yaml'], { cwd: folder, env });
    if (code !== 0) throw new Error(stderr);
  }
  return { folder, file: convert ? 'telegraf.yaml' : 'telegraf.conf', env };
}

/** Runs a copy of the folder once, its file converted or not; resolves to the copy. */
async function run(name: string, database: string, convert: boolean): Promise<string> {
  const { folder, file, env } = await prepare(name, database, convert);
  const more = existsSync(join(folder, 'arguments')) ? readFileSync(join(folder, 'arguments'), 'utf8').trim().split(' ') : [];
  const args = ['--config', file, '--once', '--quiet', ...more];
  expect(await wattbridge(args, { cwd: folder, env })).toEqual({ code: 0, stdout: '', stderr: '' });
  return folder;
}

/** Everything in a database, one text per field: `measurement tags field value time`. */
async function stored(database: string, withTime: boolean): Promise<string[]> {
  const found: string[] = [];
  for (const policy of ['autogen', 'short', 'long']) {
    for (const { name, tags = {}, columns, values } of await influxd.query(database, `SELECT * FROM "${policy}"./.*/ GROUP BY *`)) {
      for (const [time, ...row] of values) {
        for (const [at, value] of row.entries()) {
          if (value !== null) found.push(entry(name, Object.entries(tags), columns[at + 1], value, withTime ? String(time) : ''));
        }
      }
    }
  }
  return found.sort();
}

function entry(name: string, tags: readonly (readonly [string, string])[], field: string, value: unknown, time: string): string {
  const sorted = tags
    .filter(([, text]) => text !== '')
    .map(([key, text]) => `${key}=${text}`)
    .sort();
  return `${[name, ...sorted].join(',')} ${field} ${String(value)} ${time}`.trimEnd();
}

const listening = new Set(namesWith('expected.prom'));

describe.each(namesWith('expected.lp').filter((name) => !listening.has(name)))('a telegraf.conf: %s', (name) => {
  it.each([false, true])('says what it is to say, converted: %s', async (convert) => {
    const text = readFileSync(join(ROOT, name, 'expected.lp'), 'utf8');
    const withTime = / \d{19}\n/.test(text);
    const database = `${name}-${String(convert)}`;
    const folder = await run(name, database, convert);

    expect(await stored(database, withTime)).toEqual(entriesOf(text, withTime));
    for (const file of readdirSync(folder).filter((other) => other.endsWith('.expected.lp'))) {
      const written = readLines(readFileSync(join(folder, file.replace('.expected', ''))));
      expect(written).toEqual(readLines(readFileSync(join(folder, file))));
    }
    expect(billed()).toEqual(existsSync(join(folder, 'billing.json')) ? [readJson(join(folder, 'billing.json'))] : []);
    rmSync(folder, { recursive: true });
  });
});

/** What the devices were sent since this was asked. */
function billed(): unknown[] {
  const sent = devices.asked.splice(0).filter(({ method, path, headers }) => `${method} ${path} ${headers['content-type']}` === BILLING);
  return sent.map(({ body }) => JSON.parse(String(body)) as unknown);
}

const BILLING = 'PUT /billing application/json';

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}

describe.each(namesWith('fields'))('a telegraf.conf: %s', (name) => {
  it.each([false, true])('collects what there is, converted: %s', async (convert) => {
    const database = `${name}-${String(convert)}`;
    rmSync(await run(name, database, convert), { recursive: true });
    const found = await stored(database, false);

    for (const line of readFileSync(join(ROOT, name, 'fields'), 'utf8')
      .trim()
      .split('\n')) {
      const [measurement, field] = line.split(' ');
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${measurement}(,\\S+)? ${field} \\S+$`)));
    }
  });
});

describe.each(namesWith('expected.samples'))('a telegraf.conf: %s', (name) => {
  it.each([false, true])('reaches Prometheus, converted: %s', async (convert) => {
    const database = `${name}-${String(convert)}`;
    rmSync(await run(name, database, convert), { recursive: true });
    // Times of polled inputs are rounded to the second, also to the next.
    const found = await prometheus.query(`{office="${database}"}`, Date.now() / 1000 + 1);

    const samples = found.map(({ metric: { __name__: metric, office: _office, ...labels }, value }) => {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
      return `${metric}{${pairs.join(',')}} ${value?.[1]}`;
    });
    expect(samples.sort()).toEqual(
      readFileSync(join(ROOT, name, 'expected.samples'), 'utf8')
        .trim()
        .split('\n')
        .sort(),
    );
  });
});

describe.each([...listening])('a telegraf.conf: %s', (name) => {
  it.each([false, true])('shows what it is sent, converted: %s', async (convert) => {
    const database = `${name}-${String(convert)}`;
    const [tcp, udp, page] = await Promise.all([freePort(), freePort(), freePort()]);
    const own = { TCP: `127.0.0.1:${tcp}`, UDP: `127.0.0.1:${udp}`, PAGE: `127.0.0.1:${page}`, SOCKET: join(tmpdir(), `${database}.sock`) };
    const { folder, file, env } = await prepare(name, database, convert, own);
    const headers = { Authorization: `Basic ${btoa(`prometheus:${TOKEN}`)}` };
    const scrape = (): Promise<Response> => fetch(`http://${own.PAGE}/metrics`, { headers });
    const bridge = await startProcess({
      command: repoPath('bin/wattbridge'),
      args: ['--config', file],
      cwd: folder,
      env,
      ready: async () => existsSync(own.SOCKET) && (await scrape()).ok,
    });
    const sent = (from: string): Buffer => readFileSync(join(folder, from));
    connect(tcp, '127.0.0.1').end(sent('tcp.lp'));
    connect(own.SOCKET).end(sent('unix.json'));
    const socket = createSocket('udp4');
    socket.send(sent('udp.lp'), udp, '127.0.0.1', () => socket.close());

    await expect.poll(async () => (await scrape()).text(), { timeout: 10_000 }).toBe(String(sent('expected.prom')));
    expect((await fetch(`http://${own.PAGE}/metrics`)).status).toBe(401);
    await bridge.stop();
    expect(await stored(database, false)).toEqual(entriesOf(String(sent('expected.lp')), false));
    rmSync(folder, { recursive: true });
  });
});

function namesWith(file: string): string[] {
  return readdirSync(ROOT)
    .filter((name) => existsSync(join(ROOT, name, file)))
    .sort();
}

/** Line protocol as `stored` has it; a time that is not there stays out. */
function entriesOf(text: string, withTime: boolean): string[] {
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [, head, fields, time = ''] = /^(\S+) ((?:"[^"]*"|\S)+)(?: (\d+))?$/.exec(line) ?? [];
      const [name, ...tags] = head.split(',');
      const pairs = tags.map((tag) => tag.split('=') as [string, string]);
      return [...fields.matchAll(/(\w+)=("[^"]*"|[^,]+)/g)].map(([, field, value]) =>
        entry(name, pairs, field, value.startsWith('"') ? value.slice(1, -1) : value.replace(/i$/, ''), withTime ? time : ''),
      );
    })
    .sort();
}
