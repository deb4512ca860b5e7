/**
 * Prometheus stores all of a request or nothing: one sample it can't take makes it refuse the thousands beside it, and it
 * doesn't say which one it was. So a refused request is taken apart and sent in halves, down to the guilty samples.
 *
 * Halves go out in order, so that no sample of a series ever follows a younger one. Few guilty samples cost about
 * `2 · log2(n)` requests each; `MAX_REQUESTS` bounds the hopeless case, where nearly all are.
 */
import { decodeLabels, decodeRequest, type Sample, type TimeSeries } from '../../../formats/remote-write/decode.ts';
import { RequestWriter, sampleGroup } from '../../../formats/remote-write/request-writer.ts';
import type { SendResult } from '../../../pipeline/plugin.ts';
import type { Payload, Refused } from '../../../queue/payload.ts';
import type { Answer } from './client.ts';

type Part = readonly TimeSeries[];

/** After this many requests for one payload, a part that is refused is given up as a whole. */
const MAX_REQUESTS = 500;

/** Said of a sample that is not newer than what the server has; also of one that it has already. */
const NOT_NEWER = /out of order|duplicate sample/i;

/** Said of a sample older than anything the server still takes: then every older one is refused too. */
const TOO_OLD = /out of bounds|too old/i;

export class Salvage {
  readonly #payload: Payload;
  readonly #post: (body: Buffer) => Promise<Answer>;
  /** Bytes at the payload's beginning that may have been stored by an earlier try. */
  readonly #maybeStoredBytes: number;
  #requests = 0;
  #tooOldMs = -Infinity;
  #tooOldReason = '';
  readonly #refusedPoints = new Set<string>();
  readonly #letters: Refused[] = [];

  constructor(payload: Payload, maybeStoredBytes: number, post: (body: Buffer) => Promise<Answer>) {
    this.#payload = payload;
    this.#maybeStoredBytes = maybeStoredBytes;
    this.#post = post;
  }

  /** Delivers what can be delivered of a payload that was refused for this reason. `retry` means that an answer was missing on the way. */
  async run(reason: string): Promise<SendResult> {
    const rest: Part[] = this.#split(decodeRequest(this.#payload.body), reason);
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      const left = this.#withoutTooOld(part);
      if (left.length === 0) continue;
      this.#requests++;
      const answer = await this.#post(encodePart(left));
      if (answer.kind === 'retry') return { status: 'retry', reason: answer.reason, retryAfterMs: answer.retryAfterMs };
      if (answer.kind !== 'ok') rest.unshift(...this.#split(left, answer.reason));
    }
    return this.#result();
  }

  /** The halves of a refused part; none when it is one sample, or when enough was tried: then it stays refused. */
  #split(part: Part, reason: string): Part[] {
    const halves = this.#requests < MAX_REQUESTS ? halvesOf(part) : undefined;
    if (halves !== undefined) return halves;
    if (TOO_OLD.test(reason)) this.#tooOldReason = reason;
    if (TOO_OLD.test(reason)) this.#tooOldMs = Math.max(this.#tooOldMs, ...part.flatMap(({ samples }) => samples.map(({ ms }) => ms)));
    for (const series of part) this.#refuse(series, reason);
    return [];
  }

  #refuse(series: TimeSeries, reason: string): void {
    if (NOT_NEWER.test(reason) && this.#maybeStored(series)) return;
    this.#push(series, reason);
  }

  /** Whether an earlier try, of which no answer came, had this series in it. Its labels still lie where they lay in the payload. */
  #maybeStored({ labels }: TimeSeries): boolean {
    return labels.byteOffset - this.#payload.body.byteOffset < this.#maybeStoredBytes;
  }

  #withoutTooOld(part: Part): Part {
    if (this.#tooOldMs === -Infinity) return part;
    const kept: TimeSeries[] = [];
    for (const { labels, samples } of part) {
      const old = samples.filter(({ ms }) => ms <= this.#tooOldMs);
      const young = samples.filter(({ ms }) => ms > this.#tooOldMs);
      if (old.length > 0) this.#push({ labels, samples: old }, this.#tooOldReason);
      if (young.length > 0) kept.push({ labels, samples: young });
    }
    return kept;
  }

  #push(series: TimeSeries, reason: string): void {
    const times = series.samples.map(({ ms }) => ms);
    this.#letters.push({
      destination: this.#payload.destination,
      body: encodePart([series]),
      points: this.#newPoints(series),
      firstMs: Math.min(...times),
      lastMs: Math.max(...times),
      reason,
    });
  }

  /** How many points these samples refuse. Those of one time whose labels differ in the name only were fields of one point, which counts once. */
  #newPoints({ labels, samples }: TimeSeries): number {
    const before = this.#refusedPoints.size;
    const others = JSON.stringify(decodeLabels(labels).filter(([name]) => name !== '__name__'));
    for (const { ms } of samples) this.#refusedPoints.add(`${ms} ${others}`);
    return this.#refusedPoints.size - before;
  }

  #result(): SendResult {
    if (this.#letters.length === 0) return { status: 'ok' };
    const [{ reason }] = this.#letters;
    // One letter instead of thousands where nothing was stored and all for one reason.
    const isAll = this.#refusedPoints.size >= this.#payload.points && this.#letters.every((letter) => letter.reason === reason);
    return isAll ? { status: 'reject', reason } : { status: 'partial', refused: this.#letters };
  }
}

/** Two parts that follow each other; undefined for a single sample. A series is only cut when it is alone. */
function halvesOf(part: Part): [Part, Part] | undefined {
  if (part.length > 1) {
    const middle = part.length >> 1;
    return [part.slice(0, middle), part.slice(middle)];
  }
  const [{ labels, samples }] = part;
  if (samples.length === 1) return undefined;
  const middle = samples.length >> 1;
  const half = (some: readonly Sample[]): Part => [{ labels, samples: some }];
  return [half(samples.slice(0, middle)), half(samples.slice(middle))];
}

function encodePart(part: Part): Buffer {
  const writer = new RequestWriter();
  for (const { labels, samples } of part) {
    const group = sampleGroup(labels);
    for (const { ms, value, stale } of samples) writer.append(group, ms, value, stale);
  }
  return writer.take();
}
