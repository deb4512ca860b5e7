/**
 * The client of InfluxDB gathers all of an error's text, where that is JSON, and unpacks it before: a page without an end, or one that is
 * compressed a thousandfold, would take the process' memory. So it gets no more than the beginning.
 */
import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** An error may quote every line of a request, of which this is the largest. */
const MAX_ERROR_BYTES = 16 * 1024 * 1024;

type Request = (options: RequestOptions, onResponse: (response: IncomingMessage) => void) => ClientRequest;

/** What the client makes its requests with, in the form of its option `follow-redirects`. */
export const boundedRequests = { http: { request: bounded(requestHttp) }, https: { request: bounded(requestHttps) } };

function bounded(request: Request): Request {
  return (options, onResponse) => {
    return request(options, (response) => onResponse((response.statusCode ?? 0) < 300 ? response : shortened(response)));
  };
}

/** The same answer, unpacked, with the beginning of its text. The rest is not waited for: the connection ends. */
function shortened(response: IncomingMessage): IncomingMessage {
  const { statusCode, statusMessage, headers } = response;
  const { 'content-encoding': encoding, ...others } = headers;
  const isPacked = encoding === 'gzip';
  // A failure reaches whoever reads from its end.
  const text = isPacked ? pipeline(response, createGunzip(), () => undefined) : response;
  const answer = Readable.from(beginning(text), { objectMode: false });
  return Object.assign(answer, { statusCode, statusMessage, headers: isPacked ? others : headers }) as unknown as IncomingMessage;
}

async function* beginning(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = MAX_ERROR_BYTES;
  for await (const chunk of text) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
