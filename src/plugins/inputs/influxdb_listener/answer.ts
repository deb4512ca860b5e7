/**
 * Answers, in the two forms of InfluxDB's API: version 1 says `{"error": …}`, version 2 `{"code": …, "message": …}`; both repeat
 * the text in the header `X-Influxdb-Error`. Clients read these, so nothing is refused in another form.
 */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';

/** What Telegraf's listener calls itself; clients ask for it to learn which API they meet. */
const VERSION_HEADERS = { 'X-Influxdb-Version': '1.0', 'X-Influxdb-Build': 'wattbridge' } as const;

export type Api = 'v1' | 'v2';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text; none with 204. */
  readonly body?: string;
  /** Whether the connection ends with this answer: what the client still sends is not wanted. */
  readonly close?: boolean | undefined;
}

/** A request that is not granted, and why. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly close?: boolean | undefined;
}

export const NO_CONTENT: Answer = { status: 204 };

/** Version 2's names for statuses (`pkg/errors` of influxdata/influxdb); whatever else is `invalid`. */
const CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  404: 'not found',
  405: 'method not allowed',
  413: 'request too large',
  500: 'internal error',
  503: 'unavailable',
};

/** Longer texts are cut in the header: proxies refuse headers of more than 8 KiB. */
const MAX_HEADER_TEXT = 1024;

/** An answer with a JSON body. */
export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}

/** The answer that tells of a refusal. */
export function refusalAnswer(api: Api, { status, message, headers, close }: Refusal): Answer {
  const value = api === 'v1' ? { error: message } : { code: CODES[status] ?? 'invalid', message };
  return {
    ...jsonAnswer(status, value),
    headers: { ...headers, 'X-Influxdb-Error': headerText(message) },
    close,
  };
}

/** What may stand in a header: printable ASCII. A client's own text comes back in these. */
function headerText(text: string): string {
  return text.slice(0, MAX_HEADER_TEXT).replaceAll(/[^\x20-\x7e]/g, '?');
}

function headersOf({ headers, body, close }: Answer): Record<string, string> {
  return {
    ...VERSION_HEADERS,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
    ...(close === true ? { Connection: 'close' } : {}),
  };
}

/** How long what a client still sends is read and thrown away, so that it gets to read the answer before the connection ends. */
const LINGER_MS = 1000;

/** Sends an answer, if the client is still there. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(answer.status, headersOf(answer));
  if (answer.close !== true || request.complete) {
    response.end(answer.body);
    return;
  }
  // Ending the response would close the socket with unread bytes in it, and the reset that follows can overtake the answer.
  response.write(answer.body ?? '');
  const timer = setTimeout(end, LINGER_MS);
  function end(): void {
    clearTimeout(timer);
    if (!response.destroyed) response.end();
  }
  request.once('end', end).once('close', end).resume();
}

/** A whole answer as it goes over the wire, for connections whose request could not be read. */
export function rawAnswer(refusal: Refusal): string {
  const answer = refusalAnswer('v1', { ...refusal, close: true });
  const headers = Object.entries(headersOf(answer)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${headers.join('')}\r\n${answer.body}`;
}
