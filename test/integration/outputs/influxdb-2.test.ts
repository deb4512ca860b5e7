import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Output } from '../../../src/pipeline/plugin.ts';
import { influxdb } from '../../../src/plugins/outputs/influxdb/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { startFakeServer, type Asked, type FakeServer, type Reply } from '../../support/fake-server.ts';
import { createOutput, deliver, firstTry, pointsOf } from '../../support/output.ts';

let server: FakeServer;
afterEach(() => server.stop());

async function open(
  answer: (asked: Asked, number: number) => Reply | 'hang up',
  options: object = {},
): Promise<{ output: Output; context: TestContext }> {
  server = await startFakeServer(answer);
  const context = testContext();
  const bucket = { organization: 'the lab', bucket: 'energy', token: 'tok&en' };
  const output = createOutput(influxdb, { urls: [server.url], ...bucket, ...options }, context);
  await output.connect?.(new AbortController().signal);
  return { output, context };
}

const invalid: Reply = {
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: '{"code":"invalid","message":"unable to parse"}',
};

describe('influxdb to the interface of 2.x', () => {
  it('writes gzipped nanosecond lines to the bucket, with the token, and asks for nothing else', async () => {
    const { output, context } = await open(() => ({ status: 204 }), { http_headers: { 'X-Team': 'a' } });
    expect(await deliver(output, pointsOf(context, 'm v=1 1'))).toEqual([{ status: 'ok' }]);
    expect(server.asked).toHaveLength(1);
    const [{ method, path, headers, body }] = server.asked;
    expect([method, path]).toEqual(['POST', '/api/v2/write?org=the+lab&bucket=energy&precision=ns']);
    expect(headers).toMatchObject({
      authorization: 'Token tok&en',
      'content-encoding': 'gzip',
      'content-type': 'text/plain; charset=utf-8',
      'user-agent': expect.stringMatching(/^Wattbridge/),
      'x-team': 'a',
    });
    expect(gunzipSync(body).toString()).toBe('m v=1 1\n');
  });

  it('chooses the bucket by a tag, and keeps a path in the URL', async () => {
    const { output, context } = await open(() => ({ status: 204 }), {
      bucket_tag: 'to',
      exclude_bucket_tag: true,
      content_encoding: 'identity',
    });
    await deliver(output, pointsOf(context, 'm,to=other v=1 1'));
    expect(server.asked.map(({ path, body }) => [path, body.toString()])).toEqual([
      ['/api/v2/write?org=the+lab&bucket=other&precision=ns', 'm v=1 1\n'],
    ]);
  });

  it('saves the neighbours of a line that makes the server refuse all', async () => {
    const { output, context } = await open(({ body }) => (body.includes('bad') ? invalid : { status: 204 }), {
      content_encoding: 'identity',
    });
    const lines = ['a v=1 1', 'b v=1 1', 'bad v=1 1', 'c v=1 1', 'd v=1 1'];
    expect(await deliver(output, pointsOf(context, lines.join('\n')))).toEqual([
      { status: 'partial', refused: [expect.objectContaining({ points: 1, reason: '400 unable to parse' })] },
    ]);
    const stored = server.asked.filter(({ body }) => !body.includes('bad')).map(({ body }) => body.toString());
    expect(stored.join('')).toBe('a v=1 1\nb v=1 1\nc v=1 1\nd v=1 1\n');
  });

  it('waits for its own bucket, but not for one that a tag made up', async () => {
    const missing: Reply = {
      status: 404,
      headers: { 'content-type': 'application/json' },
      body: '{"code":"not found","message":"bucket not found"}',
    };
    const { output, context } = await open(() => missing, { bucket_tag: 'to' });
    expect(await deliver(output, pointsOf(context, 'm v=1 1\nm,to=other v=1 1'))).toMatchObject([
      { status: 'retry' },
      { status: 'reject' },
    ]);
  });

  it('waits as long as Retry-After says, in seconds', async () => {
    const { output, context } = await open(() => ({ status: 429, headers: { 'retry-after': '2' } }));
    expect(await deliver(output, pointsOf(context, 'm v=1 1'))).toMatchObject([{ status: 'retry', retryAfterMs: 2000 }]);
  });

  it('sends again what a broken connection may have lost', async () => {
    const { output, context } = await open((_asked, number) => (number === 0 ? 'hang up' : { status: 204 }));
    const [payload] = output.encode(pointsOf(context, 'm v=1 1'), 10);
    expect(await output.send(payload, firstTry)).toMatchObject({ status: 'retry', reason: expect.stringContaining('hang up') });
    expect(await output.send(payload, firstTry)).toEqual({ status: 'ok' });
  });

  it('stops at once when the program stops', async () => {
    const { output, context } = await open(() => ({ status: 204 }));
    const [payload] = output.encode(pointsOf(context, 'm v=1 1'), 10);
    expect(await output.send(payload, { signal: AbortSignal.abort(), resent: false })).toMatchObject({ status: 'retry' });
    expect(server.asked).toHaveLength(0);
  });
});
