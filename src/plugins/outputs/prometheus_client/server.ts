/** The page over HTTP. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { plainRefusal, textAnswer, type Answer, type Refusal } from '../../shared/listener/answer.ts';
import type { CheckAccess } from '../../shared/listener/basic-auth.ts';
import type { Handle } from '../../shared/listener/http-listener.ts';
import type { NetworkFilter } from '../../shared/networks.ts';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Below this a page is not worth compressing. */
const SMALLEST_GZIP = 1024;

const compress = promisify(gzip);

export interface PageServerOptions {
  readonly path: string;
  readonly isAllowed: NetworkFilter;
  readonly checkAccess: CheckAccess | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The text of the page now. */
  readonly page: () => string;
}

/** The function that answers requests. */
export function createPageHandle(options: PageServerOptions): Handle {
  return async (request) => {
    const refusal = refusalOf(request, options);
    if (refusal !== undefined) return { answer: plainRefusal(refusal), refusal };
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const answer = pathname === options.path ? await pageAnswer(request, options.page()) : indexAnswer(options.path);
    return { answer: { ...answer, headers: { ...answer.headers, ...options.headers } } };
  };
}

function refusalOf({ socket, headers, method, url = '/' }: IncomingMessage, options: PageServerOptions): Refusal | undefined {
  if (!options.isAllowed(socket.remoteAddress)) return { status: 403, message: 'this address is not in ip_range', close: true };
  const denied = options.checkAccess?.(headers);
  if (denied !== undefined) return denied;
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, message: 'only GET is answered here', headers: { Allow: 'GET, HEAD' }, close: true };
  }
  const path = URL.parse(url, 'http://page')?.pathname;
  if (path === options.path || path === '/') return undefined;
  return { status: 404, message: `there is nothing here; the page is at ${options.path}` };
}

function indexAnswer(path: string): Answer {
  return textAnswer(200, `Wattbridge, output prometheus_client; the page is at ${path}\n`);
}

async function pageAnswer({ headers }: IncomingMessage, page: string): Promise<Answer> {
  const isWanted = page.length >= SMALLEST_GZIP && /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  if (!isWanted) return { status: 200, headers: { 'Content-Type': CONTENT_TYPE }, body: page };
  return { status: 200, headers: { 'Content-Type': CONTENT_TYPE, 'Content-Encoding': 'gzip' }, body: await compress(page) };
}
