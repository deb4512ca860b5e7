/**
 * Posts a million lines to a listener, 5,000 a post, over two connections, as fast as they are taken: `pusher.ts URL LINES GZIP`.
 * A process of its own, so that its work is not counted as the bridge's. All bodies are made before the first is sent.
 */
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { posts } from './lines.ts';

const LINES_PER_POST = 5000;
const CONNECTIONS = 2;

const [url, lines, encoding] = process.argv.slice(2);
const isGzip = encoding === 'gzip';
const bodies = [...posts(Number(lines), LINES_PER_POST)].map((body) => (isGzip ? gzipSync(body, { level: 1 }) : body));
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function post(body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': body.length,
      ...(isGzip && { 'content-encoding': 'gzip' }),
    };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function send(from: number): Promise<void> {
  for (let at = from; at < bodies.length; at += CONNECTIONS) {
    while ((await post(bodies[at])) === 503) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

process.stdout.write('ready\n');
process.stdin.once('data', () => {
  const started = performance.now();
  Promise.all(Array.from({ length: CONNECTIONS }, (_, at) => send(at))).then(
    () => {
      process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - started) / 1000 })}\n`);
      process.exit(0);
    },
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
