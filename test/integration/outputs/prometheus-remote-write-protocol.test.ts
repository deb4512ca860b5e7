import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Kind } from '../../../src/metric/kind.ts';
import type { Exemplar, Origin } from '../../../src/metric/origin.ts';
import { Point } from '../../../src/metric/point.ts';
import type { Output } from '../../../src/pipeline/plugin.ts';
import { prometheusRemoteWrite } from '../../../src/plugins/outputs/prometheus_remote_write/plugin.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { startFakeServer, type Reply } from '../../support/fake-server.ts';
import { createOutput, deliver, firstTry, pointsOf, refusals } from '../../support/output.ts';
import {
  startRemoteWriteReceiver,
  type ReceivedRequest,
  type ReceiverOptions,
  type RemoteWriteReceiver,
} from '../../support/remote-write-receiver.ts';

const ok: Reply = { status: 204 };

let server: RemoteWriteReceiver;
afterEach(() => server.stop());

async function open(
  answer: ReceiverOptions['answer'],
  options: object = {},
  receiver: ReceiverOptions = {},
): Promise<{ output: Output; context: TestContext }> {
  server = await startRemoteWriteReceiver({ ...receiver, ...(answer === undefined ? {} : { answer }) });
  const context = testContext();
  return { output: createOutput(prometheusRemoteWrite, { url: server.url, ...options }, context), context };
}

/** The samples of a request as `name@ms`. */
function sent({ series }: ReceivedRequest): string[] {
  return series.flatMap(({ labels, samples }) => samples.map(({ ms }) => `${labels[0][1]}@${ms}`));
}

describe('prometheus_remote_write by the specification', () => {
  it('posts snappy protobuf with exactly the headers of version 1.0', async () => {
    const { output, context } = await open(() => ok, { headers: { 'X-Scope-OrgID': 'lab' } });
    await deliver(output, pointsOf(context, 'm v=1 1000000'));
    const [{ method, path, headers, body }] = server.requests;
    expect([method, path]).toEqual(['POST', '/api/v1/write']);
    expect(headers).toMatchObject({
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
      'user-agent': expect.stringMatching(/^Wattbridge\/\d+\.\d+\.\d+$/),
      'content-length': String(body.length),
      'x-scope-orgid': 'lab',
    });
    expect(sent(server.requests[0])).toEqual(['m_v@1']);
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
    expect(server.requests[0].headers.authorization).toBe(authorization);
  });

  it.each([
    [500, undefined, undefined],
    [408, undefined, undefined],
    [425, undefined, undefined],
    [502, '31536000', 600_000],
    [503, '7', 7000],
    [429, 'Thu, 09 Oct 2025 08:53:30 GMT', 10_000],
  ])('asks for another try after %i with Retry-After %s', async (status, header, retryAfterMs) => {
    const headers = header === undefined ? {} : { 'retry-after': header };
    const { output, context } = await open(() => ({ status, headers, body: 'not now' }));
    const [result] = await deliver(output, pointsOf(context, 'm v=1 1000000'));
    expect(result).toEqual({ status: 'retry', reason: `${status} not now`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  });

  it.each([
    [302, 'no', 'it leads on to http://there'],
    [400, 'Client sent an HTTP request to an HTTPS server.', 'the URL must begin with https://'],
    [400, '<html><h1>Bad Request</h1></html>', 'a page of a proxy'],
    [401, 'no', 'check username and password'],
    [403, 'no', 'these credentials'],
    [404, 'no', 'check url'],
    [405, 'no', 'check url'],
    [301, 'no', 'it leads on to http://there'],
    [303, 'no', 'it leads on to http://there'],
    [407, 'no', 'the proxy asks for credentials'],
    [415, 'no', 'another version of remote write'],
  ])('keeps what nobody looked at after %i %s, and says what to do', async (status, words, advice) => {
    const { output, context } = await open(() => ({ status, body: words, headers: { location: 'http://there' } }));
    const [result] = await deliver(output, pointsOf(context, 'm v=1 1000000'));
    expect(result).toMatchObject({ status: 'retry', reason: expect.stringContaining(advice) });
    expect(server.requests).toHaveLength(1);
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
    expect(server.requests.map(sent)).toEqual([
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
    expect(server.requests.map(sent)).toEqual([
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

  it('speaks 2.0 with what is known of a metric, and takes the word of a receiver that counts', async () => {
    const { output, context } = await open(undefined, { protocol: 2 }, { versions: [2] });
    context.metadata.note('requests', { type: 'counter', help: 'Requests taken.', unit: 'requests' });
    const lines =
      'prometheus,job=a requests_total=1,bare=2 1000000\nprometheus,job=a requests_total=2 2000000\nenergy,host=é watts=5 1000000';
    expect(await deliver(output, pointsOf(context, lines))).toEqual([{ status: 'ok' }]);
    expect(
      server.requests.map(({ version, series }) => [version, series.map(({ name, metadata }) => [name, metadata?.type, metadata?.unit])]),
    ).toEqual([
      [
        2,
        [
          ['bare{job="a"}', undefined, undefined],
          ['requests_total{job="a"}', 1, 'requests'],
          ['energy_watts{host="é"}', 2, 'watts'],
        ],
      ],
    ]);
    expect(server.samples('requests_total{job="a"}').map(({ ms, value }) => [ms, value])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it.each<[string, ReceiverOptions, ReceiverOptions['answer']]>([
    ['says 415', { versions: [1] }, undefined],
    ['thanks for what it does not understand', {}, ({ version }) => (version === 2 ? ok : undefined)],
  ])('falls back to 1.0 for good where a receiver %s', async (_, receiver, answer) => {
    const { output, context } = await open(answer, { protocol: 'auto' }, receiver);
    await deliver(output, pointsOf(context, 'm v=1 1000000'));
    await deliver(output, pointsOf(context, 'm v=2 2000000'));
    expect(server.requests.filter(({ version }) => version === 1).map(sent)).toEqual([['m_v@1'], ['m_v@2']]);
    expect(server.samples('m_v{}').map(({ value }) => value)).toEqual([1, 2]);
    expect(context.logged).toMatchObject([{ level: 'info', message: expect.stringContaining('only remote write 1.0') }]);
  });

  it('does not take 204 for stored where only 2.0 is allowed and the receiver counts nothing', async () => {
    const { output, context } = await open(() => ok, { protocol: 2 });
    const [result] = await deliver(output, pointsOf(context, 'm v=1 1000000'));
    expect(result).toMatchObject({ status: 'retry', reason: expect.stringContaining('set protocol to 1 or auto') });
  });

  it('takes start times out for a receiver of 1.0, also those that were queued for 2.0', async () => {
    const { output, context } = await open(undefined, { protocol: 'auto' }, { versions: [1] });
    expect(await deliver(output, hits(context, { startMs: 5 }))).toEqual([{ status: 'ok' }]);
    const now2 = createOutput(prometheusRemoteWrite, { url: server.url, protocol: 2 }, context);
    const queued = now2.encode(hits(context, { startMs: 5 }, 2000), 10);
    const now1 = createOutput(prometheusRemoteWrite, { url: server.url, protocol: 1 }, context);
    expect(await now1.send(queued[0], firstTry)).toEqual({ status: 'ok' });
    expect(server.samples('hits_total{}').map(({ ms }) => ms)).toEqual([1000, 2000]);
  });

  it('sends start times and exemplars in 2.0', async () => {
    const { output, context } = await open(undefined, { protocol: 2 });
    expect(await deliver(output, hits(context, { startMs: 5, exemplars: [exemplar] }))).toEqual([{ status: 'ok' }]);
    expect(server.samples('hits_total{}')).toMatchObject([{ ms: 1000, startMs: 5 }]);
    expect(server.exemplars('hits_total{}')).toEqual([{ labels: [['trace_id', 'a']], value: 0.5, ms: 900 }]);
  });

  it.each<[string, Reply, number, number]>([
    [
      'Prometheus 3 in 2.0: all samples stored, an exemplar not',
      written('out of order exemplar for series {__name__="hits_total"}', 1),
      1,
      1,
    ],
    ['a receiver that refuses the whole request for it', { status: 400, body: 'exemplar labels too long' }, 2, 1],
    ['Thanos, which stores the samples and does not say so', { status: 409, body: 'add 1 exemplars: out of order exemplar' }, 2, 1],
  ])('loses no sample to an exemplar, but counts it: %s', async (_, refusal, requests, dropped) => {
    const { output, context } = await open(({ series }) => (series.some(({ exemplars }) => exemplars.length > 0) ? refusal : undefined), {
      protocol: 2,
    });
    expect(await deliver(output, hits(context, { exemplars: [exemplar] }))).toEqual([{ status: 'ok' }]);
    expect(server.requests).toHaveLength(requests);
    expect([...context.dropped]).toEqual([['exemplar_refused', dropped]]);
    expect(context.logged.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('takes what 2.0 says of an exemplar for no word on its sample, and what it says of a sample for one', async () => {
    const words = ['exemplar for series {__name__="hits_total"}', 'sample for series {__name__="late_v"}'];
    const { output, context } = await open(() => written(words.map((one) => `out of order ${one}`).join('\n'), 1), { protocol: 2 });
    const points = [...hits(context, { exemplars: [exemplar] }), ...pointsOf(context, 'late v=1 1000000000')];
    const [result] = await deliver(output, points);
    expect(refusals(result)).toEqual({ points: 1, reasons: ['out of order sample for series {__name__="late_v"}'] });
    expect(server.requests).toHaveLength(1);
    expect([...context.dropped]).toEqual([['exemplar_refused', 1]]);
  });

  it('finds the sample at fault in a request that has exemplars, too', async () => {
    const { output, context } = await open((asked) => (holds(asked, 'bad_v') ? { status: 400, body: 'no good' } : undefined));
    const points = [...hits(context, { exemplars: [exemplar] }), ...pointsOf(context, 'bad v=1 1000000000')];
    expect(await deliver(output, points)).toEqual([
      { status: 'partial', refused: [expect.objectContaining({ points: 1, reason: '400 no good' })] },
    ]);
    expect(server.samples('hits_total{}')).toHaveLength(1);
    expect([...context.dropped]).toEqual([['exemplar_refused', 1]]);
  });

  it('counts no exemplar as lost that is to be sent again', async () => {
    const replies: Reply[] = [{ status: 400, body: 'no good' }, { status: 503 }];
    const { output, context } = await open((_, number) => replies[number]);
    const [payload] = output.encode(hits(context, { exemplars: [exemplar] }), 10);
    expect(await output.send(payload, firstTry)).toMatchObject({ status: 'retry' });
    expect([...context.dropped]).toEqual([]);
    expect(await output.send(payload, { ...firstTry, resent: true })).toEqual({ status: 'ok' });
    expect(server.exemplars('hits_total{}')).toHaveLength(1);
  });

  it('keeps names as they are for receivers that take UTF-8', async () => {
    const { output, context } = await open(undefined, { names: 'utf8', protocol: 2 }, { names: 'utf8' });
    await deliver(output, pointsOf(context, 'plug.power,outlet-id=1 active.watts=5 1000000'));
    expect(server.samples('plug.power_active.watts{outlet-id="1"}')).toHaveLength(1);
  });

  it('follows a receiver that moved, and shows its credentials to no other host', async () => {
    const elsewhere = await startRemoteWriteReceiver();
    const { output, context } = await open(
      (_, number) => ({ status: 308, headers: { location: number === 0 ? '/there' : elsewhere.url.replace('127.0.0.1', 'localhost') } }),
      {
        bearer_token: 'abc',
      },
    );
    expect(await deliver(output, pointsOf(context, 'm v=1 1000000'))).toEqual([{ status: 'ok' }]);
    await elsewhere.stop();
    expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/api/v1/write', 'Bearer abc'],
      ['/there', 'Bearer abc'],
    ]);
    expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('goes through a proxy', async () => {
    const asked: string[] = [];
    const proxy = await startFakeServer(({ method, path }) => {
      asked.push(`${method} ${path}`);
      return ok;
    });
    vi.stubEnv('HTTP_PROXY', proxy.url);
    const url = 'http://prometheus.test:9090/api/v1/write';
    for (const options of [{ http_proxy: proxy.url }, { use_system_proxy: true, url }]) {
      const { output, context } = await open(undefined, options);
      expect(await deliver(output, pointsOf(context, 'm v=1 1000000'))).toEqual([{ status: 'ok' }]);
      expect(asked.splice(0)).toEqual([`POST ${options.url ?? server.url}`]);
    }
    vi.unstubAllEnvs();
    await proxy.stop();
  });

  it.each(['no proxy', 'a proxy that opens no tunnel'])('does not wait longer than the timeout, with %s', async (kind) => {
    const silent = await startSilentServer();
    const where = kind === 'no proxy' ? { url: silent.url } : { url: 'https://127.0.0.1/', http_proxy: silent.url };
    const { output, context } = await open(() => ok, { timeout: '50ms', ...where });
    expect(await deliver(output, pointsOf(context, 'm v=1 1000000'))).toEqual([
      {
        status: 'retry',
        reason: expect.stringMatching(kind === 'no proxy' ? /^no answer in time$/ : /^no answer in time \(through the proxy /),
      },
    ]);
    silent.stop();
  });
});

const exemplar: Exemplar = { labels: [['trace_id', 'a']], value: 0.5, timestampMs: 900 };

/** One point of a counter, with what its source says beside it. */
function hits(context: TestContext, origin: Partial<Origin>, ms = 1000): Point[] {
  const shape = context.interner.shape(context.interner.series('prometheus', []), [{ name: 'hits_total', kind: Kind.Float }]);
  return [Point.fromValues(shape, ms, 0, [1], { startMs: 0, exemplars: [], ...origin })];
}

/** The answer of a receiver of 2.0 that stored so many samples and no exemplar. */
function written(body: string, samples: number): Reply {
  const headers = { 'x-prometheus-remote-write-samples-written': String(samples), 'x-prometheus-remote-write-exemplars-written': '0' };
  return { status: 400, headers, body };
}

/** Whether a metric is in a request. */
function holds(asked: ReceivedRequest, name: string): boolean {
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
