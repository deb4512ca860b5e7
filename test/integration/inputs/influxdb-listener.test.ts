import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { HttpError, InfluxDB, Point, setLogger } from '@influxdata/influxdb-client';
import { afterEach, describe, expect, it } from 'vitest';
import { startListener, type RunningListener } from '../../support/listener.ts';

const LINES = 'cpu,host=kvm-0 usage_idle=97.4 1795362160000000000\nnet,host=kvm-0 bytes_recv=10i 1795362160000000001\n';

let running: RunningListener;
afterEach(() => running.listener.stop());

/** Exactly what `outputs.influxdb` of a stock Telegraf sends: headers, encoding and all. */
function telegraf(url: string, path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', body, headers: { 'User-Agent': 'Telegraf/1.34.0 Go/1.24.1', ...headers } });
}

describe('a stock Telegraf pushes', () => {
  it('creates its database, writes gzip bodies, and is answered 204 with nothing in it', async () => {
    running = await startListener();
    const { url, sink } = running;
    const created = await telegraf(url, '/query', new URLSearchParams({ q: 'CREATE DATABASE "metrics_from_pau"' }).toString(), {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect(created.status).toBe(200);
    expect(await created.json()).toEqual({ results: [{ statement_id: 0 }] });

    const written = await telegraf(url, '/write?db=metrics_from_pau&rp=forever', gzipSync(LINES), {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Encoding': 'gzip',
    });
    expect(written.status).toBe(204);
    expect(written.headers.get('x-influxdb-version')).toBe('1.0');
    expect(await written.text()).toBe('');
    expect(sink.lines).toEqual(LINES.trimEnd().split('\n'));
    expect(sink.sizes).toEqual([2]);
  });

  it('is answered only after the pipeline has the points', async () => {
    running = await startListener();
    const { sink, url } = running;
    const gate = Promise.withResolvers<void>();
    sink.hold = gate.promise;
    let answered = false;
    const writing = telegraf(url, '/write?db=x', LINES).then((response) => {
      answered = true;
      return response;
    });
    // A whole other exchange on the same loop: had the write been answered at once, its answer would be here by now.
    await fetch(`${url}/ping`);
    await fetch(`${url}/ping`);
    expect(answered).toBe(false);
    gate.resolve();
    expect((await writing).status).toBe(204);
  });

  it('is told to come back while the outputs are full, and nothing is taken', async () => {
    running = await startListener();
    running.sink.busy = 1;
    running.sink.retryAfterSeconds = 2.2;
    const refused = await telegraf(running.url, '/write?db=x', LINES);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('3');
    expect(await refused.json()).toEqual({ error: 'busy: outputs.influxdb is at its bound' });
    expect(running.sink.lines).toEqual([]);
    expect((await telegraf(running.url, '/write?db=x', LINES)).status).toBe(204);
    expect(running.sink.lines).toHaveLength(2);
  });

  it('keeps one connection open over its interval', async () => {
    running = await startListener();
    const reply = await telegraf(running.url, '/write?db=x', LINES);
    expect(reply.headers.get('connection')).toBe('keep-alive');
    expect(Number(/timeout=(\d+)/.exec(reply.headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThanOrEqual(60);
  });

  it('may send any number of statements and databases it likes, and an empty body', async () => {
    running = await startListener();
    expect((await telegraf(running.url, '/write', '')).status).toBe(204);
    expect((await telegraf(running.url, '/write', '', { 'Content-Encoding': 'gzip' })).status).toBe(204);
    expect((await telegraf(running.url, '/write', '# only a comment\n\n')).status).toBe(204);
    expect((await fetch(`${running.url}/query?q=SHOW+DATABASES`)).status).toBe(200);
    expect(running.sink.sizes).toEqual([]);
  });
});

describe("InfluxDB's own client library pushes", () => {
  it('points to a bucket, compressed, and understands a refusal', async () => {
    setLogger({ error: () => undefined, warn: () => undefined });
    running = await startListener({ token: 'secret', bucket_tag: 'bucket' });
    const write = (token: string) =>
      new InfluxDB({ url: running.url, token }).getWriteApi('org', 'site', 'ms', { gzipThreshold: 1, maxRetries: 0, batchSize: 10_000 });
    const good = write('secret');
    for (let index = 0; index < 500; index++) good.writePoint(new Point('m').tag('t', 'a b').intField('v', index).timestamp(index));
    await good.close();
    expect(running.sink.lines).toHaveLength(500);
    expect(running.sink.lines[7]).toBe('m,bucket=site,t=a\\ b v=7i 7000000');

    const refused = new InfluxDB({ url: running.url, token: 'wrong' }).getWriteApi('org', 'site', 'ms', {
      maxRetries: 0,
      writeFailed: () => undefined,
    });
    refused.writeRecord('m v=1');
    const error = await refused
      .flush()
      .then(() => refused.close())
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ statusCode: 401, code: 'unauthorized', message: expect.stringContaining('authorization failed') });
  });
});

describe('bad lines', () => {
  it('lose no good ones; the answer names the first and counts them, in body and header', async () => {
    running = await startListener();
    const reply = await telegraf(running.url, '/write?db=x', 'cpu value=1 1\ncpu value=invalid 2\ncpu value=2 3\ncpu,=x value=3\n');
    const message = 'partial write: metric parse error: expected field at 2:11: "cpu value=invalid 2" (and 1 other parse error) dropped=2';
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(reply.headers.get('x-influxdb-error')).toBe(message);
    expect(await reply.json()).toEqual({ error: message });
    expect(running.sink.lines).toEqual(['cpu value=1 1', 'cpu value=2 3']);
    expect(running.context.dropped).toEqual(new Map([['parse_error', 2]]));
  });

  it('are counted once, although a busy pipeline makes the client send them twice', async () => {
    running = await startListener();
    running.sink.busy = 1;
    expect((await telegraf(running.url, '/write', 'cpu value=1 1\nbad\n')).status).toBe(503);
    expect((await telegraf(running.url, '/write', 'cpu value=1 1\nbad\n')).status).toBe(400);
    expect(running.context.dropped.get('parse_error')).toBe(1);
  });

  it('with hostile bytes come back as valid JSON and a legal header', async () => {
    running = await startListener();
    const reply = await telegraf(running.url, '/write', Buffer.from('m v="é\u0001\r\n"x,\u2028\ud83d\ude00 X-Evil: 1\r\n\r\n\n', 'utf8'));
    expect(reply.status).toBe(400);
    expect(reply.headers.get('x-influxdb-error')).toMatch(/^[\x20-\x7e]+$/);
    expect(reply.headers.get('x-evil')).toBeNull();
    expect(await reply.json()).toEqual({ error: expect.stringContaining('unable to parse: metric parse error:') });
  });

  it('of a 2.x write are told in the form of 2.x, and lose no good ones either', async () => {
    running = await startListener();
    const reply = await telegraf(running.url, '/api/v2/write?org=o&bucket=b', 'cpu value=1 1\nbad\n');
    expect(reply.status).toBe(400);
    expect(await reply.json()).toEqual({
      code: 'invalid',
      message: expect.stringMatching(/^partial write: metric parse error: .* dropped=1$/),
    });
    expect(running.sink.lines).toEqual(['cpu value=1 1']);
  });
});

describe('precision', () => {
  it.each([
    ['', '1795362160123456789'],
    ['n', '1795362160123456789'],
    ['ns', '1795362160123456789'],
    ['u', '1795362160123456'],
    ['us', '1795362160123456'],
    ['µ', '1795362160123456'],
    ['µs', '1795362160123456'],
    ['ms', '1795362160123'],
    ['s', '1795362160'],
    ['m', '29922702'],
    ['h', '498711'],
  ])('"%s" reads %s', async (precision, time) => {
    running = await startListener();
    for (const path of ['/write', '/api/v2/write']) {
      const search = new URLSearchParams(precision === '' ? {} : { precision });
      expect((await telegraf(running.url, `${path}?${search}`, `m v=1 ${time}`)).status).toBe(204);
    }
    const unit = 10n ** BigInt(19 - time.length);
    const expected = { '29922702': 29_922_702n * 60_000_000_000n, '498711': 498_711n * 3_600_000_000_000n }[time] ?? BigInt(time) * unit;
    expect(running.sink.lines).toEqual([`m v=1 ${expected}`, `m v=1 ${expected}`]);
  });

  it('cuts the time of a line without one', async () => {
    running = await startListener();
    Object.assign(running.context.clock, { ms: 1_760_000_000_987, ns: 654_321 });
    await telegraf(running.url, '/write?precision=s', 'm v=1');
    await telegraf(running.url, '/write?precision=u', 'm v=2');
    await telegraf(running.url, '/write', 'm v=3');
    expect(running.sink.lines).toEqual(['m v=1 1760000000000000000', 'm v=2 1760000000987654000', 'm v=3 1760000000987654321']);
  });

  it('that nobody knows is refused, as by InfluxDB, instead of writing times that are wrong', async () => {
    running = await startListener();
    const reply = await telegraf(running.url, '/write?precision=fortnight', 'm v=1 1');
    expect(reply.status).toBe(400);
    expect(await reply.json()).toEqual({ error: 'invalid precision "fortnight" (use n, u, ms, s, m or h)' });
    expect(running.sink.lines).toEqual([]);
  });
});

describe('tags from the request', () => {
  it('are set over those of the lines, and follow each request', async () => {
    running = await startListener({ database_tag: 'database', retention_policy_tag: 'rp', bucket_tag: 'bucket' });
    const { url, sink } = running;
    await telegraf(url, '/write?db=pau&rp=forever', 'm,rp=own,zone=1 v=1 1\nm v=2 2');
    await telegraf(url, '/write?db=lab', 'm,rp=own,zone=1 v=3 3');
    await telegraf(url, '/write', 'm,rp=own,zone=1 v=4 4');
    await telegraf(url, '/api/v2/write?org=o&bucket=b', 'm,rp=own,zone=1 v=5 5');
    expect(sink.lines).toEqual([
      'm,database=pau,rp=forever,zone=1 v=1 1',
      'm,database=pau,rp=forever v=2 2',
      'm,database=lab,rp=own,zone=1 v=3 3',
      'm,rp=own,zone=1 v=4 4',
      'm,bucket=b,rp=own,zone=1 v=5 5',
    ]);
  });

  it('are not set unless asked for', async () => {
    running = await startListener();
    await telegraf(running.url, '/write?db=pau&rp=forever', 'm v=1 1');
    expect(running.sink.lines).toEqual(['m v=1 1']);
  });
});

describe('the other endpoints', () => {
  it('answer as InfluxDB and Telegraf do', async () => {
    running = await startListener();
    const { url } = running;
    const ping = await fetch(`${url}/ping`);
    expect([ping.status, ping.headers.get('x-influxdb-version')]).toEqual([204, '1.0']);
    expect((await fetch(`${url}/ping`, { method: 'HEAD' })).status).toBe(204);
    expect(await (await fetch(`${url}/ping?verbose=true`)).json()).toEqual({ version: '1.0' });
    expect((await fetch(`${url}/ping?verbose=0`)).status).toBe(204);
    for (const path of ['/health', '/api/v2/health']) {
      expect(await (await fetch(`${url}${path}`)).json()).toMatchObject({ status: 'pass', name: 'wattbridge' });
    }
    running.context.clock.ms += 3_723_000;
    for (const path of ['/ready', '/api/v2/ready']) {
      expect(await (await fetch(`${url}${path}`)).json()).toEqual({ status: 'ready', started: '2025-10-09T08:53:20.000Z', up: '1h2m3s' });
    }
  });

  it("refuse what is not there and what is not meant, in InfluxDB's form", async () => {
    running = await startListener();
    const { url } = running;
    const missing = await fetch(`${url}/debug/vars`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toEqual({ error: expect.stringContaining('/write') });
    const missing2 = await fetch(`${url}/api/v2/buckets`);
    expect(await missing2.json()).toEqual({ code: 'not found', message: expect.any(String) });
    const read = await fetch(`${url}/write`);
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await read.json()).toEqual({ error: 'this address takes POST only' });
    const encoded = await telegraf(url, '/write', 'm v=1', { 'Content-Encoding': 'br' });
    expect(encoded.status).toBe(415);
    expect(await encoded.json()).toEqual({ error: 'Content-Encoding "br" is not supported; use gzip or identity' });
  });

  it('answer 500 and live on when the pipeline fails with a bug', async () => {
    running = await startListener({}, { deliver: () => Promise.reject(new Error('a bug')) });
    const reply = await telegraf(running.url, '/write', 'm v=1 1');
    expect(reply.status).toBe(500);
    expect(await reply.json()).toEqual({ error: 'internal error; the log has more' });
    expect(running.context.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect((await fetch(`${running.url}/ping`)).status).toBe(204);
  });
});

describe('start and stop', () => {
  it('says plainly when the address is taken', async () => {
    running = await startListener();
    await expect(startListener({ service_address: `127.0.0.1:${running.port}` })).rejects.toThrow(
      new RegExp(`cannot listen on 127\\.0\\.0\\.1:${running.port}: .*EADDRINUSE.*change service_address`),
    );
  });

  it('warns loudly, once, when anyone may write from elsewhere in the clear', async () => {
    running = await startListener({ service_address: ':0' });
    const warnings = running.context.logged.filter(({ level }) => level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0].message).toMatch(
      /ATTENTION: :0 can be reached from other machines, and it does not encrypt .*, and anyone may write/,
    );
  });

  it('does not warn on loopback', async () => {
    running = await startListener();
    expect(running.context.logged.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('stops after what is under way, and refuses what has not arrived', async () => {
    running = await startListener();
    const { listener, url, sink, port } = running;
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    sink.hold = gate.promise;
    const deliver = sink.deliver.bind(sink);
    sink.deliver = (points) => {
      arrived.resolve();
      return deliver(points);
    };
    const underWay = telegraf(url, '/write', LINES);
    await arrived.promise;
    const half = httpRequest({ port, method: 'POST', path: '/write', headers: { 'Content-Length': '1000' } });
    const cut = new Promise<number | undefined>((resolve, reject) => {
      half.on('response', (response) => resolve(response.statusCode)).on('error', reject);
    });
    await new Promise((resolve) => half.write('m v=1 ', resolve));
    await fetch(`${url}/ping`);
    const stopped = listener.stop();
    expect(await cut).toBe(503);
    gate.resolve();
    expect((await underWay).status).toBe(204);
    half.destroy();
    await stopped;
    expect(sink.lines).toHaveLength(2);
    await expect(fetch(`${url}/ping`)).rejects.toThrow();
    running = await startListener();
  });
});
