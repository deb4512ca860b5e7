import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { http } from '../../../src/plugins/outputs/http/plugin.ts';
import type { Output, SendResult } from '../../../src/pipeline/plugin.ts';
import { joinPayloads } from '../../../src/queue/payload.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { startFakeServer, type Asked, type FakeServer, type Reply } from '../../support/fake-server.ts';
import { startVictoriaMetrics } from '../../support/servers.ts';
import { createOutput, deliver, firstTry, pointsOf } from '../../support/output.ts';

type Options = Partial<z.input<typeof http.schema>>;

let context: TestContext;
let server: FakeServer;
let answer: (asked: Asked, number: number) => Reply | 'hang up' | Promise<Reply>;
let output: Output | undefined;

beforeEach(async () => {
  context = testContext({ name: 'outputs.http' });
  answer = () => ({ status: 204 });
  server = await startFakeServer((asked, number) => answer(asked, number));
});
afterEach(async () => {
  await output?.close?.();
  output = undefined;
  await server.stop();
});

function create(options: Options = {}): Output {
  output = createOutput(http, { url: `${server.url}/in`, ...options }, context);
  return output;
}

async function send(lines: string, options: Options = {}, maxPoints = 1000): Promise<SendResult[]> {
  return deliver(create(options), pointsOf(context, lines), maxPoints);
}

const bodies = (): string[] => server.asked.map(({ body }) => body.toString());

const LINES = 'a v=1 1760000000000000000\nb v=2i 1760000001000000000\nc v="x" 1760000002000000000\n';

describe('outputs.http', () => {
  it('sends line protocol', async () => {
    expect(await send(LINES)).toEqual([{ status: 'ok' }]);
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/in', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(server.asked[0].headers['user-agent']).toMatch(/^Wattbridge\//);
    expect(bodies()).toEqual([LINES]);
  });

  it('sends JSON, several metrics in one text or each by itself', async () => {
    const [a, b, c] = [
      '{"fields":{"v":1},"name":"a","tags":{},"timestamp":1760000000}',
      '{"fields":{"v":2},"name":"b","tags":{},"timestamp":1760000001}',
      '{"fields":{"v":"x"},"name":"c","tags":{},"timestamp":1760000002}',
    ];
    await send(LINES, { data_format: 'json' });
    await send(LINES, { data_format: 'json', use_batch_format: false });
    expect(bodies()).toEqual([`{"metrics":[${a},${b},${c}]}\n`, `${a}\n`, `${b}\n`, `${c}\n`]);
  });

  it("sends Prometheus' text format, of each series the latest, and nothing where there is no number", async () => {
    context.metadata.note('net_bytes', { type: 'counter', help: 'Bytes.', unit: '' });
    const lines = 'net,if=lo bytes=1i,name="l o" 1760000000000000000\nnet,if=lo bytes=3i 1760000001000000000\ncpu idle=98.5,up=true 1\n';
    expect(await send(lines, { data_format: 'prometheus' })).toEqual([{ status: 'ok' }]);
    expect(await send('door state="open" 1\n', { data_format: 'prometheus' })).toEqual([{ status: 'ok' }]);
    const types = { counter: ['cpu_i*'], gauge: [] };
    const options = { prometheus_export_timestamp: true, prometheus_compact_encoding: true, prometheus_string_as_label: true };
    await send(lines, { data_format: 'prometheus', ...options });
    await send('cpu idle=98.5 1\n', { data_format: 'prometheus', prometheus_metric_types: types });

    const head = (name: string, type: string, help = 'Telegraf collected metric') => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    expect(bodies()).toEqual([
      `${head('cpu_idle', 'untyped')}cpu_idle 98.5\n${head('cpu_up', 'untyped')}cpu_up 1\n${head('net_bytes', 'counter', 'Bytes.')}net_bytes{if="lo"} 3\n`,
      'cpu_idle 98.5 0\ncpu_up 1 0\nnet_bytes{if="lo",name="l o"} 1 1760000000000\nnet_bytes{if="lo"} 3 1760000001000\n',
      `${head('cpu_idle', 'counter')}cpu_idle 98.5\n`,
    ]);
    expect(context.dropped.get('no_number')).toBe(1);
  });

  it('is taken by a server that imports that format', async () => {
    const victoria = await startVictoriaMetrics();
    const now = Math.floor(Date.now() / 1000);
    try {
      const options = { url: `${victoria.url}/api/v1/import/prometheus`, prometheus_export_timestamp: true };
      const sent = await send(`meter,room=b\\ 1 watts=412.5 ${now}000000000\n`, {
        data_format: 'prometheus',
        content_encoding: 'gzip',
        ...options,
      });
      expect(sent).toEqual([{ status: 'ok' }]);
      const found = () => victoria.query('meter_watts', now + 1);
      await expect
        .poll(found, { timeout: 15_000, interval: 250 })
        .toMatchObject([{ metric: { __name__: 'meter_watts', room: 'b 1' }, value: [now + 1, '412.5'] }]);
    } finally {
      await victoria.stop();
    }
  });

  it('sends each metric by itself in line protocol too', async () => {
    await send('a v="x\ny" 1\nb v=2 2\n', { use_batch_format: false, method: 'put' });
    expect(server.asked.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
    expect(bodies()).toEqual(['a v="x\ny" 1\n', 'b v=2 2\n']);
  });

  it('compresses', async () => {
    await send(LINES, { content_encoding: 'gzip' });
    expect(server.asked[0].headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(server.asked[0].body).toString()).toBe(LINES);
  });

  it('sends credentials and headers, those of the options over its own', async () => {
    await send(LINES, { username: 'ada', password: 'x:y', headers: { 'CONTENT-TYPE': 'application/x-lp', 'X-List': ['a', 'b'] } });
    expect(server.asked[0].headers).toMatchObject({
      authorization: `Basic ${Buffer.from('ada:x:y').toString('base64')}`,
      'content-type': 'application/x-lp',
      'x-list': 'a, b',
    });
    await output?.close?.();
    output = createOutput(http, { url: server.url.replace('://', '://ada:p%20w@') }, context);
    await deliver(output, pointsOf(context, LINES));
    expect(server.asked[1].headers.authorization).toBe(`Basic ${Buffer.from('ada:p w').toString('base64')}`);
  });

  it('follows a redirect that asks for the same again, without credentials to another host', async () => {
    const other = await startFakeServer(() => ({ status: 200 }));
    answer = () => ({ status: 307, headers: { location: `${other.url.replace('127.0.0.1', 'localhost')}/there` } });
    expect(await send(LINES, { username: 'ada' })).toEqual([{ status: 'ok' }]);
    expect(other.asked[0]).toMatchObject({ method: 'POST', path: '/there' });
    expect(other.asked[0].body.toString()).toBe(LINES);
    expect(other.asked[0].headers.authorization).toBeUndefined();
    await other.stop();
  });

  it.each([
    [200, 'ok'],
    [202, 'ok'],
    [301, 'retry'],
    [401, 'retry'],
    [404, 'retry'],
    [408, 'retry'],
    [415, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
    [413, 'too_large'],
  ])('takes status %i for %s', async (status, expected) => {
    answer = () => ({ status });
    expect((await send(LINES)).map((result) => result.status)).toEqual([expected]);
  });

  it('waits as long as the server asks, and says its words', async () => {
    answer = () => ({ status: 503, headers: { 'retry-after': '7' }, body: 'busy\n  now' });
    expect(await send(LINES)).toEqual([{ status: 'retry', reason: '503 busy now', retryAfterMs: 7000 }]);
  });

  it('tries again when nobody answers', async () => {
    answer = () => 'hang up';
    expect(await send(LINES)).toMatchObject([{ status: 'retry' }]);
    answer = () => new Promise(() => undefined);
    expect(await send(LINES, { timeout: '50ms' })).toEqual([{ status: 'retry', reason: 'no answer in time', retryAfterMs: undefined }]);
  });

  it('finds the metrics that the server refuses, and delivers the others in order', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `m v=${index}i ${index}\n`);
    const isBad = (line: string): boolean => / v=(7|8|33)i /.test(line);
    const stored: string[] = [];
    answer = ({ body }) => {
      const asked = body.toString().split(/(?<=\n)/);
      if (asked.some(isBad)) return { status: 422, body: 'no such meter' };
      stored.push(...asked);
      return { status: 204 };
    };
    const [result] = await send(lines.join(''));
    expect(result).toMatchObject({ status: 'partial' });
    const refused = result.status === 'partial' ? result.refused : [];
    expect(refused.map(({ body, points, reason }) => [body.toString(), points, reason])).toEqual(
      lines.filter(isBad).map((line) => [line, 1, '422 no such meter']),
    );
    expect(stored).toEqual(lines.filter((line) => !isBad(line)));
  });

  it('gives up soon when the server refuses everything, and loses nothing of it', async () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `m v=${index}i ${index}\n`);
    answer = () => ({ status: 400, body: 'what is this?' });
    const [result] = await send(lines.join(''));
    const refused = result.status === 'partial' ? result.refused : [];
    expect(refused.map(({ body }) => body.toString()).join('')).toBe(lines.join(''));
    expect(refused.reduce((sum, { points }) => sum + points, 0)).toBe(1000);
    expect(refused.at(-1)?.reason).toBe('400 what is this? (not sent one by one: some may be stored)');
    expect(server.asked.length).toBeLessThan(40);
  });

  it('bounds its requests when many are refused', async () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `m v=${index}i ${index}\n`);
    answer = ({ body }) => ({ status: /[02468]i /.test(body.toString()) ? 400 : 204 });
    const [result] = await send(lines.join(''));
    expect(result.status).toBe('partial');
    expect(server.asked.length).toBeLessThan(250);
  });

  it('starts over when an answer is missing while it looks for them', async () => {
    answer = (_asked, number) => ({ status: number === 0 ? 400 : 503 });
    expect(await send(LINES)).toMatchObject([{ status: 'retry', reason: '503' }]);
    expect(server.asked).toHaveLength(2);
  });

  it('refuses a single metric at once, and what the options give up', async () => {
    answer = () => ({ status: 400, body: 'no' });
    expect(await send('a v=1 1\n')).toEqual([{ status: 'reject', reason: '400 no' }]);
    answer = () => ({ status: 503, body: 'gone' });
    expect(await send(LINES, { non_retryable_statuscodes: [503] })).toEqual([
      { status: 'reject', reason: '503 gone (in non_retryable_statuscodes)' },
    ]);
  });

  it('names the metrics that are refused when each is sent by itself', async () => {
    answer = ({ body }) => ({ status: body.toString().startsWith('b') ? 400 : 204 });
    const [result] = await send(LINES, { use_batch_format: false });
    expect(result).toMatchObject({ status: 'partial', refused: [{ points: 1, reason: '400' }] });
    answer = ({ body }) => ({ status: body.toString().startsWith('b') ? 500 : 204 });
    expect(await send(LINES, { use_batch_format: false })).toMatchObject([{ status: 'retry', reason: '500' }]);
  });

  it('makes payloads that can be joined and cut in two, in both formats', async () => {
    for (const data_format of ['influx', 'json'] as const) {
      const made = create({ data_format });
      const payloads = made.encode(pointsOf(context, 'a v="x\ny" 1\nb v=2 2\nc v=3 3\n'), 1);
      expect(payloads.map(({ points }) => points)).toEqual([1, 1, 1]);
      const joined = joinPayloads(payloads);
      const halves = made.split?.(joined) ?? [];
      expect(halves.map(({ points }) => points)).toEqual([1, 2]);
      expect(Buffer.concat(halves.map(({ body }) => body)).equals(joined.body)).toBe(true);
      expect(made.split?.(payloads[0])).toBeUndefined();
      expect(await made.send(joined, firstTry)).toEqual({ status: 'ok' });
      await made.close?.();
    }
    expect(JSON.parse(bodies()[1])).toMatchObject({ metrics: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
  });

  it('shows its payloads as line protocol', () => {
    for (const data_format of ['influx', 'json'] as const) {
      const [payload] = create({ data_format }).encode(pointsOf(context, 'a v=1.5 1760000000000000000\n'), 10);
      expect(http.toLines?.(payload).toString()).toBe('a v=1.5 1760000000000000000\n');
    }
  });

  it.each([
    [{ url: 'tcp://x' }, '"tcp://x" is no http or https URL'],
    [{ method: 'GET' }, 'Invalid option'],
    [{ data_format: 'prometheusremotewrite' }, 'use the output prometheus_remote_write'],
    [{ data_format: 'msgpack' }, 'supported: influx, json'],
    [{ token_url: 'http://x' }, 'Wattbridge has basic authentication'],
    [{ json_transformation: 'x' }, 'there is no JSONata'],
    [{ tls_cert: 'x' }, 'tls_key is missing'],
  ])('refuses %j', (options, message) => {
    expect(() => create(options as Options)).toThrow(message);
  });

  it('takes options of samples that are switched off', () => {
    expect(create({ max_idle_conn: 0, client_id: '', scopes: [], idle_conn_timeout: '0s' } as never)).toBeDefined();
  });
});
