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
  readonly #underWay = new Set<Promise<boolean>>();
  #handsOver = false;

  /** `signal` aborts when nothing is to be waited for any more. */
  constructor(config: SocketListenerConfig, context: PluginContext, sink: Sink, signal: AbortSignal) {
    this.#config = config;
    this.#context = context;
    this.#sink = sink;
    this.#signal = signal;
    this.#reader = createLineReader(config, 'socket_listener', context);
  }

  /**
   * Takes messages of a stream; resolves when they are safe, so that the sender has to wait until then. False where that could not be before
   * the end, and another takes over: then they are that one's.
   */
  take(messages: readonly Buffer[], source: string): Promise<boolean> {
    const taken = this.#takePoints(messages.flatMap((message) => this.#read(message, source)));
    this.#underWay.add(taken);
    return taken.finally(() => this.#underWay.delete(taken));
  }

  /** Takes a datagram. What the outputs have no room for is counted. */
  takePacket(packet: Buffer, source: string): void {
    const points = this.#read(packet, source);
    const room = MAX_WAITING - this.#waiting.length;
    if (room < points.length) this.#context.drop('socket_full', points.length - Math.max(0, room));
    this.#waiting.push(...points.slice(0, Math.max(0, room)));
    if (this.#waiting.length > 0 && this.#delivering === undefined) this.#delivering = this.#deliverWaiting();
  }

  /** Takes nothing more in the end than what is under way: what streams bring is another's. */
  handOver(): void {
    this.#handsOver = true;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await Promise.all([this.#delivering, ...this.#underWay]);
  }

  async #takePoints(points: readonly Point[]): Promise<boolean> {
    if (await this.#deliver(points)) return true;
    if (this.#handsOver) return false;
    this.#context.drop('shutdown', points.length);
    return true;
  }

  /** There must be something that waits: then it does not end before its promise is noted. */
  async #deliverWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const points = this.#waiting.splice(0);
      if (!(await this.#deliver(points))) this.#context.drop('shutdown', points.length);
    }
    this.#delivering = undefined;
  }

  #deliver(points: readonly Point[]): Promise<boolean> {
    return points.length === 0 ? Promise.resolve(true) : deliverPatiently(this.#sink, points, this.#signal);
  }

  #read(message: Buffer, source: string): Point[] {
    const read = this.#reader.read(message);
    logBadText(this.#context, source, this.#reader, read, 0);
    if (this.#config.time_source === 'metric') return read.points;
    const { ms, ns } = this.#context.clock.now();
    return read.points.map((point) => point.withTime(ms, ns));
  }
}
