import { isLoopback } from '../../../config/listen-address.ts';
import { ConfigError } from '../../../config/diagnostics.ts';
import type { PluginContext, ServiceInput, Sink } from '../../../pipeline/plugin.ts';
import { createLineReader } from '../../shared/text-format.ts';
import { addressText } from './address.ts';
import type { SocketListenerConfig } from './config.ts';
import { PacketListener } from './packets.ts';
import { StreamListener } from './streams.ts';
import { MessageTaker } from './taker.ts';

/** Takes metrics over sockets; see `plugin.ts`. */
export class SocketListener implements ServiceInput {
  readonly #config: SocketListenerConfig;
  readonly #context: PluginContext;
  readonly #listener: StreamListener | PacketListener;
  readonly #stop = new AbortController();
  #taker: MessageTaker | undefined;

  /** Throws `ConfigError`. */
  constructor(config: SocketListenerConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    createLineReader(config, 'socket_listener', context);
    const { service_address: address } = config;
    if (address.kind === 'udp' && config.tls_cert !== '') throw new ConfigError('datagrams have no TLS; use tcp://', ['tls_cert']);
    this.#listener = address.kind === 'udp' ? new PacketListener(config, address, context) : new StreamListener(config, context);
  }

  /** The port it listens on, also when the system chose it; undefined for a Unix socket, and when it does not listen. */
  get port(): number | undefined {
    return this.#listener.port;
  }

  /** Takes the socket ahead of the start, where a running pipeline leaves it free: see `ServiceInput.prepare`. */
  prepare(): Promise<void> {
    const nobody: Sink = { deliver: () => Promise.reject(new Error('a message arrived before the start')) };
    return this.#explained(this.#listener.prepare(this.#makeTaker(nobody)));
  }

  async start(sink: Sink): Promise<void> {
    const taker = this.#makeTaker(sink);
    await this.#explained(this.#listener.start(taker));
    this.#taker = taker;
    this.#context.log.info(`listening on ${this.#name}`);
    this.#warnIfExposed();
  }

  async stop(): Promise<void> {
    if (this.#listener.pause()) this.#taker?.handOver();
    this.#stop.abort();
    await this.#listener.stop();
    await this.#taker?.idle();
  }

  #makeTaker(sink: Sink): MessageTaker {
    return new MessageTaker(this.#config, this.#context, sink, this.#stop.signal);
  }

  async #explained(listening: Promise<void>): Promise<void> {
    try {
      await listening;
    } catch (error) {
      throw new Error(`cannot listen on ${this.#name}: ${(error as Error).message}; change service_address, or end the program that does`, {
        cause: error,
      });
    }
  }

  get #name(): string {
    const { service_address: address } = this.#config;
    if (address.kind === 'unix') return addressText(address);
    return addressText({ ...address, address: { ...address.address, port: this.port ?? address.address.port } });
  }

  #warnIfExposed(): void {
    const { service_address: address, allowed_sources: sources, tls_allowed_cacerts: authorities } = this.#config;
    if (address.kind === 'unix' || isLoopback(address.address) || sources.length > 0 || authorities.length > 0) return;
    this.#context.log.warn(`ATTENTION: ${this.#name} can be reached from other machines, and anyone may write (set allowed_sources)`);
  }
}
