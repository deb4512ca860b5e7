/** A bridge's jobs of one output in Redis: added in order, looked at, taken away. Every call rejects while Redis is away, and may be made again. */
import type { Job } from 'bullmq';
import { answerOf, DAMAGED, decodeJob, encodeJob, parse, type Answer, type JobData, type NumberedPayload } from './job.ts';
import type { RedisLink } from './link.ts';
import { jobId, jobsChannel, queueName } from './names.ts';

export type JobPayloads = readonly [NumberedPayload, ...NumberedPayload[]];

/** What has become of a job. */
export type JobState = 'missing' | 'open' | 'damaged' | Answer;

/** How long a finished job whose bridge does not come for its answer is kept. */
const KEEP_ANSWERS = { age: 24 * 3600, count: 10_000 };

export class JobBoard {
  readonly #link: RedisLink;
  readonly #output: string;
  readonly #store: string;

  /** `store` is the id of the queue file: with a payload's number, it is unique for ever. */
  constructor(link: RedisLink, output: string, store: string) {
    this.#link = link;
    this.#output = output;
    this.#store = store;
  }

  /** The id of the job that begins with a payload. */
  idOf([first]: JobPayloads): string {
    return jobId(this.#store, first.id);
  }

  /** Adds jobs, in order. One that is there already is left as it is. */
  async add(partition: number, jobs: readonly { readonly payloads: JobPayloads; readonly resent: boolean }[]): Promise<void> {
    const added = await Promise.all(
      jobs.map(async ({ payloads, resent }) => ({
        name: this.#output,
        data: await this.#encode(payloads, resent),
        opts: { jobId: this.idOf(payloads), removeOnComplete: KEEP_ANSWERS },
      })),
    );
    const queue = this.#link.queue(queueName(this.#output, partition));
    // Each time, because a Redis that has lost its data has lost this too.
    await this.#link.run(() => Promise.all([queue.setGlobalConcurrency(1), queue.addBulk(added)]));
    this.#link.publish(jobsChannel(this.#output), '');
  }

  async look(partition: number, payloads: JobPayloads): Promise<JobState> {
    const queue = this.#link.queue(queueName(this.#output, partition));
    const key = queue.toKey(this.idOf(payloads));
    const { client } = this.#link;
    const [added, finished, answer, progress] = await this.#link.run(() =>
      client.hmget(key, 'timestamp', 'finishedOn', 'returnvalue', 'progress'),
    );
    if (added === null) return 'missing';
    if (finished !== null) return answerOf(parse(answer));
    return parse(progress) === DAMAGED ? 'damaged' : 'open';
  }

  /** Puts the payloads in the place of what Redis has of their job. It stays where it is in the queue. */
  async writeAgain(partition: number, payloads: JobPayloads): Promise<void> {
    const data = await this.#encode(payloads, true);
    const job = await this.#find(partition, payloads);
    await this.#link.run(() => Promise.all([job?.updateData(data), job?.updateProgress(0)]));
    this.#link.publish(jobsChannel(this.#output), '');
  }

  /** The numbers of the payloads in a job; a former life of this bridge may have gathered them differently. */
  async numbersIn(partition: number, payloads: JobPayloads): Promise<readonly number[]> {
    const job = await this.#find(partition, payloads);
    const decoded = job === undefined ? undefined : await decodeJob(job.data, partition);
    return decoded?.payloads.map(({ id }) => id) ?? [];
  }

  async remove(partition: number, ids: readonly string[]): Promise<void> {
    const queue = this.#link.queue(queueName(this.#output, partition));
    await this.#link.run(() => Promise.all(ids.map((id) => queue.remove(id))));
  }

  #find(partition: number, payloads: JobPayloads): Promise<Job<unknown> | undefined> {
    const queue = this.#link.queue(queueName(this.#output, partition));
    return this.#link.run(() => queue.getJob(this.idOf(payloads)));
  }

  #encode(payloads: JobPayloads, resent: boolean): Promise<JobData> {
    const { runId: run, settings } = this.#link;
    return encodeJob({ store: this.#store, node: settings.node, run, resent }, payloads);
  }
}
