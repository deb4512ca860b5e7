/** Node's HTTP server with bounds on time and number of connections, and with InfluxDB's answers where Node has its own. */
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from 'node:https';
import type { Socket } from 'node:net';
import { rawAnswer, type Refusal } from './answer.ts';

export interface HttpServerOptions {
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly maxConnections: number;
  /** Undefined: no TLS. */
  readonly tls: TlsOptions | undefined;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse, connection: Connection) => void;
  /** Told of what was refused before it became a request. */
  readonly onRefused: (refusal: Refusal, socket: Socket) => void;
}

export interface Connection {
  /** Whether it came when all the places were taken: its requests are to be refused. */
  readonly surplus: boolean;
}

/** Connections beyond the bound that are still told why they are refused; the ones after these are closed without a word. */
const SURPLUS = 100;

/** Longer than any pusher's interval, so that it finds its connection open; Go's clients don't repeat a POST on one that was just closed. */
const IDLE_MS = 90_000;

/** How often Node looks for requests that are over time. */
const CHECK_MS = 250;

/** How long an answer to what is no HTTP may wait to be read before the connection is cut. */
const LINGER_MS = 500;

/** Creates the server; it does not listen yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const limits: ServerOptions = {
    headersTimeout: options.readTimeoutMs,
    requestTimeout: options.readTimeoutMs,
    connectionsCheckingInterval: CHECK_MS,
    keepAliveTimeout: IDLE_MS,
    // Node would refuse a request without this header with an empty body.
    requireHostHeader: false,
  };
  const { tls } = options;
  const server = tls === undefined ? createServer(limits) : createTlsServer({ ...limits, ...tls, handshakeTimeout: options.readTimeoutMs });
  new Connections(server, options).attach(tls === undefined ? 'connection' : 'secureConnection');
  return server;
}

class Connections {
  readonly #server: Server;
  readonly #options: HttpServerOptions;
  readonly #surplus = new WeakSet<Socket>();
  /** The latest request on each connection and the response to it. */
  readonly #latest = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  #open = 0;

  constructor(server: Server, options: HttpServerOptions) {
    this.#server = server;
    this.#options = options;
  }

  attach(opened: 'connection' | 'secureConnection'): void {
    const server = this.#server;
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => this.#onRequest(request, response);
    server.maxConnections = this.#options.maxConnections + SURPLUS;
    server.setTimeout(this.#options.writeTimeoutMs, (socket: Socket) => this.#onIdle(socket));
    server.on(opened, (socket: Socket) => this.#onOpen(socket));
    server.on('request', onRequest);
    server.on('checkContinue', (request, response) => {
      response.writeContinue();
      onRequest(request, response);
    });
    server.on('checkExpectation', (_request, response: ServerResponse) => {
      this.#refuse(response.socket, { status: 417, message: 'only "Expect: 100-continue" is supported' });
    });
    server.on('connect', (_request, socket: Socket) => this.#refuse(socket, { status: 405, message: 'this is no proxy' }));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#onClientError(error, socket));
  }

  #onOpen(socket: Socket): void {
    this.#open++;
    if (this.#open > this.#options.maxConnections) this.#surplus.add(socket);
    socket.once('close', () => this.#open--);
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#latest.set(socket, { request, response });
    this.#options.onRequest(request, response, { surplus: this.#surplus.has(socket) });
  }

  /** Nothing moved for the length of `write_timeout`: a client that does not read its answer is cut; one that waits for ours is not. */
  #onIdle(socket: Socket): void {
    const latest = this.#latest.get(socket);
    if (latest !== undefined && !latest.response.writableEnded) return;
    socket.destroy();
  }

  #onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
    // A reset, or bytes after a refusal: nobody reads an answer.
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error);
    const latest = this.#latest.get(socket);
    if (latest === undefined || latest.response.writableFinished || !latest.request.complete) {
      this.#refuse(socket, refusal);
      return;
    }
    // The request before it is whole and its answer comes first, or this one would be taken for it.
    latest.response.once('finish', () => this.#refuse(socket, refusal));
  }

  #refuse(socket: Socket | null, refusal: Refusal): void {
    if (socket === null || !socket.writable) return;
    this.#options.onRefused(refusal, socket);
    const { response } = this.#latest.get(socket) ?? {};
    // Half an answer is out already: more bytes would be read as the rest of it.
    if (response?.headersSent === true && !response.writableFinished) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(refusal));
    setTimeout(() => socket.destroy(), LINGER_MS);
  }
}

function refusalOf(error: NodeJS.ErrnoException): Refusal {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, message: 'the request did not arrive in time' };
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, message: "the request's headers are too large" };
    default:
      return { status: 400, message: 'the request is not valid HTTP' };
  }
}
