/** One request to a target for what it exposes, with bounds on time and size: what inputs that scrape share. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher, request } from 'undici';
import { loadClientTls, type ClientTlsConfig } from './client-tls.ts';
import { failureText, serverWords, USER_AGENT, withinTime } from './http-client.ts';

export interface ScrapeClientOptions {
  /** 0: no limit. */
  readonly timeoutMs: number;
  /** Of the body, decompressed. */
  readonly maxBytes: number;
  /** Beside those that every scrape has; undefined for plain HTTP without certificates of one's own. */
  readonly tls: ClientTlsConfig | undefined;
  readonly baseDirectory: string;
  /** How to ask; a GET without a body when undefined. */
  readonly asking?: Asking;
  /** The statuses of an answer; 200 when undefined. */
  readonly successStatuses?: readonly number[];
}

export interface Asking {
  readonly method: string;
  /** Undefined: none. */
  readonly body: Buffer | undefined;
}

const OK = [200];

export type Scraped =
  | { readonly ok: true; readonly body: Buffer; readonly contentType: string | undefined }
  /** What went wrong, on one line, without the URL. */
  | { readonly ok: false; readonly reason: string };

interface Connection {
  readonly request: typeof request;
  readonly dispatcher: Dispatcher;
}

/** On another thread: a body that grows to the limit would hold up everything else for a second. */
const gunzipAsync = promisify(gunzip);

/** As Telegraf and Prometheus follow; credentials go to no other host. */
const MAX_REDIRECTIONS = 10;

/** Of an answer that is an error, only so much is read. */
const MAX_ERROR_BYTES = 4096;

/** Scrapes any number of targets; connections are kept open between scrapes. */
export class ScrapeClient {
  readonly #options: ScrapeClientOptions;
  /** By the file of the Unix socket that they go through; the empty text for TCP. */
  readonly #connections = new Map<string, Promise<Connection>>();

  constructor(options: ScrapeClientOptions) {
    this.#options = options;
  }

  /**
   * The body of a target, through the Unix socket `socketPath` if there is one. Never throws for what a network, a target or a file of
   * certificates may do.
   */
  async get(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal, socketPath = ''): Promise<Scraped> {
    try {
      return await withinTime(signal, this.#options.timeoutMs, async (within) =>
        this.#get(await this.#open(socketPath), url, headers, within),
      );
    } catch (error) {
      return { ok: false, reason: this.#reasonOf(error as NodeJS.ErrnoException) };
    }
  }

  async close(): Promise<void> {
    for (const opening of this.#connections.values()) {
      const connection = await opening.catch(() => undefined); // one that never opened has nothing to close
      await connection?.dispatcher.close();
    }
  }

  async #get(
    { request: send, dispatcher }: Connection,
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Scraped> {
    const all = { 'user-agent': USER_AGENT, 'accept-encoding': 'gzip', ...headers };
    const { asking, successStatuses = OK } = this.#options;
    const method = asking?.method ?? 'GET';
    const answer = await send(url, { dispatcher, signal, headers: all, method, body: asking?.body ?? null });
    const encoding = encodingOf(answer);
    if (!successStatuses.includes(answer.statusCode)) return { ok: false, reason: await refusal(answer, encoding) };
    if (encoding !== 'gzip' && encoding !== 'identity') {
      await answer.body.dump();
      return { ok: false, reason: `the content encoding is ${encoding}; only gzip was asked for` };
    }
    const { maxBytes } = this.#options;
    const body = await readBody(answer.body, maxBytes);
    if (body === undefined) return { ok: false, reason: tooLarge(maxBytes) };
    const type = answer.headers['content-type'];
    const contentType = Array.isArray(type) ? type[0] : type;
    return { ok: true, body: encoding === 'gzip' ? await gunzipAsync(body, { maxOutputLength: maxBytes }) : body, contentType };
  }

  #reasonOf(error: NodeJS.ErrnoException): string {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(this.#options.maxBytes);
    // undici's words are about clients and pools.
    return error.message?.startsWith('Redirect loop') ? 'it redirects to where it was asked already' : failureText(error);
  }

  #open(socketPath: string): Promise<Connection> {
    const known = this.#connections.get(socketPath);
    if (known !== undefined) return known;
    const connection = this.#connect(socketPath);
    this.#connections.set(socketPath, connection);
    // A file of certificates that can't be read now may be there at the next scrape.
    connection.catch(() => this.#connections.delete(socketPath));
    return connection;
  }

  async #connect(socketPath: string): Promise<Connection> {
    // Loaded here, for those who scrape: it takes 6 MB of heap, which every full collection has to go through.
    const undici = await import('undici');
    const { tls, baseDirectory } = this.#options;
    const ofTls = tls === undefined ? {} : await loadClientTls(tls, baseDirectory);
    const connect = socketPath === '' ? ofTls : { ...ofTls, socketPath };
    // The limit on time is the request's own signal; undici's would cut a longer `timeout` short.
    const agent = new undici.Agent({ connect, headersTimeout: 0, bodyTimeout: 0 });
    const followsRedirects = undici.interceptors.redirect({ maxRedirections: MAX_REDIRECTIONS });
    return { request: undici.request, dispatcher: agent.compose(followsRedirects) };
  }
}

function tooLarge(maxBytes: number): string {
  return `the body is larger than ${maxBytes} bytes`;
}

/** `identity` where there is none, as HTTP says of it. */
function encodingOf({ headers }: Dispatcher.ResponseData): string {
  return String(headers['content-encoding'] ?? 'identity').toLowerCase();
}

/** The status and, if there are any, the first words. */
async function refusal(answer: Dispatcher.ResponseData, encoding: string): Promise<string> {
  const text = await readBody(answer.body, MAX_ERROR_BYTES);
  const words = text === undefined || encoding !== 'identity' ? '' : serverWords(text.toString());
  return words === '' ? `status ${answer.statusCode}` : `status ${answer.statusCode}: ${words}`;
}

/** All of it; undefined, and the rest not read, when it is longer than `maxBytes`. */
async function readBody(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) return undefined; // leaving the loop ends the connection
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length);
}
