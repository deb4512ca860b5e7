/** What listeners answer, whatever the form of their answers. */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** None with 204. */
  readonly body?: string | Buffer;
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

/** An answer with a JSON body. */
export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

/** An answer of plain text. */
export function textAnswer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body: text };
}

/** The refusal in plain words. */
export function plainRefusal({ status, message, headers, close }: Refusal): Answer {
  return { ...textAnswer(status, `${message}\n`, headers), close };
}

/** The pipeline can't take more now: the same request may be sent again. */
export function busy({ reason, retryAfterSeconds }: { readonly reason: string; readonly retryAfterSeconds: number }): Refusal {
  return { status: 503, message: `busy: ${reason}`, headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))) } };
}

function headersOf({ headers, body, close }: Answer): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
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
export function rawAnswer(answer: Answer): string {
  const headers = Object.entries(headersOf({ ...answer, close: true })).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${headers.join('')}\r\n${String(answer.body)}`;
}
