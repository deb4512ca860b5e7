/**
 * What a server's answer means, by its status alone: nothing is known of the server but that it speaks HTTP (RFC 9110, section 15).
 * Telegraf tries again whatever is not 2xx, for ever: one metric that the server does not like holds up all that follow it.
 */
import { retryAfterMs, serverWords } from '../../shared/http-client.ts';
import type { HttpAnswer } from '../../shared/http-sender.ts';

export type Verdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfterMs: number | undefined }
  /** The server does not take something in it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** All of it is given up, as the options say. */
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'too_large'; readonly reason: string };

const TOO_LARGE = 413;

/**
 * An address, credentials, a method or a header are wrong, or it is too early: nobody looked at the content. Once that is put right,
 * nothing needs to be lost.
 */
const MISDIRECTED = new Set([401, 402, 403, 404, 405, 406, 407, 408, 411, 415, 421, 423, 425, 426, 428, 429, 431, 451]);

/** What an answer means; of no answer, the text that says why. */
export function verdictOf(answer: HttpAnswer | string, nonRetryable: readonly number[], nowMs: number): Verdict {
  if (typeof answer === 'string') return { kind: 'retry', reason: answer, retryAfterMs: undefined };
  const { status, text, header } = answer;
  if (status >= 200 && status < 300) return { kind: 'ok' };
  const reason = serverWords(`${status} ${text}`);
  if (nonRetryable.includes(status)) return { kind: 'reject', reason: `${reason} (in non_retryable_statuscodes)` };
  if (status === TOO_LARGE) return { kind: 'too_large', reason };
  if (status >= 500 || status < 400 || MISDIRECTED.has(status)) {
    return {
      kind: 'retry',
      reason: withAdvice(status, reason, header('location')),
      retryAfterMs: retryAfterMs(header('retry-after'), nowMs),
    };
  }
  return { kind: 'refused', reason };
}

function withAdvice(status: number, reason: string, location: string | undefined): string {
  if (location !== undefined && status < 400) return `${reason} (it points to ${serverWords(location)}: put that in url)`;
  if (status === 401) return `${reason} (check username and password, or headers)`;
  if (status === 404) return `${reason} (check url)`;
  if (status === 405) return `${reason} (check method)`;
  if (status === 406 || status === 415) return `${reason} (check data_format, content_encoding and the header Content-Type)`;
  return reason;
}
