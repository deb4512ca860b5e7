import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { createGzip, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output, SendResult } from '../../../src/pipeline/plugin.ts';
import type { OutputDefinition } from '../../../src/pipeline/registry.ts';
import { influxdb } from '../../../src/plugins/outputs/influxdb/plugin.ts';
import { influxdbV2 } from '../../../src/plugins/outputs/influxdb_v2/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { startFakeServer, type Asked, type FakeServer, type Reply } from '../../support/fake-server.ts';
import { startVictoriaMetrics } from '../../support/servers.ts';
import { createOutput, deliver, firstTry, pointsOf, refusals } from '../../support/output.ts';

let plugin: OutputDefinition;
let server: FakeServer;
afterEach(() => server?.stop());

async function open(
  answer: (asked: Asked, number: number) => Reply | 'hang up',
  options: object = {},
): Promise<{ output: Output; context: TestContext }> {
  server = await startFakeServer(answer);
  const context = testContext();
  const bucket = { organization: 'the lab', bucket: 'energy', token: 'tok&en' };
  const output = createOutput(plugin, { urls: [server.url], ...bucket, ...options }, context);
  await output.connect?.(new AbortController().signal);
  return { output, context };
}

const invalid: Reply = {
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: '{"code":"invalid","message":"unable to parse"}',
};

function* pages(): Generator<Buffer> {
  const page = Buffer.alloc(1024 * 1024, 'a');
  for (;;) yield page;
}

/** As 2.7 answers: types that don't agree are dropped and counted, the first is told. */
function likeInfluxdb2({ body }: Asked): Reply {
  const lines = gunzipSync(body).toString().trimEnd().split('\n');
  const bad = lines.filter((line) => !/v=\d/.test(line));
  if (bad.length === 0) return { status: 204 };
  const type = bad[0].includes('"') ? 'string' : 'boolean';
  const conflict = `field type conflict: input field "v" on measurement "m" is type ${type}, already exists as type float`;
  const message = `failure writing points to database: partial write: ${conflict} dropped=${bad.length}`;
  return json(422, { code: 'unprocessable entity', message });
}

/** As 3 Core answers: each line that it can't take is told with its number, the rest is stored. */
function likeInfluxdb3({ body }: Asked): Reply {
  const lines = body.toString().trimEnd().split('\n');
  const data = lines.flatMap((line, at) => {
    const error = `invalid column ${line.at(-1)}`;
    return line.startsWith('bad') ? [{ original_line: line, line_number: at + 1, error_message: error }] : [];
  });
  return data.length === 0 ? { status: 204 } : json(400, { error: 'partial write of line protocol occurred', data });
}

function json(status: number, body: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function linesOf(result: SendResult): string[] {
  return result.status === 'partial' ? result.refused.map(({ body }) => body.toString().trimEnd()) : [];
}

describe.each([influxdb, influxdbV2])('$id to the interface of 2.x', (tested) => {
  beforeEach(() => {
    plugin = tested;
  });

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

  it('names what 2.x refuses for its type, of which it stores the rest', async () => {
    const { output, context } = await open(likeInfluxdb2);
    const points = pointsOf(context, 'm v=1 1\nm v="a" 2\nm v=3 3\nm v=t 4\nm v="b" 5');
    const [result] = await deliver(output, points);
    expect(refusals(result)).toEqual({
      points: 3,
      reasons: [expect.stringContaining('type string'), expect.stringContaining('type boolean')],
    });
    expect(linesOf(result)).toEqual(['m v="a" 2', 'm v="b" 5', 'm v=t 4']);
  });

  it('believes the numbers of lines that InfluxDB 3 refuses', async () => {
    const { output, context } = await open(likeInfluxdb3, { content_encoding: 'identity' });
    const [result] = await deliver(output, pointsOf(context, 'm v=1 1\nbad v=2 2\nm v=3 3\nbad v=4 4'));
    expect(linesOf(result)).toEqual(['bad v=2 2', 'bad v=4 4']);
    expect(refusals(result).reasons).toEqual([
      'partial write of line protocol occurred: invalid column 2',
      'partial write of line protocol occurred: invalid column 4',
    ]);
    // What is left of it is confirmed once.
    expect(server.asked.map(({ body }) => body.toString())).toEqual(['m v=1 1\nbad v=2 2\nm v=3 3\nbad v=4 4\n', 'm v=1 1\nm v=3 3\n']);
  });

  it('follows a redirect that keeps the request, with what it sends and who it is', async () => {
    const target = await startFakeServer(() => ({ status: 204 }));
    const { output, context } = await open(({ path }) => ({ status: 307, headers: { location: `${target.url}/base${path}` } }));
    for (const value of [1, 2]) expect(await deliver(output, pointsOf(context, `m v=${value} 1`))).toEqual([{ status: 'ok' }]);
    expect(target.asked.map(({ path, headers, body }) => [path, headers.authorization, gunzipSync(body).toString()])).toEqual([
      ['/base/api/v2/write?org=the+lab&bucket=energy&precision=ns', 'Token tok&en', 'm v=1 1\n'],
      ['/base/api/v2/write?org=the+lab&bucket=energy&precision=ns', 'Token tok&en', 'm v=2 1\n'],
    ]);
    await output.close?.();
    await target.stop();
  });

  it('shows its credentials to no other host', async () => {
    const target = await startFakeServer(() => ({ status: 204 }));
    const elsewhere = target.url.replace('127.0.0.1', 'localhost');
    const { output, context } = await open(({ path }) => ({ status: 308, headers: { location: `${elsewhere}${path}` } }));
    expect(await deliver(output, pointsOf(context, 'm v=1 1'))).toEqual([{ status: 'ok' }]);
    expect(target.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await target.stop();
  });

  it('keeps its points at a redirect in a circle, to another path, or of a kind that would lose them, and says where it leads', async () => {
    for (const [status, location] of [
      [307, ''],
      [308, '/login'],
      [301, 'https://influx.test/write'],
    ] as const) {
      const { output, context } = await open(({ path }) => ({ status, headers: { location: location || path } }));
      const [result] = await deliver(output, pointsOf(context, 'm v=1 1'));
      expect(result).toMatchObject({ status: 'retry', reason: expect.stringMatching(/it points to .*: put .* in urls/) });
      await server.stop();
    }
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

  it.each(['as it is', 'packed'])('takes no more of an error without an end than its beginning, %s', async (how) => {
    const endless = createServer((_request, response) => {
      const headers = { 'content-type': 'application/json', ...(how === 'packed' && { 'content-encoding': 'gzip' }) };
      response.writeHead(500, headers);
      const page = Readable.from(pages(), { objectMode: false });
      pipeline(how === 'packed' ? page.pipe(createGzip()) : page, response, () => page.destroy());
    });
    await once(endless.listen(0, '127.0.0.1'), 'listening');
    const { port } = endless.address() as AddressInfo;
    const { output, context } = await open(() => ({ status: 204 }), { urls: [`http://127.0.0.1:${port}`], timeout: '30s' });

    const [result] = await deliver(output, pointsOf(context, 'm v=1 1'));

    expect(result).toMatchObject({ status: 'retry', reason: expect.stringMatching(/: 500 a{400,500}/) });
    await output.close?.();
    // Its last connection is closed, although the page has not come to its end.
    await new Promise((resolve) => endless.close(resolve));
  });

  it('reads an error that is packed', async () => {
    const body = gzipSync('{"code":"invalid","message":"words of the server"}');
    const { output, context } = await open(() => ({
      status: 503,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body,
    }));
    const [result] = await deliver(output, pointsOf(context, 'm v=1 1'));
    expect(result).toMatchObject({ status: 'retry', reason: expect.stringMatching(/: 503 words of the server$/) });
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

describe('influxdb_v2', () => {
  it('delivers to a real server that takes its interface, VictoriaMetrics', async () => {
    const victoria = await startVictoriaMetrics();
    const nowMs = Date.now();
    const context = testContext({ nowMs });
    const output = createOutput(influxdbV2, { urls: [victoria.url], bucket: 'energy' }, context);
    await output.connect?.(new AbortController().signal);

    const lines = Array.from({ length: 100 }, (_, id) => `vm,id=${id} v=${id} ${nowMs - 30_000}000000`);
    expect(await deliver(output, pointsOf(context, lines.join('\n')))).toEqual([{ status: 'ok' }]);
    await fetch(`${victoria.url}/internal/force_flush`);
    const [{ value }] = await victoria.query('sum(vm_v)', nowMs / 1000);
    await output.close?.();
    await victoria.stop();
    expect(value?.[1]).toBe('4950');
  });

  it('wants a bucket', () => {
    expect(() => createOutput(influxdbV2, { token: 'x' }, testContext())).toThrow('bucket is missing');
  });
});
