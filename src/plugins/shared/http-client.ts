/** What outputs that speak HTTP share: who they say they are, and how they read what a server answers. */
import type { Secret } from '../../config/secret.ts';

/** The version is that of package.json; a test compares them. */
export const USER_AGENT = 'Wattbridge/0.1.0';

/** Servers that ask for more patience than this are asked again all the same: Telegraf's bound. */
const MAX_RETRY_AFTER_MS = 600_000;

/** The milliseconds of a Retry-After header, seconds (some send fractions) or an HTTP date; undefined without one, or when it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** The Authorization header of a user and a password. */
export function basicAuthorization(username: string, password: Secret): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`;
}

/**
 * Runs a request with a signal that ends it when the program stops, or when it takes too long (0: never).
 *
 * `AbortSignal.timeout` would be shorter, but it keeps what listens to it, and so the request's body, until its time is over,
 * however soon the answer came: under load 400 MB of bodies sent long ago.
 */
export async function withinTime<T>(stop: AbortSignal, timeoutMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const request = new AbortController();
  const onStop = (): void => request.abort(stop.reason);
  const onTimeout = (): void => request.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError'));
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop);
  const timer = timeoutMs === 0 ? undefined : setTimeout(onTimeout, timeoutMs);
  try {
    return await run(request.signal);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  }
}

/** Whether a redirect may take credentials along: to the host that they are for, whatever its port, and never out of an encrypted connection. */
export function mayKnowCredentials(to: string, from: string): boolean {
  const [target, home] = [new URL(to), new URL(from)];
  return target.hostname === home.hostname && (target.protocol === 'https:' || home.protocol === 'http:');
}

/**
 * What to do about a 400 of which no server of metrics has said a word about the points: one that expects TLS (Go's, nginx's and
 * Apache's words), or a proxy with a page of its own. Undefined for any other answer.
 */
export function adviceOnForeign400(status: number, text: string): string | undefined {
  if (status !== 400) return undefined;
  if (/HTTP request (?:to an|was sent to) HTTPS|speaking plain HTTP to an SSL/i.test(text)) return 'the URL must begin with https://';
  return /^\s*<(?:!doctype html|html)\b/i.test(text) ? 'a page of a proxy, not of the server: check the URL' : undefined;
}

/** What a failed request is about, on one line: system errors hide their reason in `cause` or in a list. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  if (error instanceof AggregateError && error.errors.length > 0) return failureText(error.errors[0]);
  if (/wrong version number/.test(error.message)) return 'the server does not speak TLS on this port: should the URL begin with http://?';
  if (error.message === '' && error.cause !== undefined) return failureText(error.cause);
  return error.message;
}

/** The same of a request that goes through a proxy, if its URL is not empty: what failed may be the way to that one. */
export function failureThrough(proxy: string, error: unknown): string {
  const host = URL.parse(proxy)?.host;
  return host === undefined ? failureText(error) : `${failureText(error)} (through the proxy ${host})`;
}

/** A server's words on one line and not too long, to be logged. */
export function serverWords(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

export interface ServerUrl {
  /** Scheme, host, port, path; no user, no slash at the end. */
  readonly base: string;
  readonly username: string;
  readonly password: string;
}

/** A server's URL (http or https) with the user taken out of it, as Go's HTTP client does. Undefined when it is none. */
export function parseServerUrl(text: string): ServerUrl | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const username = decodePercents(url.username);
  const password = decodePercents(url.password);
  url.username = '';
  url.password = '';
  return { base: url.href.replace(/\/$/, ''), username, password };
}

/** A part of a URL as it was meant; with a lone percent sign, which means nothing there, as it stands. */
export function decodePercents(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
