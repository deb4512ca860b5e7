/** The endpoints: those of InfluxDB 1.x and 2.x that pushers call. */
import type { IncomingMessage } from 'node:http';
import { jsonAnswer, NO_CONTENT, type Answer, type Refusal } from '../listener/answer.ts';
import type { Api } from './answer.ts';
import type { Authenticate } from './auth.ts';
import type { Face } from './config.ts';
import type { WriteResult, Writer } from './write.ts';

interface Route {
  readonly api: Api;
  readonly methods: readonly string[];
  /** Whether it answers everybody: load balancers and health checks send no credentials. */
  readonly open: boolean;
  readonly handle: (request: IncomingMessage, query: URLSearchParams, stopSignal: AbortSignal) => Promise<WriteResult> | WriteResult;
}

export interface Services {
  readonly face: Face;
  readonly writer: Writer;
  readonly authenticate: Authenticate | undefined;
  /** When the listener started, in milliseconds since the epoch. */
  readonly startedMs: number;
  readonly nowMs: () => number;
}

/** What to answer, and in which API's form; no result when nobody is left to be answered. */
export interface Routed {
  readonly api: Api;
  readonly result: WriteResult;
}

const READ = ['GET', 'HEAD'];

/**
 * The statement is not looked at, as in Telegraf's listener: Telegraf's output creates its database before it writes, and here
 * there is none to create. The body says what InfluxDB says of a statement without rows.
 */
const NO_ROWS = { answer: jsonAnswer(200, { results: [{ statement_id: 0 }] }) };

/** The function that answers requests. */
export function createRouter(services: Services): (request: IncomingMessage, stopSignal: AbortSignal) => Promise<Routed> {
  const routes = createRoutes(services);
  const { unknown } = services.face;
  return async (request, stopSignal) => {
    const url = URL.parse(request.url ?? '/', 'http://listener');
    if (url === null) return refused(unknown, { status: 400, message: "the request's address cannot be read" });
    const route = routes.get(url.pathname);
    const api = route?.api ?? (url.pathname.startsWith('/api/v2/') ? 'v2' : unknown);
    const denied = route?.open === true ? undefined : services.authenticate?.(request.headers, url.searchParams);
    if (denied !== undefined) return refused(api, denied);
    if (route === undefined) return refused(api, notFound(routes));
    if (!route.methods.includes(request.method ?? '')) return refused(api, wrongMethod(route));
    return { api, result: await route.handle(request, url.searchParams, stopSignal) };
  };
}

function createRoutes({ face, writer, startedMs, nowMs }: Services): ReadonlyMap<string, Route> {
  const health: Route = { api: 'v2', methods: READ, open: true, handle: () => ({ answer: HEALTHY }) };
  const ready: Route = { api: 'v2', methods: READ, open: true, handle: () => ({ answer: readiness(startedMs, nowMs()) }) };
  const all: readonly (readonly [path: string, route: Route])[] = [
    ['/write', { api: 'v1', methods: ['POST'], open: false, handle: (request, query, stop) => writer.write(request, query, 'v1', stop) }],
    [
      '/api/v2/write',
      { api: 'v2', methods: ['POST'], open: false, handle: (request, query, stop) => writer.write(request, query, 'v2', stop) },
    ],
    ['/query', { api: 'v1', methods: ['GET', 'POST'], open: false, handle: () => NO_ROWS }],
    ['/ping', { api: 'v1', methods: READ, open: true, handle: (_request, query) => ({ answer: ping(query) }) }],
    ['/health', health],
    ['/api/v2/health', health],
    ['/ready', ready],
    ['/api/v2/ready', ready],
  ];
  return new Map(all.filter(([, { api, open }]) => open || face.apis.includes(api)));
}

const HEALTHY = jsonAnswer(200, {
  name: 'wattbridge',
  message: 'ready for writes',
  status: 'pass',
  checks: [],
  version: '1.0',
  commit: '',
});

function ping(query: URLSearchParams): Answer {
  const verbose = query.get('verbose') ?? '';
  return verbose === '' || verbose === '0' || verbose === 'false' ? NO_CONTENT : jsonAnswer(200, { version: '1.0' });
}

function readiness(startedMs: number, nowMs: number): Answer {
  const seconds = Math.max(0, Math.floor((nowMs - startedMs) / 1000));
  const up = `${Math.floor(seconds / 3600)}h${Math.floor(seconds / 60) % 60}m${seconds % 60}s`;
  return jsonAnswer(200, { status: 'ready', started: new Date(startedMs).toISOString(), up });
}

function refused(api: Api, refusal: Refusal): Routed {
  return { api, result: { refusal } };
}

function notFound(routes: ReadonlyMap<string, Route>): Refusal {
  return { status: 404, message: `there is nothing here; try ${[...routes.keys()].join(', ')}` };
}

function wrongMethod({ methods }: Route): Refusal {
  const allow = methods.join(', ');
  return { status: 405, message: `this address takes ${allow} only`, headers: { Allow: allow } };
}
