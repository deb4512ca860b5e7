/** What InfluxDB's answers to a write mean. Measured on 1.6.7, read in the sources and pages of 1.8, 2.x and 3 (docs/decisions/0032, 0116). */
import { z } from 'zod';
import { adviceOnForeign400, retryAfterMs, serverWords } from '../http-client.ts';
import type { Answer } from './server.ts';

export type Verdict =
  | { readonly kind: 'ok' }
  | Refusal
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfterMs: number | undefined }
  /** All of it was refused, whatever is in it. */
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'too_large'; readonly reason: string }
  /** The database, retention policy or bucket does not exist. */
  | { readonly kind: 'missing'; readonly reason: string };

/** Some of it can't be stored. 1.x has stored the rest, 2.x sometimes nothing. */
export interface Refusal {
  readonly kind: 'refused';
  /** Status and words, to be shown. */
  readonly reason: string;
  /** All of the server's words. */
  readonly words: string;
  /** How many points the server says it dropped; there may be more. 0 when it does not say. */
  readonly dropped: number;
  /** Lines that InfluxDB 3 names by their number, from 1. */
  readonly lines: readonly { readonly number: number; readonly reason: string }[];
}

const LineError = z.object({ line_number: z.number(), error_message: z.string().default('') });
const ErrorBody = z.object({
  error: z.string().optional(),
  message: z.string().optional(),
  data: z
    .preprocess((data) => (Array.isArray(data) ? data : [data]), z.array(LineError))
    .optional()
    .catch(undefined),
});

/** Words that come with several statuses, 500 among them, and never heal. */
const ABOUT_POINTS = /partial write|beyond retention policy|field type conflict|unable to parse/i;
const MISSING = /database not found|retention policy not found|bucket .*not found/i;

/** Said by InfluxDB Enterprise when the points are safe in its own queue. */
const QUEUED = /hinted handoff queue not empty\W*$/i;

/**
 * What an answer to a write means. It may quote names and values of the points, which may say anything: what they say must not be taken
 * for the server's own words.
 */
export function verdictOf(answer: Answer, nowMs: number): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'ok' };
  if (status === 0) return { kind: 'retry', reason: answer.text, retryAfterMs: undefined };
  const words = errorWords(answer.text);
  const reason = serverWords(`${status} ${words}`);
  if (status >= 500 && QUEUED.test(words)) return { kind: 'ok' };
  if (adviceOnForeign400(status, answer.text) !== undefined) {
    return { kind: 'retry', reason: withAdvice(answer, reason), retryAfterMs: undefined };
  }
  if (ABOUT_POINTS.test(words)) return refusal(words, reason, answer.text);
  if (MISSING.test(words)) return { kind: 'missing', reason };
  if (status === 413) return { kind: 'too_large', reason };
  if (status === 400 || status === 422) return refusal(words, reason, answer.text);
  if (mayHeal(status)) return { kind: 'retry', reason: withAdvice(answer, reason), retryAfterMs: retryAfterMs(answer.retryAfter, nowMs) };
  return { kind: 'reject', reason };
}

/** 3xx, 401, 403, 404 and 405 come from a wrong URL, a proxy, or credentials: once that is put right, nothing needs to be lost. */
function mayHeal(status: number): boolean {
  return status >= 500 || status < 400 || [401, 403, 404, 405, 407, 408, 425, 429].includes(status);
}

function withAdvice(answer: Answer, reason: string): string {
  const advice = answer.status === 403 ? 'this user may not write here' : adviceOn(answer);
  return advice === undefined ? reason : `${reason} (${advice})`;
}

/** What to do about an answer that shows that InfluxDB was not reached, or not by whom it knows; undefined for any other. */
export function adviceOn({ status, text, location }: Answer): string | undefined {
  if (status === 401) return 'check username and password, or token';
  if (status === 407) return 'the proxy asks for credentials: http://user:password@host in http_proxy';
  if (location !== undefined) return `it points to ${serverWords(location)}: put ${serverWords(baseOf(location))} in urls`;
  if (status === 404 || status === 405 || status < 400) return 'check urls: no InfluxDB answers there';
  return adviceOnForeign400(status, text);
}

/** What of a URL belongs in `urls`: what comes after it is the output's to add. */
function baseOf(location: string): string {
  return location.replace(/\/(api\/v\d\/)?write(\?.*)?$/, '');
}

/** The error of a JSON answer: `error` in 1.x and 3, `message` in 2.x; of another answer its text. */
export function errorWords(text: string): string {
  const answer = errorBody(text);
  return answer?.error ?? answer?.message ?? text;
}

function errorBody(text: string): z.output<typeof ErrorBody> | undefined {
  try {
    return ErrorBody.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: a proxy's page or plain words, which are the error then.
    return undefined;
  }
}

function refusal(words: string, reason: string, text: string): Refusal {
  const dropped = Number(/dropped=(\d+)\W*$/.exec(words)?.[1] ?? 0);
  const listed = errorBody(text)?.data ?? [];
  const lines = listed.map(({ line_number: number, error_message: message }) => ({ number, reason: serverWords(`${words}: ${message}`) }));
  return { kind: 'refused', reason, words, dropped, lines };
}
