/**
 * Prometheus stores all of a request 1.0 or nothing: one sample it can't take makes it refuse the thousands beside it, and it
 * doesn't say which one it was. So a refused request is taken apart and sent in halves, down to the samples at fault.
 *
 * Parts go out strictly in the payload's order, each settled before the next. So no sample of a series ever follows a younger one, and
 * whenever it is cut short, what is stored is a beginning of the payload, which is what `storedBeginning` makes use of. A few samples
 * at fault cost some `log2(n)` requests each; `MAX_REQUESTS` bounds the hopeless case, where nearly all are.
 */
import type { Sample, TimeSeries } from '../../../formats/remote-write/decode.ts';
import type { SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { decodePart, encodePart, halvesOf, layersOf, type Part } from './parts.ts';
import { refusedByName } from './named-samples.ts';
import { keyOf, RefusedSamples } from './refused-samples.ts';
import { storedBeginning } from './stored-beginning.ts';
import type { Answer, Refusal, Retry } from './verdict.ts';

export type PostAnswer = Exclude<Answer, { kind: 'unsupported' }>;
type Refused = Exclude<PostAnswer, { kind: 'ok' } | Retry>;

export interface SalvageOptions {
  /** Whether an earlier try may have stored some of it: what is not newer counts as delivered then. */
  readonly resent: boolean;
  readonly nowMs: number;
  readonly post: (body: Buffer) => Promise<PostAnswer>;
  /**
   * Samples (by `keyOf`) that a server refused in a try that was cut short. If they are refused again as not newer, that is a refusal they
   * have earned, and not the echo of what an earlier try has stored.
   */
  readonly earned: Set<string>;
}

/** After this many requests for one payload, what is refused is not taken apart any further. */
const MAX_REQUESTS = 2000;

/** Said of a sample that is not newer than what the server has; also of one that it has already. */
const NOT_NEWER = /out of order|out-of-order|duplicate sample|new-value-for-timestamp|^409/i;

/** Said of a sample for its time, so that others of its series may be taken. All else is about labels. */
const ABOUT_TIME = /out of bounds|too old|too-old|timestamp|future|^413/i;

/** Said of a sample that is older than anything the server takes: then so is every older one. */
const OUT_OF_BOUNDS = /out of bounds|sample-timestamp-too-old/i;

/** Samples out of bounds that are older than this lie in the past, not in the future. */
const PAST_MS = 60_000;

/** Takes one refused payload apart. */
export class Salvage {
  readonly #payload: Payload;
  readonly #options: SalvageOptions;
  readonly #refused: RefusedSamples;
  #requests = 0;
  #tooOldMs = -Infinity;
  #tooOldReason = '';
  /** Whether what is sent again now may be stored. */
  #maybeStored: boolean;

  constructor(payload: Payload, options: SalvageOptions) {
    this.#payload = payload;
    this.#options = options;
    this.#refused = new RefusedSamples(payload);
    this.#maybeStored = options.resent;
  }

  /** Delivers what can be delivered of a payload that was refused. `retry` means that an answer was missing on the way. */
  async run(refusal: Refused): Promise<SendResult> {
    const all = decodePart(this.#payload.body);
    const missing = this.#options.resent ? await this.#settleResent(all) : await this.#settle(all, refusal);
    const { earned } = this.#options;
    for (const key of this.#refused.keys()) {
      if (missing === undefined) earned.delete(key);
      else earned.add(key);
    }
    return missing === undefined ? this.#refused.result() : { status: 'retry', reason: missing.reason, retryAfterMs: missing.retryAfterMs };
  }

  /** What was sent before is mostly stored, and that the server has it is no news. */
  async #settleResent(all: Part): Promise<Retry | undefined> {
    for (const layer of layersOf(all)) {
      const stored = await storedBeginning(layer, (series, sample) => this.#isRefusedAsStored(series, sample));
      if (typeof stored === 'object') return stored;
      const missing = await this.#deliver(layer.slice(stored));
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  async #isRefusedAsStored(series: TimeSeries, sample: Sample): Promise<boolean | Retry> {
    const answer = await this.#post([{ labels: series.labels, samples: [sample] }]);
    if (answer.kind === 'retry') return answer;
    return answer.kind === 'refused' && NOT_NEWER.test(answer.reason) && !this.#options.earned.has(keyOf(series, sample));
  }

  async #deliver(part: Part): Promise<Retry | undefined> {
    const left = this.#withoutTooOld(part);
    if (left.length === 0) return undefined;
    const answer = await this.#post(left);
    if (answer.kind === 'ok') return undefined;
    return answer.kind === 'retry' ? answer : this.#settle(left, answer);
  }

  /** Delivers what it can of a part that the server refused as a whole. */
  async #settle(part: Part, refusal: Refused): Promise<Retry | undefined> {
    const left = refusal.kind === 'refused' && refusal.isPartial ? this.#withoutNamed(part, refusal) : part;
    return left.length === 0 ? undefined : this.#takeApart(left, refusal);
  }

  async #takeApart(part: Part, refusal: Refused): Promise<Retry | undefined> {
    if (part.length === 1) return this.#settleSeries(part[0], refusal);
    if (this.#requests >= MAX_REQUESTS) return this.#giveUp(part, refusal.reason);
    const [first, second] = halvesOf(part);
    const answer = await this.#post(first);
    if (answer.kind === 'retry') return answer;
    // What is wrong is in the second half when it isn't in the first: no need to ask for all of it.
    if (answer.kind === 'ok') return second.length === 1 ? this.#deliver(second) : this.#takeApart(second, refusal);
    return (await this.#settle(first, answer)) ?? this.#deliver(second);
  }

  /** One series that was refused alone: as a whole when it is for its labels, else one sample after the other. */
  async #settleSeries(series: TimeSeries, { kind, reason }: Refused): Promise<Retry | undefined> {
    const { labels, samples } = series;
    const isAboutTime = kind === 'too_large' || NOT_NEWER.test(reason) || ABOUT_TIME.test(reason);
    if (samples.length === 1 || !isAboutTime) return this.#refuse(series, reason);
    for (let at = 0; at < samples.length; at++) {
      if (this.#requests >= MAX_REQUESTS) return this.#giveUp([{ labels, samples: samples.slice(at) }], reason);
      const one = { labels, samples: [samples[at]] };
      const answer = await this.#post([one]);
      if (answer.kind === 'retry') return answer;
      if (answer.kind !== 'ok') {
        this.#refuse(one, answer.reason);
        continue;
      }
      const rest = samples.slice(at + 1);
      const next = rest.length === 0 ? answer : await this.#post([{ labels, samples: rest }]);
      if (next.kind === 'retry') return next;
      if (next.kind === 'ok') return undefined;
    }
    return undefined;
  }

  /** What is not known to be stored or refused of a part that the server took in parts, after what it says. */
  #withoutNamed(part: Part, { words, written }: Refusal): Part {
    const { refused, rest } = refusedByName(part, words, this.#options.nowMs);
    for (const { series, reason } of refused) this.#refuse(series, reason);
    const named = samplesOf(part) - samplesOf(rest);
    if (written !== undefined && named >= samplesOf(part) - written) return [];
    this.#maybeStored = true;
    return rest;
  }

  #giveUp(part: Part, reason: string): undefined {
    for (const series of part) this.#refuse(series, `${reason} (refused together with others: too many to find out which are at fault)`);
  }

  #refuse(series: TimeSeries, reason: string): undefined {
    const [{ ms }] = series.samples.slice(-1);
    if (OUT_OF_BOUNDS.test(reason) && ms < this.#options.nowMs - PAST_MS && ms > this.#tooOldMs) {
      this.#tooOldMs = ms;
      this.#tooOldReason = reason;
    }
    const isOurs = this.#maybeStored && NOT_NEWER.test(reason);
    const samples = isOurs ? series.samples.filter((sample) => this.#options.earned.has(keyOf(series, sample))) : series.samples;
    this.#refused.add({ labels: series.labels, samples }, reason);
  }

  #withoutTooOld(part: Part): Part {
    if (this.#tooOldMs === -Infinity) return part;
    const kept: TimeSeries[] = [];
    for (const { labels, samples } of part) {
      const young = samples.filter(({ ms }) => ms > this.#tooOldMs);
      this.#refused.add({ labels, samples: samples.filter(({ ms }) => ms <= this.#tooOldMs) }, this.#tooOldReason);
      if (young.length > 0) kept.push({ labels, samples: young });
    }
    return kept;
  }

  #post(part: Part): Promise<PostAnswer> {
    this.#requests++;
    return this.#options.post(encodePart(part));
  }
}

function samplesOf(part: Part): number {
  return part.reduce((sum, { samples }) => sum + samples.length, 0);
}
