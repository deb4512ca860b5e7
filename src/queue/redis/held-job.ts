import type { Job } from 'bullmq';
import type { QueuedPayload, Refused } from '../payload.ts';
import { decodeJob, progressOf, refusedText, type Answer, type Progress, type RefusedText } from './job.ts';

/** A payload of a job that this process holds. */
export interface HeldPayload {
  readonly id: number;
  readonly addedMs: number;
  readonly payload: QueuedPayload;
  readonly job: HeldJob;
  tried: boolean;
}

/** A job that this process has the lock of, and what of it is still to be sent. */
export class HeldJob {
  readonly partition: number;
  readonly store: string;
  /** The lock is ours as long as this is written on it. */
  readonly token: string;
  /** What is left of it, in order. */
  readonly payloads: HeldPayload[];
  /** On the monotonic clock; undefined while no lease is out for it. */
  leasedAtMs: number | undefined;
  /** Whether the lock is known to be lost: another sender has the job, or will. */
  isLost = false;
  readonly #job: Job;
  readonly #refused: RefusedText[];
  #done: number;

  /** A job as it was fetched; undefined where it is not what was written. `runId` is that of the Redis that gave it. */
  static async read(job: Job, token: string, partition: number, runId: string): Promise<HeldJob | undefined> {
    const decoded = await decodeJob(job.data, partition);
    if (decoded === undefined) return undefined;
    const { data, payloads } = decoded;
    const held = new HeldJob(job, token, partition, data.store, progressOf(job.progress));
    const { done, tried } = progressOf(job.progress);
    const isDoubtful = data.resent || data.run !== runId;
    for (const [at, payload] of payloads.entries()) {
      if (at >= done) held.payloads.push({ ...payload, job: held, tried: isDoubtful || at < tried });
    }
    return held;
  }

  private constructor(job: Job, token: string, partition: number, store: string, { done, refused }: Progress) {
    this.#job = job;
    this.token = token;
    this.partition = partition;
    this.store = store;
    this.payloads = [];
    this.#done = done;
    this.#refused = [...refused];
  }

  get id(): string {
    return String(this.#job.id);
  }

  /** Resolves once Redis knows that these of its payloads are being sent; rejects when it can't be told. */
  async markTried(leased: readonly HeldPayload[]): Promise<void> {
    const before = leased.filter(({ tried }) => !tried);
    for (const payload of before) payload.tried = true;
    try {
      await this.#job.updateProgress(this.#progress());
    } catch (error) {
      for (const payload of before) payload.tried = false;
      throw error;
    }
  }

  /** Takes out what is settled. Tell Redis with `finish`. */
  remove(payloads: ReadonlySet<HeldPayload>, refused: readonly Refused[]): void {
    const left = this.payloads.filter((payload) => !payloads.has(payload));
    this.#done += this.payloads.length - left.length;
    this.payloads.splice(0, this.payloads.length, ...left);
    this.#refused.push(...refused.map(refusedText));
  }

  /** Tells Redis how far it is: done, with what the server refused as its answer, or in part. Gives the answer of a job that is done. */
  async finish(): Promise<Answer | undefined> {
    if (this.payloads.length > 0) {
      await this.#job.updateProgress(this.#progress());
      return undefined;
    }
    const answer = { refused: this.#refused };
    await this.#job.moveToCompleted(answer, this.token, false);
    return answer;
  }

  /** Puts it back at the head of its queue, for any sender. */
  async giveBack(): Promise<void> {
    await this.#job.moveToWait(this.token);
  }

  #progress(): Progress {
    const tried = this.payloads.findLastIndex((payload) => payload.tried) + 1;
    return { done: this.#done, tried: this.#done + tried, refused: this.#refused };
  }
}
