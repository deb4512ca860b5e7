/** One output's queue as a sender sees it: jobs of any bridge, one of each partition at a time, leased payload by payload. */
import { randomUUID } from 'node:crypto';
import type { Log } from '../../telemetry/log.ts';
import { Ages } from '../ages.ts';
import { PARTITIONS, type Refused } from '../payload.ts';
import { selectOldest } from '../select.ts';
import type { Lease, PayloadQueue, QueueDepth, StoreDrop, TakeLimits } from '../store.ts';
import { HeldJob, type HeldPayload } from './held-job.ts';
import { DAMAGED, type Answer } from './job.ts';
import { LOCK_MS, type RedisLink } from './link.ts';
import { answersChannel, jobsChannel, queueName } from './names.ts';

/** What of an output's points is not in Redis yet, or has come back from there. */
export interface Outbox {
  readonly depth: QueueDepth;
  /** Hands to Redis what waits, of each partition so many points at most; resolves when that is done. Never rejects. */
  push(maxPoints: number): Promise<void>;
  /** A sender of this process has finished a job; resolves when its bridge, if it is this one, has taken note. */
  answered(store: string, id: string, answer: Answer): Promise<boolean>;
  onAdded(listener: () => void): void;
}

export interface RedisQueueOptions {
  readonly output: string;
  readonly link: RedisLink;
  readonly outbox: Outbox;
  readonly maxAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onDrop: (reason: StoreDrop, points: number) => void;
  readonly log: Log;
}

/** In case nobody told of a job: how often to look. */
const LOOK_MS = 1000;
const RENEW_MS = LOCK_MS / 3;
/** A sender that can't deliver a job for so long lets others try: it may be the only one that does not reach the server. */
const MAX_HOLD_MS = 60_000;

export class RedisQueue implements PayloadQueue {
  readonly #options: RedisQueueOptions;
  readonly #ages: Ages;
  readonly #held = new Map<number, HeldJob>();
  readonly #leased = new Set<number>();
  /** Jobs on their way back, by partition. */
  readonly #returning = new Map<number, Promise<void>>();
  readonly #timers: readonly NodeJS.Timeout[];
  #first = 0;
  #hasBatches = true;
  #isClosed = false;
  #listener: () => void = () => undefined;

  constructor(options: RedisQueueOptions) {
    this.#options = options;
    this.#ages = new Ages(options.now);
    const { link, outbox, output } = options;
    link.listen(jobsChannel(output), () => this.#wake());
    link.onUp(() => this.#wake());
    outbox.onAdded(() => this.#listener());
    this.#timers = [setInterval(() => this.#wake(), LOOK_MS), setInterval(() => void this.#renew(), RENEW_MS)];
  }

  get depth(): QueueDepth {
    return this.#options.outbox.depth;
  }

  get hasBatches(): boolean {
    return this.#hasBatches && this.#options.link.isUp;
  }

  onAdded(listener: () => void): void {
    this.#listener = listener;
  }

  async take(limits: TakeLimits): Promise<Lease | undefined> {
    await this.#options.outbox.push(limits.maxPoints);
    if (!this.#options.link.isUp || this.#isClosed) return undefined;
    const candidates = await this.#candidates(limits);
    const payloads = selectOldest(
      candidates.flatMap((job) => job.payloads),
      this.#leased,
      limits,
    );
    const chosen = new Set(payloads.map(({ job }) => job));
    // What does not go along is for others.
    for (const job of candidates) if (!chosen.has(job)) this.#giveBack(job);
    this.#hasBatches = payloads.length > 0;
    return payloads.length === 0 ? undefined : this.#lease(payloads, [...chosen]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const job of this.#held.values()) this.#giveBack(job);
    await Promise.all(this.#returning.values());
  }

  #wake(): void {
    this.#hasBatches = true;
    this.#listener();
  }

  /** Jobs to choose from, held: as many as the limits let go together. Another partition is the first each time. */
  async #candidates(limits: TakeLimits): Promise<HeldJob[]> {
    const jobs: HeldJob[] = [];
    let points = 0;
    for (let turn = 0; turn < PARTITIONS; turn++) {
      const partition = (this.#first + turn) % PARTITIONS;
      if (this.#leased.has(partition)) continue;
      const job = await this.#fetch(partition, limits.maxPoints);
      if (job === undefined) continue;
      jobs.push(job);
      for (const { payload } of job.payloads) points += payload.points;
      if (jobs.length >= limits.maxPartitions || points >= limits.maxPoints) break;
    }
    const [first] = jobs;
    if (first !== undefined) this.#first = (first.partition + 1) % PARTITIONS;
    return jobs;
  }

  /** The oldest job of a partition, unless another sender has it; undefined, too, when Redis fails. */
  async #fetch(partition: number, maxPoints: number): Promise<HeldJob | undefined> {
    await this.#returning.get(partition);
    const known = this.#held.get(partition);
    if (known !== undefined && !known.isLost) return known;
    this.#held.delete(partition);
    const { link, output, log } = this.#options;
    try {
      const token = randomUUID();
      const worker = link.worker(queueName(output, partition));
      const job = await link.run(() => worker.getNextJob(token, { block: false }));
      if (job === undefined) return undefined;
      const held = await HeldJob.read(job, token, partition, link.runId);
      if (held !== undefined) return await this.#hold(held, maxPoints);
      log.warn('a job in Redis is damaged, its bridge will write it again', { output, job: job.id });
      await link.run(() => job.updateProgress(DAMAGED));
      await link.run(() => job.moveToWait(token));
    } catch (error) {
      log.debug('Redis gives no job', { output, error });
    }
    return undefined;
  }

  /** Keeps a job, but for what is too old; undefined where nothing is left of it. */
  async #hold(job: HeldJob, maxPoints: number): Promise<HeldJob | undefined> {
    const { maxAgeMs, onDrop } = this.#options;
    const fresh = job.payloads.findIndex(({ addedMs }) => this.#ages.of(addedMs) <= maxAgeMs);
    const expired = fresh < 0 ? [...job.payloads] : job.payloads.slice(0, fresh);
    job.remove(new Set(expired), []);
    for (const { payload } of expired) onDrop('expired', payload.points);
    this.#held.set(job.partition, job);
    if (job.payloads.length > 0) return job;
    await this.#finish(job);
    await this.#options.outbox.push(maxPoints);
    return this.#fetch(job.partition, maxPoints);
  }

  #lease(payloads: readonly HeldPayload[], jobs: readonly HeldJob[]): Lease {
    for (const job of jobs) {
      this.#leased.add(job.partition);
      job.leasedAtMs = performance.now();
    }
    return {
      payloads: payloads.map(({ payload }) => payload),
      ids: payloads.map(({ id }) => id),
      addedMs: payloads.map(({ addedMs }) => addedMs),
      get resent() {
        return payloads.some(({ tried }) => tried);
      },
      markTried: async () => {
        const { link } = this.#options;
        await link.run(() => Promise.all(jobs.map((job) => job.markTried(payloads.filter((payload) => payload.job === job)))));
      },
      settle: (refused) => this.#settle(payloads, jobs, refused),
      release: () => {
        for (const job of jobs) {
          this.#unlease(job);
          this.#giveBack(job);
        }
        this.#wake();
      },
    };
  }

  async #settle(payloads: readonly HeldPayload[], jobs: readonly HeldJob[], refused: readonly Refused[]): Promise<void> {
    const settled = new Set(payloads);
    // What was refused goes to the bridge of the first: where the jobs are of several, nobody knows whose points they were.
    for (const [at, job] of jobs.entries()) job.remove(settled, at === 0 ? refused : []);
    await Promise.all(jobs.map((job) => this.#finish(job)));
    for (const job of jobs) this.#unlease(job);
    this.#hasBatches = true;
  }

  #unlease(job: HeldJob): void {
    job.leasedAtMs = undefined;
    this.#leased.delete(job.partition);
  }

  /** Tells Redis and the job's bridge. Where that fails, the job is sent once more: at least once, never less. */
  async #finish(job: HeldJob): Promise<void> {
    const { link, outbox, output, log } = this.#options;
    try {
      const answer = await link.run(() => job.finish());
      if (answer === undefined) return;
      this.#held.delete(job.partition);
      if (!(await outbox.answered(job.store, job.id, answer))) link.publish(answersChannel(job.store, output), job.id);
    } catch (error) {
      this.#held.delete(job.partition);
      log.info('what was delivered may be delivered again: Redis could not be told', { output, error: String(error) });
    }
  }

  #giveBack(job: HeldJob): void {
    const { partition } = job;
    const { link, log } = this.#options;
    this.#held.delete(partition);
    const returned = link
      .run(() => job.giveBack())
      .catch((error: unknown) => log.debug('a job was not given back, it is free in a moment', { error }))
      .finally(() => {
        if (this.#returning.get(partition) === returned) this.#returning.delete(partition);
      });
    this.#returning.set(partition, returned);
  }

  async #renew(): Promise<void> {
    const { link, output, log } = this.#options;
    if (!link.isUp) return;
    for (const job of this.#held.values()) {
      if (job.leasedAtMs !== undefined && performance.now() - job.leasedAtMs > MAX_HOLD_MS) continue;
      try {
        const worker = link.worker(queueName(output, job.partition));
        const lost = await link.run(() => worker.extendJobLocks([job.id], [job.token], LOCK_MS));
        job.isLost = lost.length > 0;
      } catch (error) {
        log.debug('a lock was not renewed', { output, error });
      }
    }
  }
}
