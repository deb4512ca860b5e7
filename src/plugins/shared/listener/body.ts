/** Reading a request's body: no more of it than the limits allow, and no longer than the listener runs. */
import type { IncomingMessage } from 'node:http';
import { freeMemory } from '../../../metric/memory.ts';
import type { Refusal } from './answer.ts';
import { GUNZIP_TOO_LARGE, gunzipBody } from './gunzip.ts';
import type { MemoryLease } from './memory-budget.ts';

export interface BodyLimits {
  /** Bytes on the wire, and bytes of line protocol. */
  readonly maxBodyBytes: number;
  readonly maxDecompressedBytes: number;
}

export type Body =
  | { readonly status: 'ok'; readonly bytes: Buffer }
  | { readonly status: 'refused'; readonly refusal: Refusal }
  /** The client went away before it had sent everything; nobody is left to answer. */
  | { readonly status: 'gone' };

/** How soon a client should come back when there is no room for its body: bodies are held for milliseconds. */
const RETRY_SECONDS = '1';

/** The decompressed body of a request. `signal` aborts when the listener stops. */
export async function readBody(request: IncomingMessage, limits: BodyLimits, lease: MemoryLease, signal: AbortSignal): Promise<Body> {
  const gzipped = isGzip(request.headers['content-encoding']);
  if (gzipped === undefined) return refused(unsupportedEncoding(request.headers['content-encoding']));
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBodyBytes) return refused(tooLarge(limits.maxBodyBytes));
  const body = await receive(request, limits.maxBodyBytes, lease, signal);
  if (body.status !== 'ok' || !gzipped || body.bytes.length === 0) return body;
  return decompress(body.bytes, limits.maxDecompressedBytes, lease);
}

/** Undefined for an encoding that is not supported. */
function isGzip(encoding = 'identity'): boolean | undefined {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return true;
    case 'identity':
    case '':
      return false;
    default:
      return undefined;
  }
}

function receive(request: IncomingMessage, maxBytes: number, lease: MemoryLease, signal: AbortSignal): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) return finish(refused(tooLarge(maxBytes)));
      if (!lease.take(chunk.length)) return finish(refused(noRoom()));
      chunks.push(chunk);
    };
    const onEnd = (): void => finish({ status: 'ok', bytes: joinChunks(chunks, length) });
    const onGone = (): void => finish({ status: 'gone' });
    const onStop = (): void => finish(refused(stopping()));
    function finish(body: Body): void {
      request.off('data', onData).off('end', onEnd).off('close', onGone);
      signal.removeEventListener('abort', onStop);
      resolve(body);
    }
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', closeFollows);
    signal.addEventListener('abort', onStop);
    if (signal.aborted) onStop();
  });
}

/**
 * An error is always followed by 'close'; without a listener of its own it would end the program. Not a function inside
 * `receive`: the connection keeps its last request, and that would keep the body through this listener.
 */
function closeFollows(): void {
  // Nothing to do yet.
}

/** The chunks in one buffer. The next body's chunks come to lie in their memory, which is still cached. */
function joinChunks(chunks: readonly Buffer[], length: number): Buffer {
  if (chunks.length === 1) return chunks[0];
  const bytes = Buffer.concat(chunks, length);
  for (const chunk of chunks) freeMemory(chunk);
  return bytes;
}

async function decompress(gzipped: Buffer, maxBytes: number, lease: MemoryLease): Promise<Body> {
  const result = await gunzipBody(gzipped, maxBytes);
  freeMemory(gzipped);
  if (result === GUNZIP_TOO_LARGE) {
    const message = `request body is larger than ${maxBytes} bytes once decompressed; send smaller batches or raise max_decompressed_size`;
    return refused({ status: 413, message });
  }
  if (typeof result === 'string') return refused({ status: 400, message: `cannot decompress the gzip body: ${result}` });
  return lease.take(result.length) ? { status: 'ok', bytes: result } : refused(noRoom());
}

function refused(refusal: Refusal): Body {
  return { status: 'refused', refusal };
}

function unsupportedEncoding(encoding: string | undefined): Refusal {
  return { status: 415, message: `Content-Encoding "${encoding}" is not supported; use gzip or identity` };
}

function tooLarge(maxBytes: number): Refusal {
  return {
    status: 413,
    message: `request body is larger than ${maxBytes} bytes; send smaller batches or raise max_body_size`,
    close: true,
  };
}

function noRoom(): Refusal {
  return {
    status: 503,
    message: 'too many requests are being received at once; try again',
    headers: { 'Retry-After': RETRY_SECONDS },
    close: true,
  };
}

/** Also for requests that come while the listener stops. */
export function stopping(): Refusal {
  return { status: 503, message: 'the bridge is stopping or reloading; try again', headers: { 'Retry-After': '5' }, close: true };
}
