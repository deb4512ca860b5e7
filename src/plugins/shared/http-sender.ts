/** Requests to one server with a body, through undici: what outputs that speak HTTP by themselves share. */
import type { Dispatcher, request } from 'undici';
import { loadClientTls, type ClientTlsConfig } from './client-tls.ts';
import { failureThrough, mayKnowCredentials, withinTime } from './http-client.ts';

export interface HttpSenderOptions {
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  /** Go to the server's own host only: credentials are among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** 0: never. */
  readonly timeoutMs: number;
  /** A proxy's URL; empty: none. */
  readonly proxy: string;
  readonly tls: ClientTlsConfig;
  readonly baseDirectory: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Its beginning. */
  readonly text: string;
  readonly header: (name: string) => string | undefined;
}

interface Connection {
  readonly request: typeof request;
  readonly dispatcher: Dispatcher;
}

/** Of an answer's text, only so much is kept. Prometheus names each refused sample in a line of its own. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Redirects that ask for the same request elsewhere; after others a client may come with another one. */
const REPEATS = new Set([307, 308]);
const MAX_REDIRECTS = 5;

/** Sends requests to one server, over connections that are kept. */
export class HttpSender {
  readonly #options: HttpSenderOptions;
  #connection: Connection | undefined;

  constructor(options: HttpSenderOptions) {
    this.#options = options;
  }

  /** Reads the files of certificates. Throws when one can't be read. */
  async open(): Promise<void> {
    await this.#open();
  }

  async close(): Promise<void> {
    // Nothing is under way any more but what a proxy may never open.
    await this.#connection?.dispatcher.destroy();
  }

  /**
   * Sends a body, where redirects lead to if it must be; `own` are headers that go along everywhere. A failure to get an answer is
   * its text. Never throws for what a network or a server may do.
   */
  async send(body: Buffer, own: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer | string> {
    const { url, headers, timeoutMs, proxy } = this.#options;
    try {
      return await withinTime(signal, timeoutMs, async (limited) => {
        let at = url;
        let answer = await this.#send(at, { ...headers, ...own }, body, limited);
        for (let hops = 0; hops < MAX_REDIRECTS && REPEATS.has(answer.status); hops++) {
          const location = answer.header('location');
          if (location === undefined) break;
          at = new URL(location, at).href;
          answer = await this.#send(at, mayKnowCredentials(at, url) ? { ...headers, ...own } : own, body, limited);
        }
        return answer;
      });
    } catch (error) {
      return failureThrough(proxy, error);
    }
  }

  async #open(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection;
    // Loaded here, for those who send: it takes 6 MB of heap, which every full collection has to go through.
    const undici = await import('undici');
    const { url, proxy, tls, baseDirectory } = this.#options;
    const connect = await loadClientTls(tls, baseDirectory);
    // The limit on time is the request's own signal; undici's would cut a longer `timeout` short.
    const common = { headersTimeout: 0, bodyTimeout: 0 };
    // Through a tunnel only where the proxy could not read it anyway: many refuse tunnels to ports other than 443.
    const through = { uri: proxy, proxyTunnel: url.startsWith('https:'), requestTls: connect };
    const dispatcher = proxy === '' ? new undici.Agent({ connect, ...common }) : new undici.ProxyAgent({ ...through, ...common });
    this.#connection = { request: undici.request, dispatcher };
    return this.#connection;
  }

  async #send(url: string, headers: Readonly<Record<string, string>>, body: Buffer, signal: AbortSignal): Promise<HttpAnswer> {
    const { request: send, dispatcher } = await this.#open();
    const answer = send(url, { method: this.#options.method, headers, body, signal, dispatcher });
    return read(await Promise.race([answer, aborted(signal)]));
  }
}

/** Rejects when the signal aborts: a tunnel that a proxy never opens would be waited for without end. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<HttpAnswer> {
  const header = (name: string): string | undefined => [headers[name] ?? []].flat()[0];
  return { status: statusCode, text: await readStart(body), header };
}

/** The beginning of an answer's text; the rest is read and let go, so that the connection can be used again. */
async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (size < MAX_ANSWER_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_ANSWER_BYTES);
}
