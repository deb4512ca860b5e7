import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { influxdb } from '../../../src/plugins/outputs/influxdb/plugin.ts';
import type { Output } from '../../../src/pipeline/plugin.ts';
import { ship } from '../../../src/pipeline/shipment.ts';
import { SizeLimit } from '../../../src/pipeline/size-limit.ts';
import type { Payload } from '../../../src/queue/payload.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { createOutput, deliver, firstTry, pointsOf, refusals } from '../../support/output.ts';
import { startInfluxd, type Influxd } from '../../support/servers.ts';

const login = { username: 'ada', password: 'gr\'eat "pw' };
/** Small, so that a modest batch is too large for one request. */
const maxBodyBytes = 20_000;

let influxd: Influxd;
let guarded: Influxd;
beforeAll(async () => {
  [influxd, guarded] = await Promise.all([
    startInfluxd({ maxBodyBytes }),
    startInfluxd({ login: { username: 'ada', password: 'secret' } }),
  ]);
});
afterAll(() => Promise.all([influxd.stop(), guarded.stop()]));

const { signal } = new AbortController();

async function open(options: object): Promise<{ output: Output; context: TestContext }> {
  const context = testContext({ name: 'outputs.influxdb', nowMs: Date.now() });
  const output = createOutput(influxdb, { urls: [influxd.url], ...options }, context);
  await output.connect?.(signal);
  return { output, context };
}

/** The values of one field, by a retention policy's name. */
async function values(server: Influxd, database: string, from: string): Promise<unknown[]> {
  const [series] = await server.query(database, `SELECT v FROM ${from}`);
  return series?.values.map(([, value]) => value) ?? [];
}

async function policies(database: string): Promise<unknown[][]> {
  const [series] = await influxd.query(database, `SHOW RETENTION POLICIES ON "${database}"`);
  return series.values.map((row) => [row[0], row[1], row[4]]);
}

describe('influxdb to a real InfluxDB 1.x', () => {
  it('creates the database and its retention policies with their durations, the chosen one as default', async () => {
    await open({ database: 'made', retention_policy: 'forever', retention_policies: { forever: '52w', h1: 'inf' } });
    expect(await policies('made')).toEqual([
      ['autogen', '0s', false],
      ['forever', '8736h0m0s', true],
      ['h1', '0s', false],
    ]);
  });

  it('leaves a policy of another duration and the default of an older database as they are', async () => {
    await influxd.query('', 'CREATE DATABASE older');
    await influxd.query('', 'CREATE RETENTION POLICY raw ON older DURATION 7d REPLICATION 1');
    const { context } = await open({ database: 'older', retention_policy: 'h1', retention_policies: { raw: '4w', h1: 'inf' } });
    expect(await policies('older')).toEqual([
      ['autogen', '0s', true],
      ['raw', '168h0m0s', false],
      ['h1', '0s', false],
    ]);
    expect(context.logged.filter(({ level }) => level === 'warn')).toMatchObject([
      { details: { policy: 'raw', duration: '604800s', configured: '2419200s' } },
    ]);
  });

  it('routes by tags, and leaves them out when asked', async () => {
    const { output, context } = await open({
      database: 'routed',
      database_tag: 'db',
      exclude_database_tag: true,
      retention_policy_tag: 'rp',
      retention_policies: { h1: 'inf' },
    });
    const lines = ['m,host=a v=1 1', 'm,host=a,rp=h1 v=2 2', 'm,db=other,host=a v=3 3', 'm,host=a v=4 4'];
    const payloads = output.encode(pointsOf(context, lines.join('\n')), 1000);
    expect(payloads.map(({ destination, points }) => [destination, points])).toEqual([
      ['/write?db=routed', 2],
      ['/write?db=routed&rp=h1', 1],
      ['/write?db=other', 1],
    ]);
    for (const payload of payloads) expect(await output.send(payload, firstTry)).toEqual({ status: 'ok' });
    expect(await values(influxd, 'routed', 'm')).toEqual([1, 4]);
    expect(await values(influxd, 'routed', 'h1.m')).toEqual([2]);
    expect(await influxd.query('other', 'SELECT * FROM m')).toEqual([{ name: 'm', columns: ['time', 'host', 'v'], values: [[3, 'a', 3]] }]);
  });

  it('writes every kind of value exactly, gzipped or not', async () => {
    const line = String.raw`k\ 1,t\,ag=a\ b f=0.1,i=9223372036854775807i,s="x \"y\" \\ é",t=true,u=18446744073709551615u 1760000000123456789`;
    for (const encoding of ['gzip', 'identity'] as const) {
      const { output, context } = await open({ database: encoding, content_encoding: encoding });
      expect(await deliver(output, pointsOf(context, line))).toEqual([{ status: 'ok' }]);
      const [{ columns, values: rows }] = await influxd.query(encoding, 'SELECT * FROM "k 1"');
      expect(Object.fromEntries(columns.map((column, at) => [column, rows[0][at]]))).toEqual({
        time: 1760000000123456789n,
        f: 0.1,
        i: 9223372036854775807n,
        s: 'x "y" \\ é',
        t: true,
        't,ag': 'a b',
        u: 9223372036854775807n,
      });
    }
  });

  it("stores the good points of a batch with a type conflict, and counts the refused with the server's words", async () => {
    const { output, context } = await open({ database: 'conflict', number_kinds: 'as_they_come' });
    await deliver(output, pointsOf(context, 'm v=1 1'));
    const [result] = await deliver(output, pointsOf(context, 'm v=2 2\nm v=3i 3\nm v=4i 4\nm v=5 5'));
    expect(refusals(result)).toEqual({ points: 2, reasons: [expect.stringContaining('field type conflict')] });
    expect(await values(influxd, 'conflict', 'm')).toEqual([1, 2, 5]);
  });

  it('stores the good points also where a field is new and comes in two kinds at once, for which 1.x refuses the whole request', async () => {
    const { output, context } = await open({ database: 'new_conflict', number_kinds: 'as_they_come' });
    const [result] = await deliver(output, pointsOf(context, 'm v=1 1\nm v=2i 2\nm v=3 3\nother v=4 4\nm v=5i 5'));
    expect(refusals(result)).toEqual({ points: 2, reasons: [expect.stringContaining('field type conflict')] });
    expect(await values(influxd, 'new_conflict', 'm')).toEqual([1, 3]);
    expect(await values(influxd, 'new_conflict', 'other')).toEqual([4]);
  });

  it('leaves out and counts keys that are too long for InfluxDB, to the byte', async () => {
    const { output, context } = await open({ database: 'long' });
    const longest = 'x'.repeat(65_530);
    const lines = [`${longest} v=1 1`, `${longest}x v=2 1`, `m,t=${longest} v=3 1`, `m ${longest}=4 1`, 'm v=5 1'];
    expect(await deliver(output, pointsOf(context, lines.join('\n')))).toEqual([{ status: 'ok' }]);
    expect(context.dropped.get('not_writable')).toBe(2);
    expect(await values(influxd, 'long', longest)).toEqual([1]);
    expect(await values(influxd, 'long', 'm')).toEqual([5]);
  });

  it('counts points that are older than their retention policy', async () => {
    const { output, context } = await open({ database: 'old', retention_policy: 'short', retention_policies: { short: '1h' } });
    const now = `${Date.now()}000000`;
    const [result] = await deliver(output, pointsOf(context, `m v=1 1\nm v=2 ${now}`));
    expect(refusals(result)).toEqual({ points: 1, reasons: [expect.stringContaining('beyond retention policy')] });
    expect(await values(influxd, 'old', 'm')).toEqual([2]);
  });

  it('rejects what goes to an unknown retention policy, and creates a known one that was dropped', async () => {
    const { output, context } = await open({ database: 'dropped', retention_policy_tag: 'rp', retention_policies: { known: '2w' } });
    await influxd.query('', 'DROP RETENTION POLICY known ON dropped');
    const lines = `m,rp=known v=1 ${Date.now()}000000\nm,rp=unknown v=2 2`;
    expect(await deliver(output, pointsOf(context, lines))).toEqual([
      { status: 'ok' },
      { status: 'reject', reason: '500 retention policy not found: unknown' },
    ]);
    expect(await policies('dropped')).toContainEqual(['known', '336h0m0s', false]);
    expect(await values(influxd, 'dropped', 'known.m')).toEqual([1]);
  });

  it('makes a database that was dropped while running again, with its policies', async () => {
    const { output, context } = await open({ database: 'lost', retention_policy: 'raw', retention_policies: { raw: 'inf' } });
    await deliver(output, pointsOf(context, 'm v=1 1'));
    await influxd.query('', 'DROP DATABASE lost');
    expect(await deliver(output, pointsOf(context, 'm v=2 2'))).toEqual([{ status: 'ok' }]);
    expect(await values(influxd, 'lost', 'raw.m')).toEqual([2]);
  });

  it('splits what is too large for one request, strings with line ends and all', async () => {
    const { output, context } = await open({ database: 'large', content_encoding: 'identity' });
    const lines = Array.from({ length: 1000 }, (_, at) => `m v=${at},s="line\nend \\" ${'x'.repeat(60)}" ${at}`);
    const payloads = output.encode(pointsOf(context, lines.join('\n')), 1000);
    const split = (payload: Payload) => output.split?.(payload);
    const limit = new SizeLimit(1_000_000);
    expect(await ship(payloads, (payload) => output.send(payload, firstTry), split, limit)).toEqual({ status: 'settled', refused: [] });
    expect(limit.bytes).toBeLessThan(maxBodyBytes);
    expect(await values(influxd, 'large', 'm')).toEqual(lines.map((_, at) => at));
  });

  it('keeps the payload while the server is away, and delivers it when it is back', async () => {
    const { output, context } = await open({ database: 'away' });
    const [payload] = output.encode(pointsOf(context, 'm v=1 1'), 1000);
    await influxd.halt();
    expect(await output.send(payload, firstTry)).toMatchObject({ status: 'retry', reason: expect.stringContaining('ECONNREFUSED') });
    await influxd.resume();
    expect(await output.send(payload, firstTry)).toEqual({ status: 'ok' });
    expect(await values(influxd, 'away', 'm')).toEqual([1]);
  });

  it('writes to the server that works, of several', async () => {
    const { output, context } = await open({ urls: ['http://127.0.0.1:1', influxd.url], database: 'several' });
    for (let at = 1; at <= 8; at++) expect(await deliver(output, pointsOf(context, `m v=${at} ${at}`))).toEqual([{ status: 'ok' }]);
    expect(await values(influxd, 'several', 'm')).toHaveLength(8);
  });

  it("can't connect without a server, and says why", async () => {
    await expect(open({ urls: ['http://127.0.0.1:1'] })).rejects.toThrow('http://127.0.0.1:1: connect ECONNREFUSED');
  });
});

describe('influxdb to an InfluxDB 1.x that asks for credentials', () => {
  it('logs in by options or by the user in the URL', async () => {
    const url = new URL(guarded.url);
    url.username = 'ada';
    url.password = 'secret';
    for (const options of [{ urls: [guarded.url], username: 'ada', password: 'secret' }, { urls: [url.href] }]) {
      const { output, context } = await open({ ...options, database: 'guarded' });
      expect(await deliver(output, pointsOf(context, 'm v=1 1'))).toEqual([{ status: 'ok' }]);
    }
    expect(await values(guarded, 'guarded', 'm')).toEqual([1]);
  });

  it('keeps the points when the password is wrong, since it can be put right', async () => {
    await expect(open({ urls: [guarded.url], username: 'ada', password: 'wrong' })).rejects.toThrow('401 authorization failed');
    const { output, context } = await open({ urls: [guarded.url], username: 'ada', password: 'secret', database: 'guarded' });
    await guarded.query('', "SET PASSWORD FOR ada = 'changed'");
    const [result] = await deliver(output, pointsOf(context, 'm v=2 2'));
    expect(result).toMatchObject({ status: 'retry', reason: expect.stringContaining('check username and password') });
  });

  it('goes on when its user may write but not create', async () => {
    const root = await startInfluxd({ login });
    try {
      await root.query('', 'CREATE DATABASE given');
      await root.query('', "CREATE USER writer WITH PASSWORD 'w'");
      await root.query('', 'GRANT ALL ON given TO writer');
      const { output, context } = await open({
        urls: [root.url],
        username: 'writer',
        password: 'w',
        database: 'given',
        database_tag: 'db',
      });
      expect(await deliver(output, pointsOf(context, 'm v=1 1'))).toEqual([{ status: 'ok' }]);
      const { context: refused } = await open({ urls: [root.url], username: 'writer', password: 'w', database: 'forbidden' });
      expect(refused.logged).toMatchObject([{ level: 'warn', details: { reason: expect.stringContaining('403') } }]);
    } finally {
      await root.stop();
    }
  });
});
