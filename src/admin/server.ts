/**
 * Health and metrics over HTTP, for Prometheus, for orchestrators and for the curious. It answers GET only, reads no body, and
 * tells nothing secret; it still listens on loopback unless told otherwise, since it asks nobody who they are.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AddressInfo } from 'node:net';
import { bindHost, isLoopback, listenAddressText, type ListenAddress } from '../config/listen-address.ts';
import type { Log } from '../telemetry/log.ts';
import type { SelfMetrics } from '../telemetry/self-metrics.ts';
import { healthBody, readyBody, type Health } from './health.ts';

/** A scraper, a health check and a browser or two; more is a mistake or an attack. */
const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 10_000;

const INDEX = `wattbridge

/metrics   counters and gauges, for Prometheus
/healthz   alive, and the state of every output
/readyz    200 when points can be taken, 503 with the reasons when not
`;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'x-content-type-options': 'nosniff',
};

export interface AdminOptions {
  /** Port 0 takes a free one. */
  readonly address: ListenAddress;
  readonly metrics: SelfMetrics;
  readonly health: () => Health;
  readonly log: Log;
}

export interface Admin {
  /** Where it listens, e.g. `127.0.0.1:8187`. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves until closed. Undefined when the address can't be had: delivering points matters more than telling about it, so that is
 * a warning, and the bridge runs on.
 */
export async function startAdmin(options: AdminOptions): Promise<Admin | undefined> {
  const { address } = options;
  const server = await buildServer(options);
  try {
    await server.listen({ host: bindHost(address), port: address.port });
  } catch (error) {
    await server.close();
    return unavailable(options, listenFailure(error));
  }
  warnIfReachable(options);
  const { port } = server.server.address() as AddressInfo;
  return { address: listenAddressText({ host: address.host, port }), close: () => server.close() };
}

async function buildServer({ metrics, health, log }: AdminOptions): Promise<FastifyInstance> {
  // Loaded here, for those who have this server on: it takes 3 MB of heap, which every full collection has to go through.
  const { fastify } = await import('fastify');
  const server = fastify({
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    // A URL that can't be read: Fastify's own answer would repeat it.
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      reply.code(400).headers(HEADERS).send({ error: 'bad request' });
    },
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (request.method === 'GET' || request.method === 'HEAD') return;
    await reply.code(405).header('allow', 'GET, HEAD').send({ error: 'only GET is answered here' });
  });
  server.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(INDEX));
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.collect()));
  server.get('/healthz', (_request, reply) => reply.send(healthBody(health())));
  server.get('/readyz', (_request, reply) => {
    const now = health();
    return reply.code(now.notReady.length === 0 ? 200 : 503).send(readyBody(now));
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found; see / for what there is' }));
  server.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) log.error('the admin server failed to answer', { error });
    return reply.code(status).send({ error: status >= 500 ? 'internal error; the log has it' : 'bad request' });
  });
  return server;
}

function unavailable({ address, log }: AdminOptions, reason: string): undefined {
  log.warn(
    `health and metrics are not served on ${listenAddressText(address)}: ${reason}; set agent.admin_address to another address, or to "" to do without`,
  );
  return undefined;
}

function listenFailure(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'the port is taken, perhaps by another wattbridge';
  if (code === 'EACCES') return 'this user may not listen there';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'this machine has no such address';
  return String(error);
}

function warnIfReachable({ address, log }: AdminOptions): void {
  if (isLoopback(address)) return;
  log.warn(`health and metrics on ${listenAddressText(address)} can be read by everyone who reaches this machine`);
}
