import type { Point } from '../../../metric/point.ts';
import type { PluginContext, Sink } from '../../../pipeline/plugin.ts';
import { logBadText } from '../../shared/line-format.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { createLineReader, type TextReader } from '../../shared/text-format.ts';
import type { SocketListenerConfig } from './config.ts';

/** Points that wait, of datagrams: nobody can be asked to send more slowly. */
const MAX_WAITING = 50_000;

/** Turns messages into points, and hands them on. */
export class MessageTaker {
  readonly #config: SocketListenerConfig;
  readonly #context: PluginContext;
  readonly #sink: Sink;
  readonly #signal: AbortSignal;
  readonly #reader: TextReader;
  #waiting: Point[] = [];
  #delivering: Promise<void> | undefined;

  /** `signal` aborts when nothing is to be waited for any more. */
  constructor(config: SocketListenerConfig, context: PluginContext, sink: Sink, signal: AbortSignal) {
    this.#config = config;
    this.#context = context;
    this.#sink = sink;
    this.#signal = signal;
    this.#reader = createLineReader(config, 'socket_listener', context);
  }

  /** Whether a message may be several lines, each read alone. */
  get readsLines(): boolean {
    return this.#reader.unit === 'line';
  }

  /** Takes messages of a stream; resolves when they are safe, so that the sender has to wait until then. */
  async take(messages: readonly Buffer[], source: string): Promise<void> {
    await this.#deliver(messages.flatMap((message) => this.#read(message, source)));
  }

  /** Takes a datagram. What the outputs have no room for is counted. */
  takePacket(packet: Buffer, source: string): void {
    const points = this.#read(packet, source);
    const room = MAX_WAITING - this.#waiting.length;
    if (room < points.length) this.#context.drop('socket_full', points.length - Math.max(0, room));
    this.#waiting.push(...points.slice(0, Math.max(0, room)));
    if (this.#waiting.length > 0 && this.#delivering === undefined) this.#delivering = this.#deliverWaiting();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#delivering;
  }

  /** There must be something that waits: then it does not end before its promise is noted. */
  async #deliverWaiting(): Promise<void> {
    while (this.#waiting.length > 0) await this.#deliver(this.#waiting.splice(0));
    this.#delivering = undefined;
  }

  async #deliver(points: readonly Point[]): Promise<void> {
    if (points.length === 0) return;
    const taken = await deliverPatiently(this.#sink, points, this.#signal);
    if (!taken) this.#context.drop('shutdown', points.length);
  }

  #read(message: Buffer, source: string): Point[] {
    const read = this.#reader.read(message);
    logBadText(this.#context, source, this.#reader, read, 0);
    if (this.#config.time_source === 'metric') return read.points;
    const { ms, ns } = this.#context.clock.now();
    return read.points.map((point) => point.withTime(ms, ns));
  }
}
