import { countContent } from '../../../formats/remote-write/decode.ts';
import { unpackedLength, unpackRequest } from '../../../formats/remote-write/packed-request.ts';
import type { Point } from '../../../metric/point.ts';
import type { Attempt, Output, PluginContext, SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import type { RemoteWriteClient } from './client.ts';
import { WITH_START_TIMES, type RemoteWriteEncoder } from './encode.ts';
import type { Negotiator } from './negotiator.ts';
import { splitPayload, withoutExemplars } from './parts.ts';
import { Salvage, type PostAnswer } from './salvage.ts';
import type { Refusal } from './verdict.ts';

/** What one request may hold at the most. */
export interface RequestLimits {
  readonly samples: number;
  readonly bytes: number;
}

interface Parts {
  readonly encoder: RemoteWriteEncoder;
  readonly client: RemoteWriteClient;
  readonly negotiator: Negotiator;
  readonly limits: RequestLimits;
}

/** Tags, lengths, the value and one byte of time. */
const MIN_SAMPLE_BYTES = 13;

/** Samples of which it is remembered that a server refused them, while their payload is still under way. */
const MAX_EARNED = 10_000;

type Post = (body: Buffer) => Promise<PostAnswer>;

const OK: SendResult = { status: 'ok' };

/** Said of an exemplar; names of metrics, which stand in braces, may speak of exemplars as well. */
const ABOUT_EXEMPLAR = /^[^{]*exemplar/i;

/** Remote write: what was encoded in order is sent in order, and taken apart when the server refuses some of it. */
export class RemoteWriteOutput implements Output {
  readonly concurrent = true;
  readonly refusesRepeats = true;
  readonly sendsCopies = true;
  readonly #context: PluginContext;
  readonly #parts: Parts;
  /** See `SalvageOptions`; of all payloads under way. */
  readonly #earned = new Set<string>();

  constructor(context: PluginContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    return this.#parts.encoder.encode(points, maxPoints);
  }

  async connect(): Promise<void> {
    await this.#parts.client.open();
  }

  async send(payload: Payload, { signal, resent }: Attempt): Promise<SendResult> {
    const excess = this.#excess(payload);
    if (excess !== undefined) return { status: 'too_large', reason: excess };
    const hasStartTimes = payload.destination === WITH_START_TIMES;
    const post: Post = (body) => this.#parts.negotiator.post(body, hasStartTimes, signal);
    const answer = await post(payload.body);
    if (answer.kind !== 'refused') return resultOf(answer);
    const { samples, exemplars } = countContent(unpackRequest(payload.body));
    if (exemplars === 0) return this.#salvage(payload, answer, resent, post);
    const result = answer.written === samples ? OK : await this.#sendBare(payload, answer, resent, post);
    if (result.status !== 'retry') this.#context.drop('exemplar_refused', exemplars - (answer.writtenExemplars ?? 0));
    return result;
  }

  split(payload: Payload): readonly [Payload, Payload] | undefined {
    return splitPayload(payload);
  }

  async close(): Promise<void> {
    await this.#parts.client.close();
  }

  /**
   * An exemplar must cost no sample: what is refused is offered without exemplars before it is taken apart. Where the rest is stored and
   * the server names samples, they are at fault, too; what it says of exemplars is not said of samples.
   */
  async #sendBare(payload: Payload, refusal: Refusal, resent: boolean, post: Post): Promise<SendResult> {
    const bare = withoutExemplars(payload);
    const words = wordsOnSamples(refusal.words);
    if (refusal.isPartial && words !== '') return this.#salvage(bare, { ...refusal, words }, resent, post);
    const answer = await post(bare.body);
    return answer.kind === 'refused' ? this.#salvage(bare, answer, resent || refusal.isPartial, post) : resultOf(answer);
  }

  #salvage(payload: Payload, refusal: Refusal, resent: boolean, post: Post): Promise<SendResult> {
    if (this.#earned.size > MAX_EARNED) this.#earned.clear();
    return new Salvage(payload, { resent, nowMs: this.#context.clock.now().ms, post, earned: this.#earned }).run(refusal);
  }

  /** Why a payload is not even offered. A single point is: it can't be smaller. */
  #excess({ body, points }: Payload): string | undefined {
    const { samples, bytes } = this.#parts.limits;
    if (points === 1) return undefined;
    const length = unpackedLength(body);
    if (length > bytes) return `more than max_request_bytes (${bytes})`;
    // A sample takes more than this, so most requests need not be counted.
    const mayExceed = samples > 0 && length > samples * MIN_SAMPLE_BYTES;
    return mayExceed && countContent(unpackRequest(body)).samples > samples ? `more than max_samples (${samples})` : undefined;
  }
}

/** The lines of a server's words that are not about exemplars. */
function wordsOnSamples(words: string): string {
  return words
    .split('\n')
    .filter((line) => !ABOUT_EXEMPLAR.test(line))
    .join('\n')
    .trim();
}

function resultOf(answer: Exclude<PostAnswer, Refusal>): SendResult {
  if (answer.kind === 'ok') return OK;
  if (answer.kind === 'too_large') return { status: 'too_large', reason: answer.reason };
  return { status: 'retry', reason: answer.reason, retryAfterMs: answer.retryAfterMs };
}
