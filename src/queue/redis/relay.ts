/**
 * Hands one output's payloads from the disk to Redis, and lets go of them on the disk when a sender has delivered them: not before,
 * so that Redis may lose all it has and nothing is lost.
 *
 * Of each partition a window is under way at a time. What is beyond it waits on the disk, where its bound is.
 */
import type { Log } from '../../telemetry/log.ts';
import { PARTITIONS } from '../payload.ts';
import type { Lease, PayloadQueue, QueueDepth } from '../store.ts';
import { readBacklogs, redisTime, tellBacklog } from './backlogs.ts';
import { JobBoard } from './job-board.ts';
import { refusedOf, type Answer } from './job.ts';
import type { RedisLink } from './link.ts';
import { answersChannel } from './names.ts';
import { Pace, shift } from './pace.ts';
import type { Outbox } from './redis-queue.ts';
import { Window, type OutJob } from './window.ts';

/** How an output's payloads are gathered to jobs. */
export interface Batching {
  /** Points of a job, at most, unless a single payload has more. */
  readonly points: number;
  /** How long fewer points may wait for more. */
  readonly lingerMs: number;
}

export interface RelayOptions {
  readonly output: string;
  /** The queue on the disk. */
  readonly queue: PayloadQueue;
  /** The id of the queue file. */
  readonly store: string;
  readonly link: RedisLink;
  readonly batching: Batching;
  /** How far, in time, what is handed on may be ahead of what is not delivered yet; Infinity where the server does not care. */
  readonly maxLeadMs: number;
  readonly log: Log;
}

/** Jobs of a window: enough that senders have work while the answer to the first is under way. */
const WINDOW_JOBS = 16;
/** Of a partition; four are under way, and the disk queue keeps 16 MiB in memory. */
const WINDOW_BYTES = 2 * 1024 * 1024;
const LOOK_MS = 1000;

export class Relay implements Outbox {
  readonly #options: RelayOptions;
  readonly #board: JobBoard;
  readonly #pace: Pace;
  readonly #windows = new Set<Window>();
  /** Payloads that a job of this bridge's former life has delivered, and which; it is removed after the last of them. */
  readonly #delivered = new Map<number, string>();
  readonly #timer: NodeJS.Timeout;
  #linger: NodeJS.Timeout | undefined;
  #pushing: Promise<void> | undefined;
  #isAgain = false;
  #wantedPoints = 0;
  #looking: Promise<void> | undefined;
  #isClosed = false;
  #listener: () => void = () => undefined;

  constructor(options: RelayOptions) {
    const { link, queue, output, store, maxLeadMs } = options;
    this.#options = options;
    this.#board = new JobBoard(link, output, store);
    // A window spans the other half.
    this.#pace = new Pace({ maxLeadMs: maxLeadMs / 2 });
    queue.onAdded(() => {
      this.#listener();
      this.#consider();
    });
    link.listen(answersChannel(store, output), () => void this.#look());
    link.onUp(() => void this.#look());
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  get depth(): QueueDepth {
    return this.#options.queue.depth;
  }

  onAdded(listener: () => void): void {
    this.#listener = listener;
  }

  push(maxPoints: number): Promise<void> {
    this.#isAgain = this.#pushing !== undefined;
    this.#wantedPoints = maxPoints;
    this.#pushing ??= this.#pushAll();
    return this.#pushing;
  }

  async answered(store: string, id: string, answer: Answer): Promise<boolean> {
    if (store !== this.#options.store) return false;
    for (const window of this.#windows) {
      const job = window.jobs.find(({ payloads }) => this.#board.idOf(payloads) === id);
      if (job === undefined) continue;
      job.answer = answer;
      await this.#move(window);
    }
    return true;
  }

  /** Leases that are out stay on the disk, and jobs in Redis: the next life finds both. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#linger);
    await Promise.all([this.#pushing, this.#looking]);
  }

  /** Hands on what waits, at once if it makes a job, and else after a while. */
  #consider(): void {
    const { points, lingerMs } = this.#options.batching;
    const waiting = this.#waitingPoints;
    if (waiting <= 0 || this.#isClosed) return;
    if (waiting >= points) {
      void this.push(WINDOW_JOBS * points);
      return;
    }
    this.#linger ??= setTimeout(() => {
      this.#linger = undefined;
      void this.push(WINDOW_JOBS * points);
    }, lingerMs);
  }

  get #waitingPoints(): number {
    let waiting = this.depth.points;
    for (const { lease } of this.#windows) for (const { points } of lease.payloads) waiting -= points;
    return waiting;
  }

  async #pushAll(): Promise<void> {
    // A turn later, so that it is never over before it is noted as under way.
    await Promise.resolve();
    do {
      this.#isAgain = false;
      while (this.#options.link.isUp && !this.#isClosed && (await this.#pushWindow()));
    } while (this.#isAgain);
    // In the same turn as the last question: whoever asks later starts anew.
    this.#pushing = undefined;
  }

  /** Opens the next window; false when there is none. */
  async #pushWindow(): Promise<boolean> {
    const { queue, batching, maxLeadMs } = this.#options;
    const lead = { maxMs: maxLeadMs / 2, oldestMs: Infinity };
    const limits = { maxPoints: this.#wantedPoints, maxBytes: WINDOW_BYTES, maxPartitions: 1, separateResent: true, lead };
    const lease = await queue.take(limits);
    if (lease === undefined) {
      this.#noteEmptyPartitions();
      return false;
    }
    if (lease.resent && (await this.#settleDelivered(lease))) return true;
    const window = new Window(lease, batching.points);
    this.#windows.add(window);
    this.#noteFirst(window);
    await this.#startIfDue(window);
    return true;
  }

  /** Hands a window on, unless it is too far ahead of others. */
  async #startIfDue(window: Window): Promise<void> {
    if (window.isStarted || !this.#pace.allows(window.first)) return;
    window.isStarted = true;
    if (window.resent) return this.#lookAt(window);
    await window.lease.markTried();
    await this.#tryTo('jobs were not added to Redis', () => this.#hand(window, window.jobs));
  }

  /** Settles what a job of a former life has delivered along with its first payload; false where it is not such. */
  async #settleDelivered(lease: Lease): Promise<boolean> {
    const [id] = lease.ids;
    const job = this.#delivered.get(id);
    if (job === undefined) return false;
    await lease.settle([]);
    this.#delivered.delete(id);
    await this.#remove(lease.payloads[0].partition, [job]);
    return true;
  }

  /** Adds jobs to Redis. Where that fails, they are found missing by the next look. */
  async #hand(window: Window, jobs: readonly OutJob[]): Promise<void> {
    window.isHanding = true;
    const adding = jobs.map(({ payloads, isHanded }) => ({ payloads, resent: window.resent || isHanded }));
    for (const job of jobs) job.isHanded = true;
    await this.#board.add(window.partition, adding).finally(() => {
      window.isHanding = false;
    });
  }

  /** Looks what has become of the jobs, and tells the senders what waits. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    if (!this.#options.link.isUp || this.#isClosed) return;
    await this.#tryTo('Redis was not told what waits here, or does not tell how far other bridges are', () => this.#compare());
    for (const window of this.#windows) await (window.isStarted ? this.#lookAt(window) : this.#startIfDue(window));
    this.#consider();
  }

  async #lookAt(window: Window): Promise<void> {
    if (window.isHanding) return;
    await this.#tryTo('Redis does not tell what became of the jobs', async () => {
      const missing: OutJob[] = [];
      for (const job of window.open) {
        const state = await this.#board.look(window.partition, job.payloads);
        if (state === 'missing') missing.push(job);
        else if (state === 'damaged') await this.#board.writeAgain(window.partition, job.payloads);
        else if (state !== 'open') job.answer = state;
      }
      if (missing.length > 0) await this.#hand(window, missing);
      await this.#move(window);
    });
  }

  /** Jobs of a window may have been answered: that lets others go. */
  async #move(window: Window): Promise<void> {
    this.#noteFirst(window);
    if (window.open.length === 0) await this.#settle(window);
    for (const other of this.#windows) await this.#startIfDue(other);
  }

  async #settle(window: Window): Promise<void> {
    if (window.isSettling) return;
    window.isSettling = true;
    const { lease, partition, jobs } = window;
    if (window.resent) await this.#noteDelivered(window);
    await lease.settle(jobs.flatMap(({ answer }) => answer?.refused.map(refusedOf) ?? []));
    this.#windows.delete(window);
    if (this.#waitingPoints <= 0) this.#noteEmptyPartitions();
    await this.#remove(
      partition,
      jobs.map(({ payloads }) => this.#board.idOf(payloads)),
    );
    this.#consider();
  }

  /** How far a window's partition is. Delivered whole, it stays in its place: what follows on the disk may begin right there. */
  #noteFirst({ place, partition }: Window): void {
    if (place !== undefined) this.#pace.partition(partition, place);
  }

  /** When all that waits is in windows, partitions without one have nothing. */
  #noteEmptyPartitions(): void {
    const open = new Set(Array.from(this.#windows, ({ partition }) => partition));
    for (let partition = 0; partition < PARTITIONS; partition++) if (!open.has(partition)) this.#pace.partition(partition, undefined);
  }

  /** A job of a former life may hold more payloads than the one that led to it. */
  async #noteDelivered({ partition, jobs }: Window): Promise<void> {
    await this.#tryTo('what else a job held is sent again', async () => {
      for (const { payloads } of jobs) {
        const [, ...others] = await this.#board.numbersIn(partition, payloads);
        for (const id of others) this.#delivered.set(id, this.#board.idOf(payloads));
      }
    });
  }

  /** Removes jobs of which nothing is left on the disk. */
  async #remove(partition: number, ids: readonly string[]): Promise<void> {
    const kept = new Set(this.#delivered.values());
    await this.#tryTo('finished jobs stay in Redis for a day', () =>
      this.#board.remove(
        partition,
        ids.filter((id) => !kept.has(id)),
      ),
    );
  }

  /** Tells how far this bridge is, and hears how far the others are. */
  async #compare(): Promise<void> {
    const { link, output, store, maxLeadMs } = this.#options;
    const atMs = await redisTime(link);
    const aheadMs = Date.now() - atMs;
    const places = shift(this.#pace.places, -aheadMs);
    const oldestMs = this.depth.oldestMs ?? null;
    await tellBacklog(link, output, store, { ...this.depth, oldestMs, places, node: link.settings.node, atMs });
    if (maxLeadMs === Infinity) return;
    const others = [...(await readBacklogs(link, output))].filter(([bridge]) => bridge !== store);
    this.#pace.heard(new Map(others.map(([bridge, told]) => [bridge, { ...told, places: shift(told.places, aheadMs) }])), atMs);
  }

  /** Does what fails when Redis is away, and is then done by a later look, or not needed. */
  async #tryTo(failure: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#options.log.debug(failure, { output: this.#options.output, error });
    }
  }
}
