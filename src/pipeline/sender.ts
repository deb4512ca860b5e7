/**
 * Takes payloads from one output's queue, oldest first, and sends them until they are delivered or refused for good.
 *
 * A full batch is sent at once, the rest at `flush_interval`. Where an output allows it, several requests are under way at a
 * time, each with partitions of its own, so every series stays in order. A failure opens the circuit for all of them: from
 * then on, one payload at a time asks whether the server is back.
 */
import type { Payload, Refused } from '../queue/payload.ts';
import type { Lead, Lease, PayloadQueue, TakeLimits } from '../queue/store.ts';
import type { DeliveryState } from '../telemetry/delivery-metrics.ts';
import { errorText } from '../telemetry/error-text.ts';
import { Alarm } from './alarm.ts';
import { Backlog, pointsOf } from './backlog.ts';
import { Circuit } from './circuit.ts';
import { Courier, type CourierOptions } from './courier.ts';
import { Lanes } from './lanes.ts';
import { noSplit, type Outcome, type Retry, type Split } from './shipment.ts';
import { SizeLimit } from './size-limit.ts';
import { Suspect, Suspects } from './suspect.ts';

export interface SenderOptions extends Omit<CourierOptions, 'split' | 'limit' | 'signal'> {
  readonly queue: PayloadQueue;
  readonly batchSize: number;
  /** Most requests under way at a time, for an output that allows more than one. */
  readonly maxParallelRequests: number;
  readonly flushIntervalMs: number;
  readonly flushJitterMs: number;
}

/** Below the 25 MB that InfluxDB takes, not compressed. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/**
 * How far partitions may get ahead of each other at a server that refuses repeats: in a backlog of hours, one with few points would be through long
 * before the others, and Prometheus takes nothing that is more than an hour older than its newest sample. A third of that.
 */
export const MAX_LEAD_MS = 20 * 60 * 1000;

/** What asks whether a server is back: the oldest payload, alone. */
const PROBE: Pick<TakeLimits, 'maxPoints' | 'maxBytes' | 'maxPartitions'> = { maxPoints: 1, maxBytes: 1, maxPartitions: 1 };

/** The sending half of one output. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #split: Split;
  readonly #backlog: Backlog;
  readonly #courier: Courier;
  readonly #circuit: Circuit;
  readonly #lanes: Lanes;
  readonly #limit = new SizeLimit(MAX_REQUEST_BYTES);
  readonly #abort = new AbortController();
  readonly #alarm = new Alarm();
  readonly #underWay = new Set<Promise<void>>();
  /** What is being sent, suspects apart: they are held up for as long as it takes, and must not hold up others. */
  readonly #sending = new Set<Lease>();
  /** Payloads on which the server failed when it was asked whether it is back. */
  readonly #suspects = new Suspects();
  #isConnected = false;
  #nextFlushMs = Infinity;
  /** Whether the queue had nothing to take when it was last asked; until something is added or given back, it has not. */
  #isDry = false;
  #stopping = false;
  /** Whether the server failed while stopping, so that nothing more is tried. */
  #gaveUp = false;
  #loop: Promise<void> | undefined;

  constructor(options: SenderOptions) {
    const { output, queue, delivery } = options;
    this.#options = options;
    this.#backlog = new Backlog(queue, options.batchSize);
    this.#split = output.split?.bind(output) ?? noSplit;
    const { signal } = this.#abort;
    this.#courier = new Courier({ ...options, split: this.#split, limit: this.#limit, signal });
    this.#circuit = new Circuit({ ...options, waiting: () => queue.depth.points });
    this.#lanes = new Lanes(output.concurrent === true ? options.maxParallelRequests : 1);
    signal.addEventListener('abort', () => this.#alarm.ring());
    queue.onAdded(() => {
      this.#isDry = false;
      if (this.#isConnected && (this.#circuit.isOpen || this.#backlog.isDue)) this.#alarm.ring();
    });
    delivery.watch(() => ({ queue: queue.depth, state: this.status.state, underWay: this.#underWay.size }));
  }

  /** What the output is doing, and why where it is not `ok`. */
  get status(): { readonly state: DeliveryState; readonly reason: string } {
    const { state, reason } = this.#circuit;
    const suspect = this.#suspects.first;
    return suspect === undefined || state === 'retrying' ? { state, reason } : { state: 'retrying', reason: suspect.reason };
  }

  /** Begins to send. */
  start(): void {
    this.#loop = this.#run();
  }

  /** Sends what is queued now, without waiting for full batches. */
  flush(): void {
    this.#backlog.flush();
    this.#alarm.ring();
  }

  /**
   * Sends what is queued, until the queue is empty or the time is over, then lets go of the output. Resolves to the number
   * of points left behind. A server that can't be reached is asked once more, not until the deadline.
   */
  async stop(timeoutMs: number): Promise<number> {
    this.#stopping = true;
    this.#circuit.probeNow();
    this.#suspects.retryNow();
    this.flush();
    await this.#end(timeoutMs);
    return this.#options.queue.depth.points;
  }

  /** Takes hold ahead of what `start` will need; throws what would keep the output from it. `retire` follows. */
  async prepare(): Promise<void> {
    await this.#options.output.prepare?.();
  }

  /** Lets go of the output in favour of another sender: what is under way may end, for so long; what is queued stays queued. */
  async retire(timeoutMs: number): Promise<void> {
    this.#gaveUp = true;
    this.#stopping = true;
    await this.#end(timeoutMs);
  }

  async #end(timeoutMs: number): Promise<void> {
    this.#alarm.ring();
    const timer = setTimeout(() => this.#abort.abort(), Math.max(0, timeoutMs));
    await this.#loop;
    clearTimeout(timer);
    await this.#options.output.close?.();
  }

  async #run(): Promise<void> {
    await this.#connect();
    this.#nextFlushMs = performance.now() + this.#flushPauseMs();
    while (this.#isConnected && !this.#abort.signal.aborted) {
      await this.#dispatch();
      if (this.#stopping && this.#underWay.size === 0) break;
      await this.#alarm.wait(this.#nextEventMs() - performance.now());
      if (performance.now() < this.#nextFlushMs) continue;
      this.#backlog.flush();
      this.#nextFlushMs = performance.now() + this.#flushPauseMs();
    }
    await Promise.all(this.#underWay);
    this.#releaseSuspects();
  }

  /** Tries until it is connected, or the end has come. */
  async #connect(): Promise<void> {
    const { signal } = this.#abort;
    while (!this.#isConnected && !signal.aborted) {
      try {
        await this.#options.output.connect?.(signal);
        this.#circuit.succeeded();
        this.#isConnected = true;
      } catch (error) {
        this.#circuit.failed(errorText(error));
        if (this.#stopping) return;
        await this.#alarm.wait(this.#circuit.probeAtMs - performance.now());
      }
    }
  }

  /** Begins as many requests as may be under way now. */
  async #dispatch(): Promise<void> {
    const allowed = () => (this.#circuit.isOpen ? 1 : this.#lanes.allowed);
    while (!this.#gaveUp && this.#underWay.size < allowed()) {
      const suspect = this.#suspects.next;
      // While the circuit is open, nobody would know what its failure means.
      if (suspect !== undefined && !this.#circuit.isOpen && suspect.retryAtMs <= performance.now()) {
        this.#launch(this.#retry(suspect));
        continue;
      }
      const isProbe = this.#circuit.isOpen;
      if (isProbe ? performance.now() < this.#circuit.probeAtMs : !this.#backlog.isDue) return;
      const lease = await this.#take(isProbe);
      if (lease === undefined) return;
      this.#launch(isProbe ? this.#probe(lease) : this.#deliver(lease));
    }
  }

  async #take(isProbe: boolean): Promise<Lease | undefined> {
    const { queue, output, batchSize } = this.#options;
    const separateResent = output.refusesRepeats === true;
    const maxPartitions = this.#lanes.partitionsEach(this.#backlog.waitingPoints, batchSize);
    const size = isProbe ? PROBE : { maxPoints: batchSize, maxBytes: this.#limit.bytes, maxPartitions };
    const request = { ...size, separateResent, ...(separateResent && { lead: this.#lead }) };
    let lease = await queue.take(request);
    if (lease === undefined && isProbe && this.#suspects.first !== undefined) {
      // The server failed on something of every partition: it is down, and nothing is to be suspected.
      this.#releaseSuspects();
      lease = await queue.take(request);
    }
    this.#isDry = lease === undefined;
    if (lease !== undefined) this.#backlog.taken(lease);
    return lease;
  }

  get #lead(): Lead {
    const times = Array.from(this.#sending, ({ payloads }) => payloads[0].firstMs);
    return { maxMs: MAX_LEAD_MS, oldestMs: Math.min(...times) };
  }

  #launch(work: Promise<void>): void {
    const ended = work.finally(() => {
      this.#underWay.delete(ended);
      this.#isDry = false;
      this.#alarm.ring();
    });
    this.#underWay.add(ended);
  }

  async #deliver(lease: Lease): Promise<void> {
    this.#sending.add(lease);
    try {
      await this.#deliverLease(lease);
    } finally {
      this.#sending.delete(lease);
    }
  }

  async #deliverLease(lease: Lease): Promise<void> {
    const outcome = await this.#courier.deliver(lease);
    if (outcome.status === 'retry') {
      this.#failed(outcome, false);
      this.#backlog.release(lease);
      return;
    }
    this.#taken(lease, outcome.refused, false);
    await this.#settle(lease, outcome.refused);
  }

  /** Asks with one payload whether the server is back. One that fails is kept aside, so that the next to ask is another's. */
  async #probe(lease: Lease): Promise<void> {
    const outcome = await this.#courier.deliver(lease);
    if (outcome.status === 'retry') {
      this.#failed(outcome, true);
      this.#suspects.add(new Suspect(lease, outcome, this.#options.log));
      return;
    }
    this.#taken(lease, outcome.refused, true);
    this.#suspects.retryNow();
    await this.#settle(lease, outcome.refused);
  }

  async #retry(suspect: Suspect): Promise<void> {
    const { lease } = suspect;
    const deliver = (payload: Payload): Promise<Outcome> => this.#courier.carry([payload], true);
    const refused = await suspect.retry(deliver, this.#split, this.#abort.signal);
    if (refused === undefined) return;
    this.#suspects.delete(suspect);
    await this.#settle(lease, refused);
  }

  /** The server has what it did not refuse for good. An answer to a request that was begun before the circuit opened doesn't close it. */
  #taken({ payloads }: Lease, refused: readonly Refused[], isProbe: boolean): void {
    this.#suspects.noteTaken(payloads[0].destination);
    if (this.#circuit.isOpen && !isProbe) return;
    this.#lanes.succeeded();
    const isAllRefused = refused.length > 0 && pointsOf(refused) >= pointsOf(payloads);
    if (isAllRefused) this.#circuit.refused(refused[0].reason);
    else this.#circuit.succeeded();
  }

  async #settle(lease: Lease, refused: readonly Refused[]): Promise<void> {
    await this.#courier.settle(lease, refused);
    this.#backlog.settled(lease);
  }

  #failed({ reason, retryAfterMs }: Retry, isProbe: boolean): void {
    // The end of a shutdown cut it short; the server did nothing wrong.
    if (this.#abort.signal.aborted) return;
    this.#gaveUp = this.#stopping;
    this.#lanes.failed();
    if (isProbe || !this.#circuit.isOpen) this.#circuit.failed(reason, retryAfterMs);
    else this.#options.metrics.error();
  }

  #releaseSuspects(): void {
    for (const lease of this.#suspects.clear()) this.#backlog.release(lease);
  }

  /** When there will be something to do although nothing happens, on the monotonic clock. */
  #nextEventMs(): number {
    if (this.#circuit.isOpen) return this.#isDry || this.#underWay.size > 0 ? Infinity : this.#circuit.probeAtMs;
    return Math.min(this.#nextFlushMs, this.#suspects.next?.retryAtMs ?? Infinity);
  }

  #flushPauseMs(): number {
    const { flushIntervalMs, flushJitterMs } = this.#options;
    return flushIntervalMs + Math.random() * flushJitterMs;
  }
}
