/**
 * A port that serves HTTP: Node's server with bounds on time and number of connections. Who serves can change while connections
 * stay open: in between, requests wait, so that a reload of the configuration costs a client some milliseconds and no error.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer, type ServerOptions as TlsOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { bindHost, type ListenAddress } from '../../../config/listen-address.ts';
import type { Port } from '../../../pipeline/ports.ts';
import type { Refusal } from './answer.ts';

/** Who answers at a port, and how long and how many clients may take. */
export interface HttpService {
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly maxConnections: number;
  /** Undefined: no TLS. A port keeps to the one or the other; certificates may change. */
  readonly tls: TlsOptions | undefined;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse, connection: Connection) => void;
  /** Told of what was refused before it became a request; the answer, as it goes over the wire. */
  readonly onRefused: (refusal: Refusal, socket: Socket) => string;
  /** Told when connections could not be accepted. */
  readonly onError: (error: Error) => void;
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

/** How long clients may take to read the last answers when the port closes. */
const LAST_ANSWER_MS = 1000;

export class HttpPort implements Port {
  readonly #server: Server | TlsServer;
  readonly #surplus = new WeakSet<Socket>();
  /** The latest request on each connection and the response to it. */
  readonly #latest = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  /** Requests that came while nobody served. */
  #waiting: (() => void)[] = [];
  #service: HttpService;
  #isServed = false;
  #open = 0;

  private constructor(service: HttpService) {
    // Node would refuse a request without the header Host with an empty body.
    const options: ServerOptions = { connectionsCheckingInterval: CHECK_MS, keepAliveTimeout: IDLE_MS, requireHostHeader: false };
    const { tls } = service;
    this.#server =
      tls === undefined ? createServer(options) : createTlsServer({ ...options, ...tls, handshakeTimeout: service.readTimeoutMs });
    this.#service = service;
    this.#attach(tls === undefined ? 'connection' : 'secureConnection');
    this.#bound(service);
  }

  /** Listens; requests wait until `serve`. Rejects with the system's error where the address can't be had. */
  static async listen(address: ListenAddress, service: HttpService): Promise<HttpPort> {
    const port = new HttpPort(service);
    port.#server.listen({ port: address.port, host: bindHost(address) });
    await once(port.#server, 'listening');
    port.#server.on('error', (error) => port.#service.onError(error));
    return port;
  }

  /** The port's number, also when the system chose it. */
  get place(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Hands requests to this service from now on, those that wait first. */
  serve(service: HttpService): void {
    this.#service = service;
    this.#isServed = true;
    this.#bound(service);
    if (service.tls !== undefined && 'setSecureContext' in this.#server) this.#server.setSecureContext(service.tls);
    for (const answer of this.#waiting.splice(0)) answer();
  }

  /** Lets requests wait for the next who serves, if it is this one that does now. */
  pause(service: HttpService): void {
    if (this.#service === service) this.#isServed = false;
  }

  /** Listens no more; resolves when the last answer under way is read, or has waited long enough for that. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    const timer = setTimeout(() => this.#server.closeAllConnections(), LAST_ANSWER_MS);
    await closed;
    clearTimeout(timer);
  }

  #attach(opened: 'connection' | 'secureConnection'): void {
    const server: Server = this.#server;
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => this.#onRequest(request, response);
    server.on(opened, (socket: Socket) => this.#onOpen(socket));
    server.on('timeout', (socket: Socket) => this.#onIdle(socket));
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

  /** Timeouts are looked up when they are due, so they hold for open connections, too; `timeout` for new ones. */
  #bound({ readTimeoutMs, writeTimeoutMs, maxConnections }: HttpService): void {
    this.#server.headersTimeout = readTimeoutMs;
    this.#server.requestTimeout = readTimeoutMs;
    this.#server.timeout = writeTimeoutMs;
    this.#server.maxConnections = maxConnections + SURPLUS;
  }

  #onOpen(socket: Socket): void {
    this.#open++;
    if (this.#open > this.#service.maxConnections) this.#surplus.add(socket);
    socket.once('close', () => this.#open--);
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#latest.set(socket, { request, response });
    const connection = { surplus: this.#surplus.has(socket) };
    const answer = (): void => {
      if (!socket.destroyed) this.#service.onRequest(request, response, connection);
    };
    if (this.#isServed) answer();
    else this.#waiting.push(answer);
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
    const answer = this.#service.onRefused(refusal, socket);
    const { response } = this.#latest.get(socket) ?? {};
    // Half an answer is out already: more bytes would be read as the rest of it.
    if (response?.headersSent === true && !response.writableFinished) {
      socket.destroy();
      return;
    }
    socket.end(answer);
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
