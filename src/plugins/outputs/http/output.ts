import type { Point } from '../../../metric/point.ts';
import type { Attempt, Output, PluginContext, SendResult } from '../../../pipeline/plugin.ts';
import type { Payload } from '../../../queue/payload.ts';
import { gzipBody } from '../../shared/gzip.ts';
import type { HttpSender } from '../../shared/http-sender.ts';
import { LineEncoder, type PointWriter } from '../../shared/line-payload.ts';
import { halveMetrics, metricsOf, type Format } from './lines.ts';
import { Sift } from './sift.ts';
import { verdictOf, type Verdict } from './verdict.ts';

export interface HttpOutputOptions {
  readonly format: Format;
  /** The text to send for a payload's lines; where it is empty, there is no request. */
  readonly textOf: (lines: Buffer) => Buffer;
  /** Several metrics in a request. */
  readonly batches: boolean;
  readonly gzip: boolean;
  readonly nonRetryable: readonly number[];
}

/** That of Go's writer, which Telegraf uses. */
const GZIP_LEVEL = 6;

/** Metrics to any server that speaks HTTP, in order. */
export class HttpOutput implements Output {
  readonly #context: PluginContext;
  readonly #options: HttpOutputOptions;
  readonly #lines: LineEncoder;
  readonly #sender: HttpSender;

  constructor(context: PluginContext, options: HttpOutputOptions, writer: PointWriter, sender: HttpSender) {
    this.#context = context;
    this.#options = options;
    this.#lines = new LineEncoder(writer, context);
    this.#sender = sender;
  }

  /** The destination is the format: whoever looks at a payload later can tell by it. */
  encode(points: readonly Point[], maxPoints: number): readonly Payload[] {
    return this.#lines.encode(this.#options.format, points, maxPoints);
  }

  connect(): Promise<void> {
    return this.#sender.open();
  }

  send(payload: Payload, { signal }: Attempt): Promise<SendResult> {
    return this.#options.batches ? this.#sendBatch(payload, signal) : this.#sendEach(payload, signal);
  }

  split(payload: Payload): readonly [Payload, Payload] | undefined {
    return halveMetrics(payload, this.#options.format);
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  async #sendBatch(payload: Payload, signal: AbortSignal): Promise<SendResult> {
    const send = (part: Payload): Promise<Verdict> => this.#post(part.body, signal);
    const verdict = await send(payload);
    switch (verdict.kind) {
      case 'ok':
        return { status: 'ok' };
      case 'refused':
        if (payload.points === 1) return { status: 'reject', reason: verdict.reason };
        return new Sift({ send, split: (part) => this.split(part) }).run(payload, verdict.reason);
      case 'reject':
      case 'too_large':
        return { status: verdict.kind, reason: verdict.reason };
      case 'retry':
        return { status: 'retry', reason: verdict.reason, retryAfterMs: verdict.retryAfterMs };
    }
  }

  /** A request for each metric. One that has to be repeated repeats those before it. */
  async #sendEach(payload: Payload, signal: AbortSignal): Promise<SendResult> {
    const refused: (Payload & { readonly reason: string })[] = [];
    for (const metric of metricsOf(payload, this.#options.format)) {
      const verdict = await this.#post(metric.body, signal);
      if (verdict.kind === 'retry') return { status: 'retry', reason: verdict.reason, retryAfterMs: verdict.retryAfterMs };
      if (verdict.kind !== 'ok') refused.push({ ...metric, reason: verdict.reason });
    }
    return refused.length === 0 ? { status: 'ok' } : { status: 'partial', refused };
  }

  async #post(lines: Buffer, signal: AbortSignal): Promise<Verdict> {
    const { textOf, gzip: isCompressed, nonRetryable } = this.#options;
    const text = textOf(lines);
    if (text.length === 0) return { kind: 'ok' };
    const body = isCompressed ? await gzipBody(text, GZIP_LEVEL) : text;
    return verdictOf(await this.#sender.send(body, {}, signal), nonRetryable, this.#context.clock.now().ms);
  }
}
