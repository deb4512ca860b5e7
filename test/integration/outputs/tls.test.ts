import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SendResult } from '../../../src/pipeline/plugin.ts';
import { influxdb } from '../../../src/plugins/outputs/influxdb/plugin.ts';
import { prometheusRemoteWrite } from '../../../src/plugins/outputs/prometheus_remote_write/plugin.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { testContext } from '../../support/context.ts';
import { startFakeServer } from '../../support/fake-server.ts';
import { createOutput, deliver, pointsOf } from '../../support/output.ts';

let folder: string;
let server: Server;
let port: number;
/** Names on the certificates that clients showed. */
let clients: (string | undefined)[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-tls-'));
  await makeCertificates(folder);
  const [ca, cert, key] = await Promise.all(['ca.pem', 'server.pem', 'server.key'].map((name) => readFile(join(folder, name))));
  server = createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const socket = request.socket as TLSSocket;
    clients.push(socket.authorized ? String(socket.getPeerCertificate().subject.CN) : undefined);
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  clients = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

type Open = (tls: object) => Promise<SendResult[]>;

const outputs: [string, Open][] = [
  ['influxdb', (tls) => send((context) => createOutput(influxdb, { urls: [`https://127.0.0.1:${port}`], bucket: 'b', ...tls }, context))],
  [
    'prometheus_remote_write',
    (tls) => send((context) => createOutput(prometheusRemoteWrite, { url: `https://127.0.0.1:${port}`, ...tls }, context)),
  ],
];

async function send(create: (context: ReturnType<typeof testContext>) => ReturnType<typeof createOutput>): Promise<SendResult[]> {
  const context = testContext({ baseDirectory: folder });
  const output = create(context);
  await output.connect?.(new AbortController().signal);
  const results = await deliver(output, pointsOf(context, 'm v=1 1000000'));
  await output.close?.();
  return results;
}

describe.each(outputs)('%s over TLS', (_name, open) => {
  it('trusts the authority it is told to, for the name it is told', async () => {
    expect(await open({ tls_ca: 'ca.pem', tls_server_name: 'bridge.test' })).toEqual([{ status: 'ok' }]);
    expect(clients).toEqual([undefined]);
  });

  it('shows its own certificate', async () => {
    const tls = { tls_ca: 'ca.pem', tls_server_name: 'bridge.test', tls_cert: 'client.pem', tls_key: 'client.key' };
    expect(await open(tls)).toEqual([{ status: 'ok' }]);
    expect(clients).toEqual(['ada']);
  });

  it('sends nothing to a server it has no reason to trust', async () => {
    expect(await open({ tls_server_name: 'bridge.test' })).toMatchObject([
      { status: 'retry', reason: expect.stringMatching(/certificate/) },
    ]);
    expect(await open({ tls_ca: 'ca.pem', tls_server_name: 'other.test' })).toMatchObject([
      { status: 'retry', reason: expect.stringContaining('other.test') },
    ]);
    expect(clients).toEqual([]);
  });

  it('trusts anybody when told so', async () => {
    expect(await open({ insecure_skip_verify: true })).toEqual([{ status: 'ok' }]);
  });

  it('names the proxy where that is what is down, without its password', async () => {
    const [result] = await open({ http_proxy: 'http://me:secret@127.0.0.1:1' });
    expect(result).toMatchObject({
      status: 'retry',
      reason: expect.stringMatching(/ECONNREFUSED.* \(through the proxy 127\.0\.0\.1:1\)$/),
    });
  });

  it("names a file it can't read", async () => {
    await expect(open({ tls_ca: 'nope.pem' })).rejects.toThrow(/cannot read tls_ca .*nope\.pem: ENOENT/);
  });
});

describe('influxdb through a proxy', () => {
  it.each(['http_proxy', 'the environment'])('that is named by %s asks it for the whole URL', async (where) => {
    const proxy = await startFakeServer(() => ({ status: 204 }));
    vi.stubEnv('HTTP_PROXY', where === 'http_proxy' ? 'http://127.0.0.1:1' : proxy.url);
    const own = where === 'http_proxy' ? { http_proxy: proxy.url } : {};
    const results = await send((context) =>
      createOutput(influxdb, { urls: ['http://influx.test:8086/base'], bucket: 'b', ...own }, context),
    );
    vi.unstubAllEnvs();
    expect(results).toEqual([{ status: 'ok' }]);
    expect(proxy.asked.map(({ path, headers }) => [path, headers.host])).toEqual([
      ['http://influx.test:8086/base/api/v2/write?org=&bucket=b&precision=ns', 'influx.test:8086'],
    ]);
    await proxy.stop();
  });

  it('goes through a tunnel to an https server, with credentials for the proxy, and checks who answers at its end', async () => {
    const proxy = await startTunnel();
    const url = `https://127.0.0.1:${port}`;
    const options = { urls: [url], bucket: 'b', http_proxy: `http://me:pw@127.0.0.1:${proxy.port}`, tls_server_name: 'bridge.test' };
    const tls = { tls_ca: 'ca.pem', tls_cert: 'client.pem', tls_key: 'client.key' };
    expect(await send((context) => createOutput(influxdb, { ...options, ...tls }, context))).toEqual([{ status: 'ok' }]);
    expect(clients).toEqual(['ada']);
    expect(await send((context) => createOutput(influxdb, options, context))).toMatchObject([{ status: 'retry' }]);
    const asked = [`127.0.0.1:${port}`, `Basic ${Buffer.from('me:pw').toString('base64')}`];
    expect(proxy.asked).toEqual([asked, asked]);
    await proxy.stop();
  });
});

interface Tunnel {
  readonly port: number;
  /** Where to, and with what credentials. */
  readonly asked: (readonly [string | undefined, string | undefined])[];
  stop(): Promise<void>;
}

/** A proxy that knows CONNECT alone. */
async function startTunnel(): Promise<Tunnel> {
  const asked: [string | undefined, string | undefined][] = [];
  const proxy = createPlainServer();
  proxy.on('connect', (request, socket) => {
    asked.push([request.url, request.headers['proxy-authorization']]);
    const [host, to] = (request.url ?? '').split(':');
    const onward = connect(Number(to), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [onward, socket]) one.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (proxy.address() as AddressInfo).port,
    asked,
    stop: () => new Promise<void>((resolve) => void proxy.close(() => resolve())),
  };
}
