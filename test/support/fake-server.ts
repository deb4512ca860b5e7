/** A small HTTP server that answers what a test says and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface FakeServer {
  readonly url: string;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

/** Starts on a free loopback port. `answer` is called with each request, the first being number 0; `hang up` ends the connection without an answer. */
export function startFakeServer(
  answer: (asked: Asked, number: number) => Reply | 'hang up' | Promise<Reply | 'hang up'>,
): Promise<FakeServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, body: Buffer.concat(chunks) };
      asked.push(one);
      const finish = async (): Promise<void> => {
        const reply = await answer(one, asked.length - 1);
        if (reply === 'hang up') request.socket.destroy();
        else response.writeHead(reply.status, reply.headers).end(reply.body);
      };
      void finish();
    });
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const stop = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${port}`, asked, stop });
    });
  });
}
