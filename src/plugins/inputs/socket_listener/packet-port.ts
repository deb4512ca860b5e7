/** A UDP port. Who takes its datagrams can change while it stays open: in between they wait, so that a reload of the configuration loses none. */
import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import type { Port } from '../../../pipeline/ports.ts';

/** Who takes datagrams. */
export interface PacketService {
  readonly onPacket: (packet: Buffer, source: string) => void;
  /** Told how many there was no room for while nobody took them. */
  readonly onLost: (packets: number) => void;
  readonly onError: (error: Error) => void;
}

export interface PacketAddress extends Pick<SocketOptions, 'type' | 'ipv6Only'> {
  readonly host: string;
  readonly port: number;
}

/** What waits while nobody takes it, some tenths of a second; beyond, it is counted. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** What a datagram costs beside its content. */
const PACKET_BYTES = 256;

export class PacketPort implements Port {
  readonly #socket: Socket;
  #service: PacketService;
  #isServed = false;
  #waiting: (readonly [packet: Buffer, source: string])[] = [];
  #waitingBytes = 0;
  #lost = 0;

  private constructor(socket: Socket, service: PacketService) {
    this.#socket = socket;
    this.#service = service;
    socket.on('message', (packet, { address }) => this.#onPacket(packet, address));
  }

  /** Listens; datagrams wait until `serve`. Rejects with the system's error where the address can't be had. */
  static async listen({ host, port: number, ...options }: PacketAddress, service: PacketService): Promise<PacketPort> {
    const socket = createSocket(options);
    const port = new PacketPort(socket, service);
    socket.bind(number, host);
    await once(socket, 'listening');
    socket.on('error', (error) => port.#service.onError(error));
    return port;
  }

  /** The port's number, also when the system chose it. */
  get place(): number {
    return this.#socket.address().port;
  }

  /** Asks the system to keep so many bytes until they are read; resolves to how many it does. */
  widen(bytes: number): number {
    this.#socket.setRecvBufferSize(bytes);
    return this.#socket.getRecvBufferSize();
  }

  /** Hands datagrams to this service from now on, those that wait first. */
  serve(service: PacketService): void {
    this.#service = service;
    this.#isServed = true;
    this.#waitingBytes = 0;
    for (const [packet, source] of this.#waiting.splice(0)) service.onPacket(packet, source);
    if (this.#lost > 0) service.onLost(this.#lost);
    this.#lost = 0;
  }

  /** Lets datagrams wait for the next who serves, if it is this one that does now. */
  pause(service: PacketService): void {
    if (this.#service === service) this.#isServed = false;
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #onPacket(packet: Buffer, source: string): void {
    if (this.#isServed) {
      this.#service.onPacket(packet, source);
      return;
    }
    this.#waitingBytes += packet.length + PACKET_BYTES;
    if (this.#waitingBytes <= MAX_WAITING_BYTES) this.#waiting.push([packet, source]);
    else this.#lost++;
  }
}
