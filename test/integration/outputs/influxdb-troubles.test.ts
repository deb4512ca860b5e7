/** What goes wrong at a real InfluxDB while the pipeline runs, and that nothing is lost by it. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startOutputPipeline, type OutputPipeline } from '../../support/output-pipeline.ts';
import { startInfluxd, type Influxd } from '../../support/servers.ts';

const login = { username: 'ada', password: 'secret' };

let influxd: Influxd;
let guarded: Influxd;
let pipeline: OutputPipeline;
beforeAll(async () => {
  [influxd, guarded] = await Promise.all([startInfluxd(), startInfluxd({ login })]);
});
afterEach(() => pipeline.stop());
afterAll(() => Promise.all([influxd.stop(), guarded.stop()]));

async function start(database: string, options: object = {}): Promise<void> {
  pipeline = await startOutputPipeline({ urls: [influxd.url], database, ...options }, { shutdown_timeout: '1s' });
}

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `m,t=${at % 7} v=${from + at} ${from + at + 1}`);

async function delivered(): Promise<void> {
  await vi.waitFor(() => expect(pipeline.waiting()).toBe(0), { timeout: 20_000, interval: 20 });
}

async function held(words: string): Promise<void> {
  await vi.waitFor(() => expect(pipeline.log()).toContain(words), { timeout: 10_000, interval: 20 });
  expect(pipeline.waiting()).toBeGreaterThan(0);
}

async function count(server: Influxd, database: string, from = 'm'): Promise<number> {
  const [series] = await server.query(database, `SELECT COUNT(v) FROM ${from}`);
  return Number(series?.values[0][1] ?? 0);
}

describe('while the pipeline runs, influxdb', () => {
  it('makes a database that was dropped again, with its policies', async () => {
    await start('gone', { retention_policy: 'raw', retention_policies: { raw: 'inf' } });
    await pipeline.push(lines(0, 100));
    await delivered();
    await influxd.query('', 'DROP DATABASE gone');
    await pipeline.push(lines(100, 300));
    await delivered();
    expect(await count(influxd, 'gone', 'raw.m')).toBe(200);
    expect(await pipeline.letters()).toEqual([]);
  });

  it('waits for its database where it may not make it', async () => {
    await start('later', { skip_database_creation: true });
    await pipeline.push(lines(0, 100));
    await held('database not found');
    await influxd.query('', 'CREATE DATABASE later');
    await delivered();
    expect(await count(influxd, 'later')).toBe(100);
  });

  it('waits for its retention policy when somebody dropped it, and does not take it for a wrong tag', async () => {
    await influxd.query('', 'CREATE DATABASE owned');
    await influxd.query('', 'CREATE RETENTION POLICY own ON owned DURATION INF REPLICATION 1');
    await start('owned', { retention_policy: 'own', retention_policy_tag: 'rp' });
    await influxd.query('', 'DROP RETENTION POLICY own ON owned');
    await pipeline.push(lines(0, 100));
    await held('retention policy not found');
    await influxd.query('', 'CREATE RETENTION POLICY own ON owned DURATION INF REPLICATION 1');
    await delivered();
    expect(await count(influxd, 'owned', 'own.m')).toBe(100);
    expect(await pipeline.letters()).toEqual([]);
  });

  it.each([
    ['the scheme', 'https', '/', 'does not speak TLS on this port: should the URL begin with http://'],
    ['the path', 'http', '/elsewhere', 'check urls: no InfluxDB answers there'],
    ['the password', 'http', '/', 'check username and password'],
  ])('waits while %s is wrong (%s://…%s), and says what to check', async (_option, scheme, path, words) => {
    const url = `${guarded.url.replace('http', scheme)}${path}`;
    await start('guarded', { urls: [url], ...login, password: 'wrong' });
    await pipeline.push(lines(0, 1));
    await held(words);
    expect(await pipeline.letters()).toEqual([]);
  });

  it('waits until its password is right again', async () => {
    await start('guarded', { urls: [guarded.url], ...login });
    await pipeline.push(lines(0, 50));
    await delivered();
    await guarded.query('', "CREATE USER root WITH PASSWORD 'root' WITH ALL PRIVILEGES");
    const asRoot = (influxql: string): Promise<Response> =>
      fetch(`${guarded.url}/query?u=root&p=root`, { method: 'POST', body: new URLSearchParams({ q: influxql }) });
    await asRoot("SET PASSWORD FOR ada = 'changed'");
    await pipeline.push(lines(50, 100));
    await held('check username and password');
    await asRoot("SET PASSWORD FOR ada = 'secret'");
    await delivered();
    expect(await count(guarded, 'guarded')).toBe(100);
  });

  it('writes numbers in the kind that a database has already, and refuses what can not be told in it', async () => {
    await influxd.query('', 'CREATE DATABASE kinds');
    await influxd.write('kinds', 'm v=1i 1\nn v=1 1');
    await start('kinds');
    await pipeline.push(['m v=2 2', 'm v=2.5 3', 'm v=4 4', 'n v=2i 2', 'n v=3i 3']);
    await delivered();
    const values = async (from: string): Promise<unknown[]> =>
      (await influxd.query('kinds', `SELECT v FROM ${from}`))[0].values.map(([, v]) => v);
    expect(await values('m')).toEqual([1, 2, 4]);
    expect(await values('n')).toEqual([1, 2, 3]);
    const [letter, ...others] = await pipeline.letters();
    expect(others).toEqual([]);
    expect([letter.body.toString(), letter.reason]).toEqual(['m v=2.5 3\n', expect.stringContaining('already exists as type integer')]);
  });

  it('leaves the last value of each series and time, whatever answers are lost on the way', async () => {
    const network = await startBadNetwork(influxd);
    try {
      await influxd.query('', 'CREATE DATABASE ordered');
      await start('ordered', { urls: [network.url], metric_batch_size: 50, timeout: '2s' });
      // As an energy window is written again with each batch that is late.
      let round = 0;
      for (; round < 40 || network.lost < 3; round++) {
        await pipeline.push(Array.from({ length: 40 }, (_, at) => `energy,vm=v${at} v=${round}.5 ${1 + (round % 2)}`));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      network.isBad = false;
      await delivered();
      const rows = await influxd.query('ordered', 'SELECT v FROM energy GROUP BY vm');
      expect(rows.map(({ values }) => values)).toEqual(
        Array.from({ length: 40 }, () => [
          [1, Math.floor((round - 1) / 2) * 2 + 0.5],
          [2, Math.floor((round - 2) / 2) * 2 + 1.5],
        ]),
      );
      expect(await pipeline.letters()).toEqual([]);
    } finally {
      await network.stop();
    }
  });
});

interface BadNetwork {
  readonly url: string;
  isBad: boolean;
  /** Requests of which no answer came back. */
  readonly lost: number;
  stop(): Promise<void>;
}

/** In front of a server: loses requests, loses answers, and answers 503, in turn. */
async function startBadNetwork(server: Influxd): Promise<BadNetwork> {
  let asked = 0;
  let lost = 0;
  const proxy = createServer((incoming, outgoing) => {
    const fate = network.isBad && incoming.url?.startsWith('/write') === true ? asked++ % 6 : 5;
    if (fate === 0) return void incoming.socket.destroy();
    if (fate === 1) return void incoming.resume().on('end', () => outgoing.writeHead(503, { 'retry-after': '0' }).end());
    const { method, headers } = incoming;
    const forwarded = request(`${server.url}${incoming.url}`, { method, headers }, (answer) => {
      if (fate === 2 || fate === 4) {
        lost++;
        return void answer.resume().on('end', () => incoming.socket.destroy());
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const network = {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    isBad: true,
    get lost() {
      return lost;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        proxy.close(() => resolve());
        proxy.closeAllConnections();
      }),
  };
  return network;
}
