/** A job as it lies in Redis: payloads of one partition and one destination, compressed, and what became of them. */
import { promisify } from 'node:util';
import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib';
import { z } from 'zod';
import type { QueuedPayload, Refused } from '../payload.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Line protocol comes to a sixth with the fastest level; the others take longer than they save. */
const FASTEST = { [constants.ZSTD_c_compressionLevel]: 1 };
/** Room for what comes out, made at once: zlib's default of 16 KiB at a time costs more than the compression. */
const MIN_CHUNK_BYTES = 1024;
/** More than any window of the relay comes to; what claims to be more is not ours. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

const Header = z.object({
  /** The payload's id in the queue of the bridge that it belongs to. */
  id: z.number(),
  points: z.number(),
  firstMs: z.number(),
  lastMs: z.number(),
  addedMs: z.number(),
  size: z.number(),
});

const JobData = z.object({
  /** Whose payloads they are: the id of a queue file, and the name of its bridge for people. */
  store: z.string(),
  node: z.string(),
  /** The run of Redis in which the job was added. After a restart of Redis, nobody knows what of the job's story it has forgotten. */
  run: z.string(),
  /** Whether they may have been sent before the job was added. */
  resent: z.boolean(),
  destination: z.string(),
  payloads: z.array(Header).nonempty(),
  /** The bodies joined, zstd, base64. */
  body: z.string(),
  crc: z.number(),
});
export type JobData = z.output<typeof JobData>;

/** A payload with its place in the queue that it comes from. */
export interface NumberedPayload {
  readonly id: number;
  readonly addedMs: number;
  readonly payload: QueuedPayload;
}

export type Envelope = Pick<JobData, 'store' | 'node' | 'run' | 'resent'>;

/** The payloads, of one destination, as a job's data. */
export async function encodeJob(envelope: Envelope, payloads: readonly [NumberedPayload, ...NumberedPayload[]]): Promise<JobData> {
  const joined = Buffer.concat(payloads.map(({ payload }) => payload.body));
  const chunkSize = Math.max(MIN_CHUNK_BYTES, joined.length >> 1);
  const body = (await compress(joined, { params: FASTEST, chunkSize })).toString('base64');
  const [{ payload: first }, ...rest] = payloads;
  const header = ({
    id,
    addedMs,
    payload: {
      points,
      firstMs,
      lastMs,
      body: { length: size },
    },
  }: NumberedPayload) => ({ id, points, firstMs, lastMs, addedMs, size });
  const data = { ...envelope, destination: first.destination, payloads: [header(payloads[0]), ...rest.map(header)], body };
  return { ...data, crc: checksum(data) };
}

/** What a job's data says; undefined where it is not what was written. */
export async function decodeJob(stored: unknown, partition: number): Promise<{ data: JobData; payloads: NumberedPayload[] } | undefined> {
  const { data } = JobData.safeParse(stored);
  if (data === undefined || checksum(data) !== data.crc) return undefined;
  const bytes = data.payloads.reduce((sum, { size }) => sum + size, 0);
  if (bytes > MAX_BODY_BYTES) return undefined;
  const chunkSize = Math.max(MIN_CHUNK_BYTES, bytes);
  const joined = await decompress(Buffer.from(data.body, 'base64'), { maxOutputLength: chunkSize, chunkSize });
  let at = 0;
  const payloads = data.payloads.map(({ id, addedMs, size, points, firstMs, lastMs }) => {
    const body = joined.subarray(at, (at += size));
    return { id, addedMs, payload: { destination: data.destination, body, partition, points, firstMs, lastMs } };
  });
  return { data, payloads };
}

function checksum({
  store,
  destination,
  payloads,
  body,
}: Pick<JobData, 'store' | 'destination' | 'payloads' | 'body'> | Omit<JobData, 'crc'>): number {
  return crc32(body, crc32(JSON.stringify([store, destination, payloads])));
}

// ------------------------------------------------------------------------------------------------------------- its story

const RefusedText = z.object({
  destination: z.string(),
  reason: z.string(),
  points: z.number(),
  firstMs: z.number(),
  lastMs: z.number(),
  /** base64 */
  body: z.string(),
});
export type RefusedText = z.output<typeof RefusedText>;

/** How far a sender has come with a job, as the next one needs to know if it dies. Counted in payloads from the first. */
const Progress = z.object({ done: z.number(), tried: z.number(), refused: z.array(RefusedText) });
export type Progress = z.output<typeof Progress>;

/** What a finished job leaves for its bridge. */
const Answer = z.object({ refused: z.array(RefusedText) });
export type Answer = z.output<typeof Answer>;

/** What a sender says of a job that it can't read; its bridge then writes it again. */
export const DAMAGED = 'damaged';

/** The progress of a job; of one that nobody has begun, there is none. */
export function progressOf(stored: unknown): Progress {
  return Progress.safeParse(stored).data ?? { done: 0, tried: 0, refused: [] };
}

export function answerOf(stored: unknown): Answer {
  return Answer.safeParse(stored).data ?? { refused: [] };
}

export function refusedText({ body, destination, reason, points, firstMs, lastMs }: Refused): RefusedText {
  return { destination, reason, points, firstMs, lastMs, body: body.toString('base64') };
}

export function refusedOf({ body, ...rest }: RefusedText): Refused {
  return { ...rest, body: Buffer.from(body, 'base64') };
}

/** JSON out of Redis; undefined where it is none. */
export function parse(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    // Not what was written: as good as nothing.
    return undefined;
  }
}
