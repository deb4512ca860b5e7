/** Datagrams: UDP. */
import { bindHost } from '../../../config/listen-address.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { HeldService } from '../../shared/listener/held-service.ts';
import { createNetworkFilter, type NetworkFilter } from '../../shared/networks.ts';
import { addressText, type NetworkAddress } from './address.ts';
import type { SocketListenerConfig } from './config.ts';
import { decodePacket } from './decoding.ts';
import { PacketPort, type PacketAddress, type PacketService } from './packet-port.ts';
import type { MessageTaker } from './taker.ts';

/** Datagrams that are being decompressed at one time; what comes beyond is counted and left out. */
const MAX_DECODING = 64;

/** Takes datagrams at one address. */
export class PacketListener {
  readonly #config: SocketListenerConfig;
  readonly #address: NetworkAddress;
  readonly #context: PluginContext;
  readonly #isAllowed: NetworkFilter;
  readonly #decoding = new Set<Promise<void>>();
  readonly #service: HeldService<PacketService, PacketPort>;

  /** Throws `ConfigError`. */
  constructor(config: SocketListenerConfig, address: NetworkAddress, context: PluginContext) {
    this.#config = config;
    this.#address = address;
    this.#context = context;
    this.#service = new HeldService(context.ports);
    this.#isAllowed = createNetworkFilter('allowed_sources', config.allowed_sources);
  }

  get port(): number | undefined {
    return this.#service.port?.place;
  }

  async prepare(taker: MessageTaker): Promise<void> {
    const open = () => PacketPort.listen(this.#packetAddress(), this.#makeService(taker));
    await this.#service.prepare(addressText(this.#address), this.#address.address.port, open);
  }

  async start(taker: MessageTaker): Promise<void> {
    const service = this.#makeService(taker);
    const open = () => PacketPort.listen(this.#packetAddress(), service);
    const port = await this.#service.hold(addressText(this.#address), open);
    const { read_buffer_size: bytes = 0 } = this.#config;
    if (bytes > 0) this.#widen(port, bytes);
    await this.#service.serve(service);
  }

  /** What comes from now on is for the next who serves; true where there is one. */
  pause(): boolean {
    return this.#service.pause();
  }

  async stop(): Promise<void> {
    await this.#service.release();
    await Promise.all(this.#decoding);
  }

  #packetAddress(): PacketAddress {
    const { address, family } = this.#address;
    const host = family === 4 && address.host === '' ? '0.0.0.0' : bindHost(address);
    const isIpv6 = family === 6 || host.includes(':');
    return { type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: family === 6, host, port: address.port };
  }

  #makeService(taker: MessageTaker): PacketService {
    return {
      onPacket: (packet, source) => this.#onPacket(packet, source, taker),
      onLost: (packets) => {
        this.#context.drop('socket_full', packets);
        this.#context.log.warn('left out datagrams that came during a reload; there was no room for them to wait', { datagrams: packets });
      },
      onError: (error) => this.#context.log.error(`the listener failed: ${error.message}`),
    };
  }

  /** The system has a bound of its own (net.core.rmem_max). */
  #widen(port: PacketPort, bytes: number): void {
    const got = port.widen(bytes);
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
