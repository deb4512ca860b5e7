/**
 * A server that answers 204 to everything and counts: the far end of the whole-process benchmark, in a process of its own. `sink.ts [PORT]`
 * prints its port first; on SIGTERM it prints how many line ends and bytes it was sent, as JSON.
 */
import { createServer } from 'node:http';
import { createGunzip } from 'node:zlib';

const NEWLINE = 0x0a;
let lines = 0;
let bytes = 0;
let requests = 0;

const server = createServer((request, response) => {
  requests++;
  const isLines = request.url?.startsWith('/write') === true;
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (isLines) for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  });
  body.on('end', () => {
    response.writeHead(request.url?.startsWith('/query') === true ? 200 : 204, { 'content-type': 'application/json' });
    response.end(request.url?.startsWith('/query') === true ? '{"results":[]}' : undefined);
  });
});

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify({ lines, bytes, requests })}\n`);
  process.exit(0);
});
