/**
 * What a receiver's answer means, by its status and its words. Measured on Prometheus 2.42 and VictoriaMetrics 1.79, read in the sources
 * of Prometheus 2.43 to 3.9, Mimir, Cortex and Thanos (docs/delivery.md has the table).
 */
import { adviceOnForeign400, retryAfterMs, serverWords } from '../../shared/http-client.ts';

/** The versions of the protocol, as their numbers. */
export type Version = 1 | 2;

export interface Response {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
  /** Of a redirect. */
  readonly location: string | undefined;
  /** `X-Prometheus-Remote-Write-Samples-Written` and `…-Histograms-Written`, which receivers of 2.0 must answer; undefined without them. */
  readonly written: number | undefined;
  /** `X-Prometheus-Remote-Write-Exemplars-Written`, likewise. */
  readonly writtenExemplars: number | undefined;
}

/** Something in the request can't be stored. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: string;
  /** All that the server said, line breaks included: some name each series. */
  readonly words: string;
  /** Samples of it that are stored all the same; undefined: none is known to be. */
  readonly written: number | undefined;
  /** Exemplars of it that are stored; undefined: none is known to be. */
  readonly writtenExemplars: number | undefined;
  /** Whether samples of it are stored all the same. */
  readonly isPartial: boolean;
}

export interface Retry {
  readonly kind: 'retry';
  readonly reason: string;
  readonly retryAfterMs: number | undefined;
}

export type Answer =
  | { readonly kind: 'ok' }
  | Retry
  | Refusal
  /** More than the server takes in one request. */
  | { readonly kind: 'too_large'; readonly reason: string }
  /** The receiver doesn't speak this version; nothing was taken. */
  | { readonly kind: 'unsupported'; readonly reason: string };

/**
 * 5xx that stay the same however often one asks: before Prometheus 2.50 a sample older than the out-of-order window ("too old
 * sample"), before 2.55 a label given twice ("label name … is not unique: invalid sample"), and a native histogram where it stores none.
 */
const NEVER_HEALS = /too old sample|is not unique|invalid sample|native histograms are disabled/i;

/** 400 and 422 are about what is in the request; Thanos says 409 of samples out of order and of those it has. */
const ABOUT_CONTENT = new Set([400, 409, 422]);

/** 400 of servers that mean 413: Cortex, VictoriaMetrics. */
const TOO_LARGE = /message larger than max|too big data size|request body too large/i;

/** These store what they can of a request and refuse it for the rest: Mimir and Cortex name their errors, Thanos has a status of its own. */
const STORES_PARTS = /err-(?:mimir|cortex)-/;

/** Nobody looked at the samples: an address, credentials or a method are wrong. Once that is put right, nothing needs to be lost. */
const MISDIRECTED = new Set([401, 403, 404, 405, 407, 408, 415, 425, 429]);

const NO_RECEIVER = 'check url; Prometheus takes remote write only with --web.enable-remote-write-receiver';

const ADVICE: Readonly<Record<number, string>> = {
  401: 'check username and password, or bearer_token',
  403: 'these credentials may not write here',
  404: NO_RECEIVER,
  405: NO_RECEIVER,
  407: 'the proxy asks for credentials: http://user:password@host in http_proxy',
};

/** What an answer to a request in this version means. */
export function answerOf(response: Response, version: Version, nowMs: number): Answer {
  const { status, text, written } = response;
  if (status >= 200 && status < 300) {
    // A receiver of 1.0 finds no field that it knows in a request 2.0, and thanks for nothing.
    return version === 2 && written === undefined
      ? { kind: 'unsupported', reason: `${status} to remote write 2.0, and nothing stored` }
      : { kind: 'ok' };
  }
  const reason = serverWords(`${status} ${text}`);
  if (status === 413 || (status === 400 && TOO_LARGE.test(text))) return { kind: 'too_large', reason };
  if (status === 415) return { kind: 'unsupported', reason };
  const foreign = adviceOnForeign400(status, text);
  if (foreign !== undefined) return { kind: 'retry', reason: `${reason} (${foreign})`, retryAfterMs: undefined };
  if (ABOUT_CONTENT.has(status) || (status >= 500 && NEVER_HEALS.test(text))) return refusal(response, reason);
  if (status >= 500 || status < 400 || MISDIRECTED.has(status)) {
    return { kind: 'retry', reason: withAdvice(response, reason), retryAfterMs: retryAfterMs(response.retryAfter, nowMs) };
  }
  return refusal(response, reason);
}

function refusal({ status, text, written, writtenExemplars }: Response, reason: string): Refusal {
  const isPartial = (written ?? 0) > 0 || status === 409 || STORES_PARTS.test(text);
  return { kind: 'refused', reason, words: text, written, writtenExemplars, isPartial };
}

function withAdvice({ status, location }: Response, reason: string): string {
  const advice = status < 400 ? `check url: it leads on to ${location ?? 'nowhere'}` : ADVICE[status];
  return advice === undefined ? reason : `${reason} (${advice})`;
}
