/**
 * A socket that takes streams: TCP or Unix. Who takes what they bring can change while connections stay open: in between nothing is
 * read, so that a reload of the configuration costs a client some milliseconds, and neither its connection nor half a line.
 */
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TlsOptions } from 'node:tls';
import type { Port } from '../../../pipeline/ports.ts';
import { readMessages, type Reading } from './reading.ts';

/** Who takes what streams bring. */
export interface StreamService {
  /** Undefined: no TLS. A port keeps to the one or the other; certificates may change. */
  readonly tls: TlsOptions | undefined;
  readonly reading: Reading;
  /** 0: never. */
  readonly readTimeoutMs: number;
  /** Undefined: the system's own way; 0: never. */
  readonly keepAliveMs: number | undefined;
  /** Permissions of a Unix socket. */
  readonly mode: number | undefined;
  /** Why a connection is none of this service's, beside the `others` that there are; undefined where it is. */
  readonly refusalOf: (socket: Socket, others: number) => string | undefined;
  /** Takes messages; resolves when they are safe, to false where this service ended first: then they are the next one's. */
  readonly take: (messages: readonly Buffer[], source: string) => Promise<boolean>;
  /** Told of what went wrong, and the reason for which something was lost with it. */
  readonly onTrouble: (message: string, lost?: string) => void;
}

/** How long clients may take to end their last messages when the port closes. */
const LAST_WORDS_MS = 500;

export class StreamPort implements Port {
  readonly #server: Server | TlsServer;
  readonly #path: string | undefined;
  /** The open connections, how each is read, and its end. */
  readonly #connections = new Map<Socket, { reading?: Reading; done: Promise<void> }>();
  #service: StreamService;
  #isServed = false;
  #served = Promise.withResolvers<void>();

  private constructor(service: StreamService, path: string | undefined) {
    const onConnection = (socket: Socket): void => this.#accept(socket);
    this.#server = service.tls === undefined ? createServer(onConnection) : createTlsServer(service.tls, onConnection);
    this.#server.on('tlsClientError', (error: Error) => this.#service.onTrouble(`a client could not agree on TLS: ${error.message}`));
    this.#service = service;
    this.#path = path;
  }

  /** Listens; connections wait until `serve`. Rejects with the system's error where the address can't be had. */
  static async listen(options: ListenOptions, service: StreamService): Promise<StreamPort> {
    const port = new StreamPort(service, options.path);
    port.#server.listen(options);
    await once(port.#server, 'listening');
    port.#server.on('error', (error) => port.#service.onTrouble(`the listener failed: ${error.message}`));
    return port;
  }

  /** The number of the port, also when the system chose it; of a Unix socket its path. */
  get place(): number | string {
    const address = this.#server.address();
    return this.#path ?? (typeof address === 'object' ? (address?.port ?? 0) : 0);
  }

  /** Hands what comes to this service from now on. Connections that it does not take, or reads in another way, end. */
  async serve(service: StreamService): Promise<void> {
    if (this.#path !== undefined && service.mode !== undefined) await chmod(this.#path, service.mode);
    if (service.tls !== undefined && 'setSecureContext' in this.#server) this.#server.setSecureContext(service.tls);
    this.#service = service;
    for (const [socket, { reading }] of this.#connections) this.#review(socket, reading, service);
    this.#isServed = true;
    this.#served.resolve();
  }

  /** Lets connections wait for the next who serves, if it is this one that does now. */
  pause(service: StreamService): void {
    if (this.#service !== service || !this.#isServed) return;
    this.#isServed = false;
    this.#served = Promise.withResolvers();
  }

  /** Accepts nobody new, and takes what has arrived already. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    if (this.#isServed) await this.#endConnections();
    this.#cut();
    await closed;
  }

  async #endConnections(): Promise<void> {
    const timer = setTimeout(() => this.#cut(), LAST_WORDS_MS);
    for (const socket of this.#connections.keys()) socket.end();
    await Promise.all([...this.#connections.values()].map(({ done }) => done));
    clearTimeout(timer);
  }

  #cut(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #review(socket: Socket, reading: Reading | undefined, service: StreamService): void {
    if (reading === undefined) return;
    const refusal = reading.key === service.reading.key ? service.refusalOf(socket, 0) : 'it is to be read in another way now';
    if (refusal === undefined) return;
    service.onTrouble(`ended the connection of ${nameOf(socket)}: ${refusal}`);
    socket.destroy();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined);
    const done = this.#serveConnection(socket, this.#connections.size).finally(() => {
      this.#connections.delete(socket);
      socket.destroy();
    });
    this.#connections.set(socket, { done });
  }

  async #serveConnection(socket: Socket, others: number): Promise<void> {
    await this.#served.promise;
    const { reading, readTimeoutMs, keepAliveMs, refusalOf, onTrouble } = this.#service;
    const refusal = refusalOf(socket, others);
    if (refusal !== undefined) {
      onTrouble(`refused a connection of ${nameOf(socket)}: ${refusal}`);
      return;
    }
    if (readTimeoutMs > 0) socket.setTimeout(readTimeoutMs, () => this.#onSilence(socket));
    if (keepAliveMs !== undefined) socket.setKeepAlive(keepAliveMs > 0, keepAliveMs);
    const entry = this.#connections.get(socket);
    if (entry !== undefined) entry.reading = reading;
    await this.#read(socket, reading);
  }

  /** Takes all that a connection brings. What can't be read ends it: where the next message begins nobody knows. */
  async #read(socket: Socket, reading: Reading): Promise<void> {
    const source = nameOf(socket);
    const onTooLong = (message: string): void => this.#service.onTrouble(`${message} of ${source}`, 'line_too_long');
    try {
      for await (const messages of readMessages(socket, reading, onTooLong)) await this.#take(messages, source);
    } catch (error) {
      if (!isBroken(error)) this.#service.onTrouble(`ended the connection of ${source}: ${(error as Error).message}`, 'parse_error');
    }
  }

  async #take(messages: readonly Buffer[], source: string): Promise<void> {
    do await this.#served.promise;
    while (!(await this.#service.take(messages, source)));
  }

  /** Silence while nobody reads is not the client's. */
  #onSilence(socket: Socket): void {
    if (this.#isServed) socket.destroy();
  }
}

function nameOf({ remoteAddress = 'a client' }: Socket): string {
  return remoteAddress;
}

/** Whether the other side went away, which is one way to end. */
function isBroken(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as NodeJS.ErrnoException).code ?? '');
}
