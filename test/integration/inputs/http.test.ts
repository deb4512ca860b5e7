import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { http } from '../../../src/plugins/inputs/http/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { startFakeServer, type Asked, type FakeServer, type Reply } from '../../support/fake-server.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../support/input.ts';

type Options = Partial<z.input<typeof http.schema>>;

let context: TestContext;
let server: FakeServer;
let answer: (asked: Asked) => Reply | 'hang up' | Promise<Reply>;

beforeEach(async () => {
  context = testContext({ name: 'inputs.http' });
  answer = () => ({ status: 200, body: 'm v=1 1\n' });
  server = await startFakeServer((asked) => answer(asked));
});
afterEach(() => server.stop());

/** What one gather delivers. */
async function read(options: Options = {}): Promise<string[]> {
  const sink = new CollectingSink(context.interner);
  const input = createPolled(http, { urls: [`${server.url}/a`], ...options }, context);
  await gatherOnce(input, sink);
  await input.close?.();
  return sink.lines.toSorted();
}

const errors = (): string[] => context.logged.filter(({ level }) => level === 'error').map(({ message }) => message);

describe('inputs.http', () => {
  it('reads line protocol, and says where it is from, unless it says so itself', async () => {
    answer = () => ({ status: 200, body: 'm v=1 1\nm,url=own v=2 2\n' });
    expect(await read()).toEqual([`m,url=${server.url}/a v=1 1`, 'm,url=own v=2 2']);
    expect(server.asked[0]).toMatchObject({ method: 'GET', path: '/a' });
  });

  it('reads JSON, CSV and expositions', async () => {
    const url = `url=${server.url}/a`;
    answer = () => ({ status: 200, body: '{"meters": [{"id": "a", "w": 5}, {"id": "b", "w": 6}]}' });
    expect(await read({ data_format: 'json', json_query: 'meters', tag_keys: ['id'] })).toEqual([
      `http,id=a,${url} w=5 1760000000000000000`,
      `http,id=b,${url} w=6 1760000000000000000`,
    ]);
    answer = () => ({ status: 200, body: 'w,id\n5,a\n' });
    expect(await read({ data_format: 'csv', csv_header_row_count: 1, csv_tag_columns: ['id'] })).toEqual([
      `http,id=a,${url} w=5i 1760000000000000000`,
    ]);
    answer = () => ({ status: 200, body: '# TYPE up gauge\nup 1\n' });
    expect(await read({ data_format: 'prometheus' })).toEqual([`prometheus,${url} up=1 1760000000000000000`]);
  });

  it('asks as it is told to', async () => {
    const token = 'abc';
    await read({ method: 'post', body: 'what?', content_encoding: 'gzip', headers: { 'X-A': 'b', Host: 'meter.test' }, token });
    const [{ method, headers, body }] = server.asked;
    expect({ method, headers }).toMatchObject({
      method: 'POST',
      headers: { 'x-a': 'b', host: 'meter.test', authorization: 'Bearer abc', 'content-encoding': 'gzip' },
    });
    expect(gunzipSync(body).toString()).toBe('what?');
  });

  it('gives credentials, and never shows them', async () => {
    const authorization = `Basic ${Buffer.from('ada:p:w').toString('base64')}`;
    await read({ username: 'ada', password: 'p:w' });
    const lines = await read({ urls: [server.url.replace('://', '://ada:p%3Aw@')] });
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization]);
    expect(lines.join('')).not.toContain('p%3Aw');
  });

  it('reads a token from its file, each time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wattbridge-http-'));
    await writeFile(join(folder, 'token'), 'one\n');
    await read({ token_file: join(folder, 'token') });
    await writeFile(join(folder, 'token'), 'two\n');
    await read({ bearer_token: join(folder, 'token') });
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
    await rm(folder, { recursive: true });
  });

  it('takes the answers that it is told to take', async () => {
    answer = () => ({ status: 503, body: 'm v=1 1\n' });
    expect(await read()).toEqual([]);
    expect(errors()).toEqual([`could not read ${server.url}/a: status 503: m v=1 1`]);
    expect(await read({ success_status_codes: [200, 503] })).toHaveLength(1);
  });

  it('reads compressed answers', async () => {
    answer = () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync('m v=1 1\n') });
    expect(await read()).toHaveLength(1);
  });

  it('loses one server alone, and a bad line alone', async () => {
    answer = ({ path }) => (path === '/a' ? 'hang up' : { status: 200, body: 'm v=1 1\nbad\n' });
    expect(await read({ urls: [`${server.url}/a`, `${server.url}/b`] })).toEqual([`m,url=${server.url}/b v=1 1`]);
    expect(context.errors()).toBe(1);
    expect(context.dropped.get('parse_error')).toBe(1);
  });

  it('does not wait for ever, nor read without end', async () => {
    answer = () => new Promise(() => undefined);
    expect(await read({ timeout: '50ms' })).toEqual([]);
    answer = () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(65 * 1024 * 1024, '\n')) });
    expect(await read()).toEqual([]);
    expect(errors()).toEqual([
      `could not read ${server.url}/a: no answer in time`,
      `could not read ${server.url}/a: the body is larger than 67108864 bytes`,
    ]);
  });

  it.each([
    [{ urls: [] }, 'Too small'],
    [{ urls: ['ftp://x'] }, 'is no http or https URL'],
    [{ token: 'a', username: 'b' }, 'exclude each other'],
    [{ method: 'GE T' }, 'write GET'],
    [{ cookie_auth_url: 'http://x' }, 'Wattbridge has basic and bearer authentication'],
    [{ timeout: '0s' }, 'must be longer than 0s'],
  ])('refuses %j', async (options, message) => {
    await expect(read(options as Options)).rejects.toThrow(message);
  });
});
