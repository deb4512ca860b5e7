/** One request to a remote-write receiver, and what its answer means by the specification. */
import { compressSync } from 'snappy';
import type { Agent, Dispatcher, request } from 'undici';
import type { ClientTlsConfig } from '../../shared/client-tls.ts';
import { loadClientTls } from '../../shared/client-tls.ts';
import { failureText, withinTime, retryAfterMs, serverWords, USER_AGENT } from '../../shared/http-client.ts';

/** The headers that the specification fixes; what a user sets never replaces them. */
export const PROTOCOL_HEADERS = {
  'content-encoding': 'snappy',
  'content-type': 'application/x-protobuf',
  'user-agent': USER_AGENT,
  'x-prometheus-remote-write-version': '0.1.0',
} as const;

export type Answer =
  | { readonly kind: 'ok' }
  /** `unclear`: the server may have stored it all the same. */
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfterMs: number | undefined; readonly unclear: boolean }
  /** Something in it can't be stored, so nothing of it was. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No request will be taken as things are: wrong path, wrong credentials. */
  | { readonly kind: 'rejected'; readonly reason: string };

interface Connection {
  readonly request: typeof request;
  readonly dispatcher: Agent;
}

export interface ClientOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly tls: ClientTlsConfig;
  readonly baseDirectory: string;
}

/** A connection that could not be made has carried nothing. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Of an answer's text, only so much is read: errors are short, and a proxy's page need not be kept. */
const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * Answers with 500 that stay the same however often one asks: before Prometheus 2.50 a sample older than the out-of-order
 * window ("too old sample"), before 2.55 a label given twice ("label name … is not unique: invalid sample").
 */
const NEVER_HEALS = /too old sample|is not unique|invalid sample/i;

/** 400 and 422 are about the samples, 413 about their number: with fewer of them the answer may be another. */
const ABOUT_CONTENT = new Set([400, 413, 422]);

export class RemoteWriteClient {
  readonly #options: ClientOptions;
  #connection: Connection | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Reads the files of certificates. Throws when one can't be read. */
  async open(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection;
    // Loaded here, for those who write to Prometheus: it takes 6 MB of heap, which every full collection has to go through.
    const undici = await import('undici');
    const connect = await loadClientTls(this.#options.tls, this.#options.baseDirectory);
    // The limit on time is the request's own signal; undici's would cut a longer `timeout` short.
    this.#connection = { request: undici.request, dispatcher: new undici.Agent({ connect, headersTimeout: 0, bodyTimeout: 0 }) };
    return this.#connection;
  }

  async close(): Promise<void> {
    await this.#connection?.dispatcher.close();
  }

  /** Sends one WriteRequest, compressing it on the way. Never throws for what a network or a server may do. */
  async post(body: Buffer, signal: AbortSignal, nowMs: number): Promise<Answer> {
    const { request: send, dispatcher } = await this.open();
    const { url, headers, timeoutMs } = this.#options;
    // Not on another thread, and copied: the asynchronous form kept every output, at the size of its input, for hundreds of calls
    // (snappy 7.4.3: 600 MB after 400 requests of 2 MB, 56 MB this way). It takes 2 ms for 2 MB.
    const compressed = compressSync(body, { copyOutputData: true });
    try {
      return await withinTime(signal, timeoutMs, async (limited) => {
        const response = await send(url, {
          method: 'POST',
          headers: { ...headers, ...PROTOCOL_HEADERS },
          body: compressed,
          signal: limited,
          dispatcher,
        });
        return answerOf(response, nowMs);
      });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      return { kind: 'retry', reason: failureText(error), retryAfterMs: undefined, unclear: !NOT_SENT.has(code) };
    }
  }
}

async function answerOf(response: Dispatcher.ResponseData, nowMs: number): Promise<Answer> {
  const { statusCode, headers } = response;
  const text = await readStart(response.body);
  if (statusCode >= 200 && statusCode < 300) return { kind: 'ok' };
  const reason = serverWords(`${statusCode} ${text}`);
  const refused = ABOUT_CONTENT.has(statusCode) || (statusCode >= 500 && NEVER_HEALS.test(text));
  if (refused) return { kind: 'refused', reason };
  if (statusCode !== 429 && statusCode < 500) return { kind: 'rejected', reason };
  const header = headers['retry-after'];
  const wait = retryAfterMs(Array.isArray(header) ? header[0] : header, nowMs);
  return { kind: 'retry', reason, retryAfterMs: wait, unclear: statusCode !== 429 };
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
