/**
 * One InfluxDB server, reached through `@influxdata/influxdb-client`.
 *
 * Only its transport is used: one call is one request, so that an answer can be told from a payload's fate. Its write API
 * batches, retries and drops on its own (`flush()` does not wait for batches it sent itself, and it reads Retry-After as
 * milliseconds): here batching and retrying belong to the sender.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB, type Transport } from '@influxdata/influxdb-client';
import type { ClientTls } from '../client-tls.ts';
import { failureThrough, mayKnowCredentials, withinTime } from '../http-client.ts';
import { boundedRequests } from './bounded-answer.ts';

export interface ServerOptions {
  /** Scheme, host, port, path. */
  readonly url: string;
  /** Sent with every request; the Authorization header is among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** An HTTP proxy's URL; empty: none. */
  readonly proxy: string;
  readonly tls: ClientTls;
}

export interface Answer {
  /** The HTTP status; 0 when none came. */
  readonly status: number;
  /** The answer's text, or why there is none. */
  readonly text: string;
  /** The Retry-After header as it came. */
  readonly retryAfter: string | undefined;
  /** The Location header, of a redirect. */
  readonly location?: string | undefined;
}

/** Of an answer, only so much is kept: errors are short, and so are the answers to the few queries asked here. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Redirects that say: the same request, elsewhere. After the others Go would ask with GET, which writes nothing. */
const REPEATED_ELSEWHERE = new Set([307, 308]);
const MAX_REDIRECTS = 5;
const CREDENTIALS = new Set(['authorization', 'cookie']);

export class InfluxServer {
  readonly url: string;
  readonly #options: ServerOptions;
  readonly #transport: Transport;
  readonly #agent: HttpAgent;
  /** Where the last redirect led to, by its URL. */
  #elsewhere: InfluxServer | undefined;

  constructor(options: ServerOptions) {
    const { url, headers, proxy, tls } = options;
    this.url = url;
    this.#options = options;
    const proxied = proxy === '' ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
    this.#agent = url.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true, ...tls, ...proxied })
      : new HttpAgent({ keepAlive: true, ...proxied });
    const client = new InfluxDB({
      url,
      headers: { ...headers },
      // Its own limit leaves the socket open; the request's signal closes it.
      timeout: 0,
      transportOptions: { agent: this.#agent, ...tls, 'follow-redirects': boundedRequests },
    });
    this.#transport = client.transport;
  }

  /** Posts a body, where redirects lead to if it must be. Never throws for what a network or a server may do. */
  async post(path: string, body: Buffer, headers: Readonly<Record<string, string>>, signal: AbortSignal, hops = 0): Promise<Answer> {
    const answer = await withinTime(signal, this.#options.timeoutMs, (limited) => this.#post(path, body, headers, limited));
    if (!REPEATED_ELSEWHERE.has(answer.status) || hops === MAX_REDIRECTS) return answer;
    return this.#follow(answer, path)?.post(path, body, headers, signal, hops + 1) ?? answer;
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy();
    this.#elsewhere?.close();
  }

  /** The server that a redirect leads to; undefined when it leads to another path. Credentials go to no other host. */
  #follow({ location = '' }: Answer, path: string): InfluxServer | undefined {
    const target = URL.parse(location, this.url)?.href;
    if (target?.endsWith(path) !== true) return undefined;
    const url = target.slice(0, -path.length);
    if (this.#elsewhere?.url === url) return this.#elsewhere;
    this.#elsewhere?.close();
    const { headers } = this.#options;
    const kept = mayKnowCredentials(url, this.url)
      ? headers
      : Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name.toLowerCase())));
    this.#elsewhere = new InfluxServer({ ...this.#options, url, headers: kept });
    return this.#elsewhere;
  }

  #post(path: string, body: Buffer, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve) => {
      let status = 0;
      let size = 0;
      const chunks: Uint8Array[] = [];
      const callbacks = {
        responseStarted: (_headers: unknown, statusCode?: number) => {
          status = statusCode ?? 0;
        },
        next: (chunk: Uint8Array) => {
          size += chunk.length;
          if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
        },
        complete: () => resolve({ status, text: Buffer.concat(chunks).toString(), retryAfter: undefined }),
        error: (error: Error) => resolve(failedAnswer(error, signal, this.#options.proxy)),
      };
      this.#transport.send(path, asSent(body), { method: 'POST', headers: { ...headers }, signal }, callbacks);
    });
  }
}

function failedAnswer(error: Error, signal: AbortSignal, proxy: string): Answer {
  if (error instanceof HttpError) {
    const header = (name: string): string | undefined => [error.headers?.[name] ?? []].flat()[0];
    return {
      status: error.statusCode,
      text: error.body ?? '',
      retryAfter: header('retry-after'),
      location: header('location'),
    };
  }
  return { status: 0, text: failureThrough(proxy, signal.aborted ? signal.reason : error), retryAfter: undefined };
}

/**
 * The body as the client takes it without a copy: it declares a string, but hands it to `Buffer.from`, which copies strings and
 * buffers and shares an ArrayBuffer.
 */
function asSent(body: Buffer): string {
  const { buffer, byteLength } = body;
  return (byteLength === buffer.byteLength ? buffer : body) as unknown as string;
}
