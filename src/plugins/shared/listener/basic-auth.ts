/** Basic authentication at a listener. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ConfigError } from '../../../config/diagnostics.ts';
import type { Secret } from '../../../config/secret.ts';
import type { Refusal } from './answer.ts';

/** Compares digests: they have one length, so neither content nor length of the secret shows in the time it takes. */
export function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Undefined when the request may go on. */
export type CheckAccess = (headers: IncomingHttpHeaders) => Refusal | undefined;

/**
 * The check that the options `basic_username` and `basic_password` ask for; undefined when they ask for none. Throws `ConfigError` for one
 * without the other.
 */
export function createBasicAuth(username: string, password: Secret): CheckAccess | undefined {
  const word = password.reveal();
  if (username === '' && word === '') return undefined;
  if (username === '' || word === '') throw new ConfigError('basic authentication needs both basic_username and basic_password');
  return ({ authorization = '' }) => {
    const given = Buffer.from(/^basic +(.*)$/i.exec(authorization)?.[1] ?? '', 'base64').toString('utf8');
    if (isSame(given, `${username}:${word}`)) return undefined;
    return { status: 401, message: 'a user and a password are needed', headers: { 'WWW-Authenticate': 'Basic realm="wattbridge"' } };
  };
}
