/** Streams: TCP and Unix sockets. */
import { connect, type ListenOptions, type Socket } from 'node:net';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import type { TLSSocket } from 'node:tls';
import { bindHost } from '../../../config/listen-address.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { HeldService } from '../../shared/listener/held-service.ts';
import { createNetworkFilter, type NetworkFilter } from '../../shared/networks.ts';
import { isAllowedClient, loadServerTls, wantsTls } from '../../shared/server-tls.ts';
import { addressText } from './address.ts';
import type { SocketListenerConfig } from './config.ts';
import { createReading, type Reading } from './reading.ts';
import { StreamPort, type StreamService } from './stream-port.ts';
import type { MessageTaker } from './taker.ts';

/** Takes streams at one address. */
export class StreamListener {
  readonly #config: SocketListenerConfig;
  readonly #context: PluginContext;
  readonly #isTls: boolean;
  readonly #isAllowed: NetworkFilter;
  readonly #reading: Reading;
  readonly #service: HeldService<StreamService, StreamPort>;

  /** Throws `ConfigError`. */
  constructor(config: SocketListenerConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#isTls = wantsTls(config);
    this.#service = new HeldService(context.ports);
    this.#isAllowed = createNetworkFilter('allowed_sources', config.allowed_sources);
    this.#reading = createReading(config);
  }

  /** The port of TCP, also when the system chose it. */
  get port(): number | undefined {
    const place = this.#service.port?.place;
    return typeof place === 'number' ? place : undefined;
  }

  async prepare(taker: MessageTaker): Promise<void> {
    const { service_address: address } = this.#config;
    const service = await this.#makeService(taker);
    const place = address.kind === 'unix' ? address.path : address.address.port;
    await this.#service.prepare(this.#portName, place, () => this.#listen(service));
  }

  async start(taker: MessageTaker): Promise<void> {
    const service = await this.#makeService(taker);
    await this.#service.hold(this.#portName, () => this.#listen(service));
    await this.#service.serve(service);
  }

  /** What comes from now on is for the next who serves; true where there is one. */
  pause(): boolean {
    return this.#service.pause();
  }

  async stop(): Promise<void> {
    await this.#service.release();
  }

  get #portName(): string {
    return `${this.#isTls ? 'tls+' : ''}${addressText(this.#config.service_address)}`;
  }

  async #listen(service: StreamService): Promise<StreamPort> {
    const { service_address: address } = this.#config;
    if (address.kind === 'unix') {
      await removeOldSocket(address.path);
      return StreamPort.listen({ path: address.path }, service);
    }
    const host = address.family === 4 && address.address.host === '' ? '0.0.0.0' : bindHost(address.address);
    const options: ListenOptions = { host, port: address.address.port, ipv6Only: address.family === 6 };
    return StreamPort.listen(options, service);
  }

  async #makeService(taker: MessageTaker): Promise<StreamService> {
    const { read_timeout: readTimeoutMs, keep_alive_period: keepAliveMs, socket_mode: mode } = this.#config;
    return {
      tls: this.#isTls ? await loadServerTls(this.#config, this.#context.baseDirectory) : undefined,
      reading: this.#reading,
      readTimeoutMs,
      keepAliveMs,
      mode: mode === '' ? undefined : Number.parseInt(mode, 8),
      refusalOf: (socket, others) => this.#refusalOf(socket, others),
      take: (messages, source) => taker.take(messages, source),
      onTrouble: (message, lost) => this.#report(message, lost),
    };
  }

  #refusalOf(socket: Socket, others: number): string | undefined {
    if (others >= this.#config.max_connections) return `there are ${others} already; raise max_connections`;
    if (this.#config.service_address.kind !== 'unix' && !this.#isAllowed(socket.remoteAddress)) return 'it is not in allowed_sources';
    if (!this.#isTls || isAllowedClient(this.#config, (socket as TLSSocket).getPeerCertificate())) return undefined;
    return "the name in the client's certificate is not in tls_allowed_dns_names";
  }

  #report(message: string, lost: string | undefined): void {
    if (lost !== undefined) this.#context.drop(lost);
    this.#context.error();
    this.#context.log.warn(message);
  }
}

/** A socket that a program before this one left behind, and on which nobody listens any more; nothing else is removed. */
async function removeOldSocket(path: string): Promise<void> {
  // What can't be looked at is left: to listen there fails, and says why.
  const old = await stat(path).catch(() => undefined);
  if (old?.isSocket() === true && (await isAbandoned(path))) await rm(path);
}

/** Refused is the one answer that says so: one that may not be connected to is somebody else's. */
async function isAbandoned(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}
