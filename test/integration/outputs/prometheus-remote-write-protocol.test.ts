import { createServer, type Socket } from 'node:net';
import { uncompressSync } from 'snappy';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeLabels, decodeRequest } from '../../../src/formats/remote-write/decode.ts';
import type { Output } from '../../../src/pipeline/plugin.ts';
import { prometheusRemoteWrite } from '../../../src/plugins/outputs/prometheus_remote_write/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { startFakeServer, type Asked, type FakeServer, type Reply } from '../../support/fake-server.ts';
import { createOutput, deliver, firstTry, pointsOf } from '../../support/output.ts';

const ok: Reply = { status: 204 };

let server: FakeServer;
afterEach(() => server.stop());

async function open(
  answer: (asked: Asked, number: number) => Reply | 'hang up',
  options: object = {},
): Promise<{ output: Output; context: TestContext }> {
  server = await startFakeServer(answer);
  const context = testContext();
  return { output: createOutput(prometheusRemoteWrite, { url: `${server.url}/push`, ...options }, context), context };
}

/** The samples of a request as `name@ms`. */
function sent({ body }: Asked): string[] {
  const request = decodeRequest(uncompressSync(body) as Buffer);
  return request.flatMap(({ labels, samples }) => samples.map(({ ms }) => `${decodeLabels(labels)[0][1]}@${ms}`));
}

describe('prometheus_remote_write by the specification', () => {
  it('posts snappy protobuf with exactly the headers of version 1.0', async () => {
    const { output, context } = await open(() => ok, { headers: { 'X-Scope-OrgID': 'lab' } });
    await deliver(output, pointsOf(context, 'm v=1 1000000'));
    const [{ method, path, headers, body }] = server.asked;
    expect([method, path]).toEqual(['POST', '/push']);
    expect(headers).toMatchObject({
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
      'user-agent': expect.stringMatching(/^Wattbridge\/\d+\.\d+\.\d+$/),
      'content-length': String(body.length),
      'x-scope-orgid': 'lab',
    });
    expect(sent(server.asked[0])).toEqual(['m_v@1']);
  });

  it('refuses headers that belong to the protocol', () => {
    const options = { url: 'http://localhost/', headers: { 'Content-Type': 'text/plain' } };
    expect(() => createOutput(prometheusRemoteWrite, options, testContext())).toThrow(
      "Content-Type belongs to the protocol and can't be set",
    );
  });

  it.each([
    [{ username: 'ada', password: 'pass word' }, `Basic ${btoa('ada:pass word')}`],
    [{ bearer_token: 'abc' }, 'Bearer abc'],
  ])('logs in with %o', async (options, authorization) => {
    const { output, context } = await open(() => ok, options);
    await deliver(output, pointsOf(context, 'm v=1 1000000'));
    expect(server.asked[0].headers.authorization).toBe(authorization);
  });

  it.each([
    [500, undefined, undefined],
    [503, '7', 7000],
    [429, 'Thu, 09 Oct 2025 08:53:30 GMT', 10_000],
  ])('asks for another try after %i with Retry-After %s', async (status, header, retryAfterMs) => {
    const headers = header === undefined ? {} : { 'retry-after': header };
    const { output, context } = await open(() => ({ status, headers, body: 'not now' }));
    const [result] = await deliver(output, pointsOf(context, 'm v=1 1000000'));
    expect(result).toEqual({ status: 'retry', reason: `${status} not now`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  });

  it.each([
    [302, 'it leads on to http://there'],
    [401, 'check username and password'],
    [403, 'these credentials'],
    [404, 'check url'],
    [415, 'another version of remote write'],
  ])('keeps what nobody looked at after %i, and says what to do', async (status, advice) => {
    const { output, context } = await open(() => ({ status, body: 'no', headers: { location: 'http://there' } }));
    const [result] = await deliver(output, pointsOf(context, 'm v=1 1000000'));
    expect(result).toMatchObject({ status: 'retry', reason: expect.stringContaining(advice) });
    expect(server.asked).toHaveLength(1);
  });

  it.each([402, 406, 418, 431])('does not try again after %i', async (status) => {
    const { output, context } = await open(() => ({ status, body: 'no' }));
    expect(await deliver(output, pointsOf(context, 'm v=1 1000000'))).toEqual([{ status: 'reject', reason: `${status} no` }]);
  });

  it.each([
    [413, 'Request Entity Too Large'],
    [400, 'too big data size exceeding 33554432 bytes'],
    [400, 'rpc error: received message larger than max (9 vs 5)'],
  ])('asks for smaller requests after %i %s', async (status, body) => {
    const { output, context } = await open(() => ({ status, body }));
    expect(await deliver(output, pointsOf(context, 'm v=1 1000000'))).toMatchObject([{ status: 'too_large' }]);
  });

  it('offers no more samples and bytes in one request than the options allow, and halves what is more', async () => {
    const { output, context } = await open(() => ok, { max_samples: 3 });
    const [payload] = output.encode(pointsOf(context, 'm v=1,w=1 1000000\nm v=2,w=2 2000000'), 10);
    expect(await output.send(payload, firstTry)).toMatchObject({ status: 'too_large', reason: 'more than max_samples (3)' });
    for (const half of output.split?.(payload) ?? []) expect(await output.send(half, firstTry)).toEqual({ status: 'ok' });
    expect(server.asked.map(sent)).toEqual([
      ['m_v@1', 'm_w@1'],
      ['m_v@2', 'm_w@2'],
    ]);
  });

  it.each(['too old sample', 'label name "a" is not unique: invalid sample'])(
    'takes a 500 that says %s for the refusal it is',
    async (body) => {
      const { output, context } = await open(() => ({ status: 500, body }));
      expect(await deliver(output, pointsOf(context, 'm v=1 1000000'))).toEqual([{ status: 'reject', reason: `500 ${body}` }]);
    },
  );

  it('takes a refused request apart in order, down to the guilty sample', async () => {
    const { output, context } = await open((asked) => (holds(asked, 'bad_v') ? { status: 400, body: 'no good' } : ok));
    const lines = ['a v=1 1000000', 'bad v=1 1000000', 'c v=1 1000000', 'd v=1 1000000', 'a v=2 2000000'];
    expect(await deliver(output, pointsOf(context, lines.join('\n')))).toEqual([
      { status: 'partial', refused: [expect.objectContaining({ points: 1, reason: '400 no good' })] },
    ]);
    expect(server.asked.map(sent)).toEqual([
      ['a_v@1', 'a_v@2', 'bad_v@1', 'c_v@1', 'd_v@1'],
      ['a_v@1', 'a_v@2', 'bad_v@1'],
      ['a_v@1', 'a_v@2'],
      ['bad_v@1'],
      ['c_v@1', 'd_v@1'],
    ]);
  });

  it('counts what a try before had stored as delivered, and refuses the rest', async () => {
    const { output, context } = await open((asked) => {
      return holds(asked, 'stored_v') || holds(asked, 'late_v') ? { status: 400, body: 'out of order sample' } : ok;
    });
    const [first] = output.encode(pointsOf(context, 'stored v=1 1000000\nstored v=2 2000000'), 10);
    expect(await output.send(first, { ...firstTry, resent: true })).toEqual({ status: 'ok' });
    const [second] = output.encode(pointsOf(context, 'late v=1 3000000\nfine v=1 3000000'), 10);
    expect(await output.send(second, firstTry)).toEqual({
      status: 'partial',
      refused: [expect.objectContaining({ points: 1, reason: '400 out of order sample' })],
    });
    expect(await deliver(output, pointsOf(context, 'stored v=3 4000000'))).toMatchObject([{ status: 'reject' }]);
  });

  it('does not wait longer than the timeout', async () => {
    const silent = await startSilentServer();
    const { output, context } = await open(() => ok, { timeout: '50ms', url: silent.url });
    expect(await deliver(output, pointsOf(context, 'm v=1 1000000'))).toEqual([{ status: 'retry', reason: 'no answer in time' }]);
    silent.stop();
  });
});

/** Whether a metric is in a request. */
function holds(asked: Asked, name: string): boolean {
  return sent(asked).some((sample) => sample.startsWith(`${name}@`));
}

/** A server that takes connections and never says anything. */
async function startSilentServer(): Promise<{ url: string; stop: () => void }> {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  };
  const address = silent.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`, stop };
}
