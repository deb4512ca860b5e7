/** The input without `job`: as Telegraf's, over HTTP. */
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { prometheus } from '../../../src/plugins/inputs/prometheus/plugin.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { startFakeServer, type FakeServer, type Reply } from '../../support/fake-server.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../support/input.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const BODY = `# TYPE requests counter
requests{code="200",url="own"} 3
# TYPE latency histogram
latency_bucket{le="0.5"} 1
latency_bucket{le="+Inf"} 2
latency_sum 1.5
latency_count 2
old 7 1700000000000
`;

async function serve(reply: Reply = { status: 200, body: BODY }): Promise<FakeServer> {
  const server = await startFakeServer(() => reply);
  cleanups.push(() => server.stop());
  return server;
}

/** What one gather delivers, sorted, without the time of the scrape. */
async function gather(options: object, context: TestContext = testContext()): Promise<string[]> {
  const input = createPolled(prometheus, options, context);
  cleanups.push(async () => input.close?.());
  const sink = new CollectingSink(context.interner);
  await gatherOnce(input, sink);
  return sink.lines.map((line) => line.replace(` ${context.clock.ms}000000`, '')).toSorted();
}

describe('inputs.prometheus as in Telegraf', () => {
  it('makes a measurement of each family, tagged with the URL', async () => {
    const server = await serve();
    const url = `url=${server.url}/metrics`;
    expect(await gather({ urls: [server.url, server.url] })).toEqual([
      `latency,${url} +Inf=2,0.5=1,count=2,sum=1.5`,
      `old,${url} value=7 1700000000000000000`,
      `requests,code=200,${url} counter=3`,
    ]);
    expect(server.asked[0].headers.accept).not.toContain('openmetrics');
  });

  it('makes one measurement of everything with metric_version 2', async () => {
    const server = await serve();
    const url = `url=${server.url}/metrics`;
    expect(await gather({ urls: [`${server.url}/metrics`], metric_version: 2 })).toEqual([
      `prometheus,code=200,${url} requests=3`,
      `prometheus,le=+Inf,${url} latency_bucket=2`,
      `prometheus,le=0.5,${url} latency_bucket=1`,
      `prometheus,${url} latency_count=2,latency_sum=1.5`,
      `prometheus,${url} old=7 1700000000000000000`,
    ]);
  });

  it('has its options for the tag, for timestamps and for what a request took', async () => {
    const server = await serve();
    const lines = await gather({ urls: [server.url], url_tag: '', ignore_timestamp: true, enable_request_metrics: true });
    expect(lines.slice(0, 2)).toEqual(['latency +Inf=2,0.5=1,count=2,sum=1.5', 'old value=7']);
    expect(lines[2]).toMatch(new RegExp(`^prometheus_request content_length=${BODY.length}i,response_time=0\\.\\d+$`));
    expect(lines[3]).toBe('requests,code=200,url=own counter=3');
  });

  it('says once which URL gives nothing, and goes on with the others', async () => {
    const [good, refusing] = [await serve(), await serve({ status: 503, body: 'later' })];
    const context = testContext();
    const input = createPolled(prometheus, { urls: [refusing.url, good.url], content_length_limit: BODY.length }, context);
    cleanups.push(async () => input.close?.());
    const sink = new CollectingSink(context.interner);
    await gatherOnce(input, sink);
    await gatherOnce(input, sink);
    expect(sink.lines).toHaveLength(6);
    expect(context.errors()).toBe(2);
    expect(context.logged).toEqual([
      { level: 'error', message: 'target is down', details: { url: `${refusing.url}/metrics`, reason: 'status 503: later' } },
    ]);
    expect(await gather({ urls: [good.url], content_length_limit: BODY.length - 1 })).toEqual([]);
  });

  it('asks through a Unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wattbridge-socket-'));
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end('up 1\n');
    });
    const socket = join(folder, 'exporter.sock');
    await new Promise<void>((resolve) => {
      server.listen(socket, resolve);
    });
    cleanups.push(
      () => rm(folder, { recursive: true }),
      () => new Promise((resolve) => server.close(resolve)),
    );
    expect(await gather({ urls: [`unix://${socket}?path=/own`] })).toEqual([`up,url=unix://${socket}?path\\=/own value=1`]);
    expect(asked).toEqual(['/own']);
  });
});

it('shows its certificate, and trusts only whom it is told to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wattbridge-tls-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  await makeCertificates(folder);
  const [ca, cert, key] = await Promise.all(['ca.pem', 'server.pem', 'server.key'].map((name) => readFile(join(folder, name))));
  const server = createSecureServer({ ca, cert, key, requestCert: true }, (_request, response) => response.end('up 1\n'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const urls = [`https://127.0.0.1:${(server.address() as AddressInfo).port}`];
  const client = { tls_cert: 'client.pem', tls_key: 'client.key', tls_server_name: 'bridge.test' };
  const context = testContext({ baseDirectory: folder });
  expect(await gather({ urls, ...client }, context)).toEqual([]);
  expect(JSON.stringify(context.logged)).toMatch(/certificate/);
  expect(await gather({ urls, ...client, tls_ca: 'ca.pem', url_tag: '' }, context)).toEqual(['up value=1']);
});

describe('who asks', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each<[string, object, object]>([
    ['user and password', { username: 'ada', password: 'öpen' }, { authorization: basic('ada:öpen') }],
    ['a token', { bearer_token_string: 'abc', username: 'ada' }, { authorization: 'Bearer abc' }],
    ['a token in a file', { bearer_token: 'token.txt', bearer_token_string: 'abc' }, { authorization: 'Bearer from-file' }],
    [
      'a header',
      { http_headers: { Authorization: 'Own', Host: 'exporter.test', 'X-A': 'b' } },
      { authorization: 'Own', host: 'exporter.test', 'x-a': 'b' },
    ],
  ])('is told by %s', async (_name, options, headers) => {
    const folder = await mkdtemp(join(tmpdir(), 'wattbridge-token-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'token.txt'), 'from-file\n');
    const server = await serve();
    const lines = await gather({ urls: [server.url], ...options }, testContext({ baseDirectory: folder }));
    expect(lines).toHaveLength(3);
    expect(server.asked[0].headers).toMatchObject(headers);
  });

  it('may stand in the URL, and never in a tag or a log', async () => {
    const server = await serve();
    const withUser = server.url.replace('://', '://ada:p%40ss@');
    const lines = await gather({ urls: [withUser] });
    expect(server.asked[0].headers.authorization).toBe(basic('ada:p@ss'));
    expect(lines.join()).not.toContain('ada');
    await server.stop();
    const context = testContext();
    await gather({ urls: [withUser] }, context);
    expect(context.logged).toHaveLength(1);
    expect(JSON.stringify(context.logged)).not.toMatch(/ada|p%40ss|p@ss/);
  });

  it('is followed to where a target sends it, which is told nothing of who asks', async () => {
    const other = await serve();
    const server = await serve({ status: 302, headers: { location: `${other.url}/moved` } });
    expect(await gather({ urls: [server.url], bearer_token_string: 'abc' })).toHaveLength(3);
    expect(other.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([['/moved', undefined]]);
  });

  it('is told of a token whose file is missing', async () => {
    const context = testContext();
    expect(await gather({ urls: ['http://127.0.0.1:9'], bearer_token: '/nowhere/token' }, context)).toEqual([]);
    expect(JSON.stringify(context.logged)).toContain('cannot read bearer_token /nowhere/token');
  });
});
