import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { MetricsListener } from '../../../src/plugins/inputs/http_listener_v2/listener.ts';
import { httpListenerV2 } from '../../../src/plugins/inputs/http_listener_v2/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { CollectingSink, createService } from '../../support/input.ts';
import { sendRaw } from '../../support/listener.ts';

type Options = Partial<z.input<typeof httpListenerV2.schema>>;

let context: TestContext;
let sink: CollectingSink;
let listener: MetricsListener | undefined;

beforeEach(() => {
  context = testContext({ name: 'inputs.http_listener_v2' });
  sink = new CollectingSink(context.interner);
});
afterEach(() => listener?.stop());

async function start(options: Options = {}): Promise<string> {
  const made = createService(httpListenerV2, { service_address: '127.0.0.1:0', ...options }, context);
  if (!(made instanceof MetricsListener)) throw new Error('another input');
  listener = made;
  await made.start(sink);
  return `http://127.0.0.1:${made.port}`;
}

const push = (url: string, body: string | Uint8Array<ArrayBuffer>, init: RequestInit = {}): Promise<Response> =>
  fetch(`${url}/telegraf`, { method: 'POST', body, ...init });

describe('inputs.http_listener_v2', () => {
  it('takes line protocol, and answers 204', async () => {
    const url = await start();
    expect((await push(url, 'm v=1 1\nn v=2 2\n')).status).toBe(204);
    expect((await push(url, '')).status).toBe(204);
    expect(sink.lines).toEqual(['m v=1 1', 'n v=2 2']);
  });

  it('answers only when the points are safe', async () => {
    const url = await start();
    const safe = Promise.withResolvers<void>();
    sink.hold = safe.promise;
    let isAnswered = false;
    const answer = push(url, 'm v=1 1\n').then((response) => {
      isAnswered = true;
      return response.status;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAnswered).toBe(false);
    safe.resolve();
    expect(await answer).toBe(204);
  });

  it('asks for patience while the outputs are busy', async () => {
    const url = await start();
    sink.busy = 1;
    sink.retryAfterSeconds = 6.5;
    const answer = await push(url, 'm v=1 1\n');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await push(url, 'm v=1 1\n')).status).toBe(204);
    expect(sink.lines).toEqual(['m v=1 1']);
  });

  it('keeps the good lines, and says which are bad', async () => {
    const url = await start();
    const answer = await push(url, 'm v=1 1\nbad\nn v=2 2\nworse\n');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error: expect.stringMatching(/^partial write: metric parse error: .* at 2:\d+: .*\(and 1 more\)$/),
    });
    expect(sink.lines).toEqual(['m v=1 1', 'n v=2 2']);
    expect(context.dropped.get('parse_error')).toBe(2);
  });

  it('takes JSON, and tags from headers and the path', async () => {
    const url = await start({
      data_format: 'json',
      paths: ['/a b', '/c'],
      path: '/d',
      path_tag: true,
      http_header_tags: { 'X-Site': 'site', 'X-None': 'none' },
      http_success_code: 202,
      http_headers: { 'X-Server': 'w' },
    });
    const head = 'PUT /a%20b?x=1 HTTP/1.1\r\nHost: x\r\nX-Site: pau\r\nX-Site: second\r\nContent-Length: 8\r\nConnection: close\r\n\r\n';
    const answer = await sendRaw(listener?.port ?? 0, [head, '{"w": 5}']);
    expect([answer.status, answer.text]).toEqual([202, expect.stringMatching(/^X-Server: w\r$/m)]);
    for (const path of ['/c', '/d', '/telegraf']) await fetch(`${url}${path}`, { method: 'POST', body: '{"w": 6}' });
    expect(sink.lines.map((line) => line.replace(/ \d+$/, ''))).toEqual([
      String.raw`http_listener_v2,http_listener_v2_path=/a\ b,site=pau w=5`,
      'http_listener_v2,http_listener_v2_path=/c w=6',
      'http_listener_v2,http_listener_v2_path=/d w=6',
    ]);
  });

  it('takes what follows the question mark', async () => {
    const url = await start({ data_source: 'query', methods: ['get'] });
    const query = encodeURIComponent('m,t=a\\ b v=1 1').replaceAll('%20', '+');
    expect((await fetch(`${url}/telegraf?${query}`)).status).toBe(204);
    expect((await fetch(`${url}/telegraf?%zz`)).status).toBe(400);
    expect(sink.lines).toEqual([String.raw`m,t=a\ b v=1 1`]);
  });

  it('refuses other methods, paths, encodings and sizes', async () => {
    const url = await start({ max_body_size: '1KB', max_decompressed_size: '10KB' });
    expect((await fetch(`${url}/telegraf`)).status).toBe(405);
    expect((await fetch(`${url}/other`, { method: 'POST', body: 'm v=1' })).status).toBe(404);
    expect((await push(url, 'x'.repeat(2000))).status).toBe(413);
    expect((await push(url, 'x', { headers: { 'content-encoding': 'snappy' } })).status).toBe(415);
    expect((await push(url, new Uint8Array(gzipSync('m v=1 1\n')), { headers: { 'content-encoding': 'gzip' } })).status).toBe(204);
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(100_000, '\n')));
    expect((await push(url, bomb, { headers: { 'content-encoding': 'gzip' } })).status).toBe(413);
    expect(sink.lines).toEqual(['m v=1 1']);
  });

  it('asks for a user and a password, also where there is nothing', async () => {
    const url = await start({ basic_username: 'ada', basic_password: 'x' });
    expect((await push(url, 'm v=1 1\n')).status).toBe(401);
    expect((await fetch(`${url}/other`)).status).toBe(401);
    const authorization = `Basic ${Buffer.from('ada:x').toString('base64')}`;
    expect((await push(url, 'm v=1 1\n', { headers: { authorization } })).status).toBe(204);
  });

  it.each([
    [{ network: 'unix' }, 'TCP only'],
    [{ socket_mode: '777' }, 'TCP only'],
    [{ http_success_code: 404 }, 'Too big'],
    [{ data_source: 'headers' }, 'Invalid option'],
    [{ basic_password: 'x' }, 'needs both'],
    [{ data_format: 'grok' }, 'is not supported here'],
  ])('refuses %j', (options, message) => {
    expect(() => createService(httpListenerV2, options as never, context)).toThrow(message);
  });
});
