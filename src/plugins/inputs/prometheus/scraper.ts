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
  | { readonly ok: true; readonly exposition: Exposition<M>; readonly dialect: Dialect; readonly answer: AnswerFacts }
  /** What went wrong, on one line. */
  | { readonly ok: false; readonly reason: string };

/** Asks targets and reads what they answer. */
export class Scraper {
  readonly #client: ScrapeClient;
  readonly #headers: RequestHeaders;

  constructor(config: PrometheusConfig, baseDirectory: string, intervalMs: number) {
    const timeout = timeoutMs(config, intervalMs);
    this.#client = new ScrapeClient({ timeoutMs: timeout, maxBytes: maxBodyBytes(config), tls: config, baseDirectory });
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
    const dialect = dialectOf(answer.contentType);
    const exposition = parser.parse(answer.body, dialect);
    if (!exposition.ok) return { ok: false, reason: `the answer is no exposition: ${expositionErrorText(exposition)}` };
    return { ok: true, exposition, dialect, answer: { seconds, bytes: answer.body.length } };
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
