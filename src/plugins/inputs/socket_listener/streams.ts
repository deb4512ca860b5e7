/** Streams: TCP and Unix sockets. */
import { once } from 'node:events';
import { chmod, rm, stat } from 'node:fs/promises';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { bindHost } from '../../../config/listen-address.ts';
import { LineScanner } from '../../../formats/line-protocol/line-scanner.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { createNetworkFilter, type NetworkFilter } from '../../shared/networks.ts';
import { isAllowedClient, loadServerTls, wantsTls } from '../../shared/server-tls.ts';
import { MAX_LINE_BYTES, plainLineEnds, singleLines, wholeLines } from '../../shared/whole-lines.ts';
import type { SocketListenerConfig } from './config.ts';
import { streamDecoder } from './decoding.ts';
import { createSplit, MessageSplitter, type Split } from './splitting.ts';
import type { MessageTaker } from './taker.ts';

/** How long clients may take to end their last messages when the listener stops. */
const LAST_WORDS_MS = 500;

export class StreamListener {
  readonly #config: SocketListenerConfig;
  readonly #context: PluginContext;
  readonly #isTls: boolean;
  readonly #isAllowed: NetworkFilter;
  readonly #split: Split | undefined;
  readonly #connections = new Map<Socket, Promise<void>>();
  #server: Server | undefined;

  /** Throws `ConfigError`. */
  constructor(config: SocketListenerConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#isTls = wantsTls(config);
    this.#isAllowed = createNetworkFilter('allowed_sources', config.allowed_sources);
    this.#split = createSplit(config);
  }

  /** The port of TCP, also when the system chose it. */
  get port(): number | undefined {
    const address = this.#server?.address();
    return typeof address === 'object' ? address?.port : undefined;
  }

  async start(taker: MessageTaker): Promise<void> {
    const { service_address: address, socket_mode: mode } = this.#config;
    const onConnection = (socket: Socket): void => this.#accept(socket, taker);
    const server = this.#isTls
      ? createTlsServer(await loadServerTls(this.#config, this.#context.baseDirectory), onConnection)
      : createServer(onConnection);
    server.on('tlsClientError', (error: Error) => this.#tellOf(`a client could not agree on TLS: ${error.message}`));
    if (address.kind === 'unix') await removeOldSocket(address.path);
    this.#server = server;
    server.listen(this.#listenOptions());
    await once(server, 'listening');
    server.on('error', (error) => this.#tellOf(`the listener failed: ${error.message}`));
    if (address.kind === 'unix' && mode !== '') await chmod(address.path, Number.parseInt(mode, 8));
  }

  /** Accepts nobody new, and takes what has arrived already. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined || !server.listening) return;
    const closed = once(server, 'close');
    server.close();
    const timer = setTimeout(() => this.#cut(), LAST_WORDS_MS);
    for (const socket of this.#connections.keys()) socket.end();
    await Promise.all(this.#connections.values());
    clearTimeout(timer);
    this.#cut();
    await closed;
  }

  #cut(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #listenOptions(): ListenOptions {
    const { service_address: address } = this.#config;
    if (address.kind === 'unix') return { path: address.path };
    const host = address.family === 4 && address.address.host === '' ? '0.0.0.0' : bindHost(address.address);
    return { host, port: address.address.port, ipv6Only: address.family === 6 };
  }

  #accept(socket: Socket, taker: MessageTaker): void {
    socket.on('error', (error) => this.#context.log.debug(`a connection failed: ${error.message}`));
    const refusal = this.#refusalOf(socket);
    if (refusal !== undefined) {
      this.#tellOf(`refused a connection of ${socket.remoteAddress ?? 'a client'}: ${refusal}`);
      socket.destroy();
      return;
    }
    const { read_timeout: timeoutMs, keep_alive_period: keepAliveMs } = this.#config;
    if (timeoutMs > 0) socket.setTimeout(timeoutMs, () => socket.destroy());
    if (keepAliveMs !== undefined) socket.setKeepAlive(keepAliveMs > 0, keepAliveMs);
    const done = this.#read(socket, taker).finally(() => {
      this.#connections.delete(socket);
      socket.destroy();
    });
    this.#connections.set(socket, done);
  }

  #refusalOf(socket: Socket): string | undefined {
    if (this.#connections.size >= this.#config.max_connections) return `there are ${this.#connections.size} already; raise max_connections`;
    if (this.#config.service_address.kind !== 'unix' && !this.#isAllowed(socket.remoteAddress)) return 'it is not in allowed_sources';
    if (!this.#isTls || isAllowedClient(this.#config, (socket as TLSSocket).getPeerCertificate())) return undefined;
    return "the name in the client's certificate is not in tls_allowed_dns_names";
  }

  /** Takes all that a connection brings. What can't be read ends it: where the next message begins nobody knows. */
  async #read(socket: Socket, taker: MessageTaker): Promise<void> {
    const source = socket.remoteAddress ?? 'a client';
    const decoder = streamDecoder(this.#config.content_encoding);
    const stream: Readable = decoder === undefined ? socket : socket.pipe(decoder);
    // A decoder learns of a broken connection only this way.
    if (decoder !== undefined) socket.once('close', () => decoder.end());
    try {
      if (this.#split === undefined) await this.#readLines(stream, taker, source);
      else await this.#readMessages(stream, new MessageSplitter(this.#split), taker, source);
    } catch (error) {
      if (isBroken(error)) return;
      this.#context.drop('parse_error');
      this.#tellOf(`ended the connection of ${source}: ${(error as Error).message}`);
    }
  }

  async #readLines(stream: Readable, taker: MessageTaker, source: string): Promise<void> {
    const tooLong = (): void => {
      this.#context.drop('line_too_long');
      this.#tellOf(`left out a line of more than ${MAX_LINE_BYTES} bytes of ${source}`);
    };
    const ends = taker.readsLines ? new LineScanner() : plainLineEnds;
    for await (const lines of wholeLines(stream, ends, tooLong)) await taker.take(taker.readsLines ? [lines] : singleLines(lines), source);
  }

  async #readMessages(stream: Readable, splitter: MessageSplitter, taker: MessageTaker, source: string): Promise<void> {
    for await (const piece of stream) await taker.take(splitter.add(piece as Buffer), source);
    if (splitter.rest().length > 0) await taker.take([splitter.rest()], source);
  }

  #tellOf(message: string): void {
    this.#context.error();
    this.#context.log.warn(message);
  }
}

/** Whether the other side went away, which is one way to end. */
function isBroken(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** A socket that a program before this one left behind; nothing else is removed. */
async function removeOldSocket(path: string): Promise<void> {
  const old = await stat(path).catch(() => undefined);
  if (old?.isSocket() === true) await rm(path);
}
