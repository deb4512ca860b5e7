/** What InfluxDB's answers to a write mean. Measured on 1.6.7, read in the sources of 1.8, 2.x and 3 (docs/decisions/0032). */
import { z } from 'zod';
import { retryAfterMs, serverWords } from '../../shared/http-client.ts';
import type { Answer } from './server.ts';

export type Verdict =
  | { readonly kind: 'ok' }
  /** All but `refused` points are stored. */
  | { readonly kind: 'partial'; readonly refused: number; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'reject'; readonly reason: string }
  /** Not all is stored, but less at a time may be: too large, or one bad line among good ones (2.x takes all or nothing). */
  | { readonly kind: 'split'; readonly reason: string }
  /** The database, retention policy or bucket does not exist. */
  | { readonly kind: 'missing'; readonly reason: string };

const ErrorBody = z.object({ error: z.string().optional(), message: z.string().optional() });

/** Words that come with several statuses, 500 among them, and never heal. */
const PARTIAL = /partial write|points beyond retention policy/i;
const MISSING = /database not found|retention policy not found|bucket .*not found/i;
const UNREADABLE = /unable to parse/i;

/** Without `partial write`: 1.x saw two kinds of one new field in the same request, and wrote none of that shard's points. */
const CONFLICT = /field type conflict/i;

/** Said by InfluxDB Enterprise when the points are safe in its own queue. */
const QUEUED = /hinted handoff queue not empty/i;

/** What an answer to a write of `points` points means. */
export function verdictOf(answer: Answer, version: 1 | 2, points: number, nowMs: number): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'ok' };
  if (status === 0) return { kind: 'retry', reason: answer.text, retryAfterMs: undefined };
  const words = errorWords(answer.text);
  const reason = serverWords(`${status} ${words}`);
  if (QUEUED.test(words)) return { kind: 'ok' };
  if (PARTIAL.test(words)) return { kind: 'partial', refused: Math.min(refusedCount(words, answer.text), points), reason };
  if (MISSING.test(words)) return { kind: 'missing', reason };
  if (status === 413 || CONFLICT.test(words)) return { kind: 'split', reason };
  if (status === 400 || status === 422) return { kind: version === 2 ? 'split' : 'reject', reason };
  if (UNREADABLE.test(words)) return { kind: 'reject', reason };
  if (mayHeal(status)) return { kind: 'retry', reason: withAdvice(status, reason), retryAfterMs: retryAfterMs(answer.retryAfter, nowMs) };
  return { kind: 'reject', reason };
}

/** 3xx, 401, 403 and 404 come from a wrong URL, a proxy, or credentials: once that is put right, nothing needs to be lost. */
function mayHeal(status: number): boolean {
  return status >= 500 || status < 400 || [401, 403, 404, 408, 425, 429].includes(status);
}

function withAdvice(status: number, reason: string): string {
  if (status === 401) return `${reason} (check username and password, or token)`;
  if (status === 403) return `${reason} (this user may not write here)`;
  if (status === 404 || status < 400) return `${reason} (check urls: no InfluxDB answers there)`;
  return reason;
}

/** The error of a JSON answer: `error` in 1.x and 3, `message` in 2.x; of another answer its text. */
export function errorWords(text: string): string {
  try {
    const answer = ErrorBody.safeParse(JSON.parse(text));
    return answer.data?.error ?? answer.data?.message ?? text;
  } catch {
    // Not JSON: a proxy's page or plain words, which are the error then.
    return text;
  }
}

/**
 * How many points a partial write refused. A type conflict or an old point says `dropped=2`; for lines it could not read, 1.x says
 * `dropped=0` and names each; 3 lists them under `data`.
 */
function refusedCount(words: string, text: string): number {
  const dropped = Number(/dropped=(\d+)/.exec(words)?.[1] ?? 0);
  const unreadable = words.match(/unable to parse '/g)?.length ?? 0;
  const listed = text.match(/"line_number"/g)?.length ?? 0;
  return Math.max(dropped, unreadable, listed, 1);
}
