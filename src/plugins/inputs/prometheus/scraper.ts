import { isProtobufExposition, readProtobufExposition, type ProtobufExposition } from '../../../formats/prometheus-protobuf/exposition.ts';
import { dialectOf } from '../../../formats/prometheus-text/dialect.ts';
import { expositionErrorText, type Dialect, type Exposition } from '../../../formats/prometheus-text/exposition.ts';
import type { ExpositionParser } from '../../../formats/prometheus-text/parse.ts';
import { ScrapeClient } from '../../shared/scrape.ts';
import type { Address } from './address.ts';
import { maxBodyBytes, timeoutMs, type PrometheusConfig } from './config.ts';
import { RequestHeaders } from './request-headers.ts';

export interface AnswerFacts {
  /** Until all of it was there. */
  readonly seconds: number;
  /** Of the body, decompressed. */
  readonly bytes: number;
}

export type Scrape<M> =
  | {
      readonly ok: true;
      readonly exposition: Exposition<M>;
      /** Of a body in protobuf. */
      readonly extras: Pick<ProtobufExposition, 'startOf' | 'histograms'> | undefined;
      readonly dialect: Dialect;
      readonly answer: AnswerFacts;
    }
  /** What went wrong, on one line. */
  | { readonly ok: false; readonly reason: string };

/** Asks targets and reads what they answer. */
export class Scraper {
  readonly #client: ScrapeClient;
  readonly #headers: RequestHeaders;
  readonly #takesProtobuf: boolean;
  readonly #maxBytes: number;

  constructor(config: PrometheusConfig, baseDirectory: string, intervalMs: number) {
    const timeout = timeoutMs(config, intervalMs);
    this.#takesProtobuf = config.scrape_native_histograms ?? false;
    this.#maxBytes = maxBodyBytes(config);
    this.#client = new ScrapeClient({ timeoutMs: timeout, maxBytes: this.#maxBytes, tls: config, baseDirectory });
    this.#headers = new RequestHeaders(config, baseDirectory, timeout);
  }

  /** What a target exposes; valid until its parser reads again. Never throws for what a network or a target may do. */
  async scrape<M>({ url, socketPath, user }: Address, parser: ExpositionParser<M>, signal: AbortSignal): Promise<Scrape<M>> {
    const headers = await this.#headers.of(user).catch((error: Error) => error.message);
    if (typeof headers === 'string') return { ok: false, reason: headers };
    const startedMs = performance.now();
    const answer = await this.#client.get(url, headers, signal, socketPath);
    if (!answer.ok) return answer;
    const seconds = (performance.now() - startedMs) / 1000;
    const facts = { seconds, bytes: answer.body.length };
    const isProtobuf = this.#takesProtobuf && isProtobufExposition(answer.contentType);
    return isProtobuf
      ? this.#readProtobuf(answer.body, parser, facts)
      : readText(answer.body, dialectOf(answer.contentType), parser, facts);
  }

  #readProtobuf<M>(body: Buffer, parser: ExpositionParser<M>, facts: AnswerFacts): Scrape<M> {
    try {
      const { text, ...extras } = readProtobufExposition(body, this.#maxBytes);
      return readText(text, 'openmetrics', parser, facts, extras);
    } catch (error) {
      return { ok: false, reason: `the answer is no exposition in protobuf: ${(error as Error).message}` };
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

function readText<M>(
  body: Buffer,
  dialect: Dialect,
  parser: ExpositionParser<M>,
  answer: AnswerFacts,
  extras?: Pick<ProtobufExposition, 'startOf' | 'histograms'>,
): Scrape<M> {
  const exposition = parser.parse(body, dialect);
  if (!exposition.ok) return { ok: false, reason: `the answer is no exposition: ${expositionErrorText(exposition)}` };
  return { ok: true, exposition, extras, dialect, answer };
}
