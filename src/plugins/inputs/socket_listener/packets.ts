/** Datagrams: UDP. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { bindHost } from '../../../config/listen-address.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { createNetworkFilter, type NetworkFilter } from '../../shared/networks.ts';
import type { SocketAddress } from './address.ts';
import type { SocketListenerConfig } from './config.ts';
import { decodePacket } from './decoding.ts';
import type { MessageTaker } from './taker.ts';

/** Datagrams that are being decompressed at one time; what comes beyond is counted and left out. */
const MAX_DECODING = 64;

export class PacketListener {
  readonly #config: SocketListenerConfig;
  readonly #address: Extract<SocketAddress, { kind: 'tcp' | 'udp' }>;
  readonly #context: PluginContext;
  readonly #isAllowed: NetworkFilter;
  readonly #decoding = new Set<Promise<void>>();
  #socket: Socket | undefined;

  /** Throws `ConfigError`. */
  constructor(config: SocketListenerConfig, address: Extract<SocketAddress, { kind: 'tcp' | 'udp' }>, context: PluginContext) {
    this.#config = config;
    this.#address = address;
    this.#context = context;
    this.#isAllowed = createNetworkFilter('allowed_sources', config.allowed_sources);
  }

  get port(): number | undefined {
    return this.#socket?.address().port;
  }

  async start(taker: MessageTaker): Promise<void> {
    const { address, family } = this.#address;
    const host = family === 4 && address.host === '' ? '0.0.0.0' : bindHost(address);
    const isIpv6 = family === 6 || host.includes(':');
    const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: family === 6 });
    socket.on('message', (packet, { address: source }) => this.#onPacket(packet, source, taker));
    socket.bind(address.port, host);
    await once(socket, 'listening');
    socket.on('error', (error) => this.#context.log.error(`the listener failed: ${error.message}`));
    this.#socket = socket;
    const { read_buffer_size: bytes } = this.#config;
    if (bytes !== undefined && bytes > 0) this.#widen(socket, bytes);
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
    await Promise.all(this.#decoding);
  }

  /** The system has a bound of its own (net.core.rmem_max). */
  #widen(socket: Socket, bytes: number): void {
    socket.setRecvBufferSize(bytes);
    const got = socket.getRecvBufferSize();
    if (got < bytes) this.#context.log.warn(`the system gives ${got} bytes of the read_buffer_size asked for; raise net.core.rmem_max`);
  }

  #onPacket(packet: Buffer, source: string, taker: MessageTaker): void {
    if (!this.#isAllowed(source)) {
      this.#context.drop('not_allowed');
      this.#context.log.warn('left out a datagram of an address that is not in allowed_sources', { source });
      return;
    }
    if (this.#config.content_encoding === 'identity') {
      taker.takePacket(packet, source);
      return;
    }
    if (this.#decoding.size >= MAX_DECODING) {
      this.#context.drop('socket_full');
      return;
    }
    const done = this.#decode(packet, source, taker);
    this.#decoding.add(done);
    void done.finally(() => this.#decoding.delete(done));
  }

  async #decode(packet: Buffer, source: string, taker: MessageTaker): Promise<void> {
    const { content_encoding: encoding, max_decompression_size: maxBytes } = this.#config;
    try {
      taker.takePacket(await decodePacket(encoding, packet, maxBytes), source);
    } catch (error) {
      this.#context.drop('parse_error');
      this.#context.log.error(`could not decompress a datagram of ${source}: ${(error as Error).message}`);
    }
  }
}
