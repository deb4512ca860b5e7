/** Who may write: credentials in every way in which InfluxDB's clients send them. */
import type { IncomingHttpHeaders } from 'node:http';
import { ConfigError } from '../../../config/diagnostics.ts';
import type { Secret } from '../../../config/secret.ts';
import type { Refusal } from '../listener/answer.ts';
import { isSame } from '../listener/basic-auth.ts';
import { checkJwt, type JwtRules } from './jwt.ts';

export interface AuthConfig {
  readonly basic_username?: string;
  readonly basic_password?: Secret;
  readonly token: Secret;
  readonly token_shared_secret?: Secret;
  readonly token_username?: string;
}

/** Undefined when the request may go on. */
export type Authenticate = (headers: IncomingHttpHeaders, query: URLSearchParams) => Refusal | undefined;

interface Accepted {
  readonly basic: { readonly username: string; readonly password: string } | undefined;
  readonly token: string | undefined;
  readonly jwt: JwtRules | undefined;
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  readonly jwt?: string;
}

/**
 * The check that the options ask for; undefined when they ask for none. `nowMs` is asked for tokens that expire. Throws
 * `ConfigError` when the options contradict each other.
 */
export function createAuthenticate(config: AuthConfig, nowMs: () => number): Authenticate | undefined {
  const accepted = acceptedBy(config);
  if (accepted.basic === undefined && accepted.token === undefined && accepted.jwt === undefined) return undefined;
  return (headers, query) => {
    const credentials = credentialsOf(headers, query);
    if (credentials === undefined) return unauthorized('unable to parse authentication credentials');
    return check(accepted, credentials, nowMs());
  };
}

function acceptedBy(config: AuthConfig): Accepted {
  const { basic_username: user = '', token_username: tokenUser = '' } = config;
  const password = config.basic_password?.reveal() ?? '';
  const token = config.token.reveal();
  const sharedSecret = config.token_shared_secret?.reveal() ?? '';
  if ((user === '') !== (password === '')) {
    throw new ConfigError('basic authentication needs both basic_username and basic_password');
  }
  if (tokenUser !== '' && sharedSecret === '') {
    throw new ConfigError('token_username means nothing without token_shared_secret', ['token_username']);
  }
  // Telegraf's own rule: a user that both know and that one of them locks out would still get in by the other.
  if (password !== '' && sharedSecret !== '') {
    throw new ConfigError('cannot use basic-auth and tokens at the same time', ['token_shared_secret']);
  }
  return {
    basic: password === '' ? undefined : { username: user, password },
    token: token === '' ? undefined : token,
    jwt: sharedSecret === '' ? undefined : { secret: sharedSecret, username: tokenUser },
  };
}

function check({ basic, token, jwt }: Accepted, given: Credentials, nowMs: number): Refusal | undefined {
  if (basic !== undefined && given.username !== undefined) {
    // Both are compared whatever the first says: the time taken tells nothing.
    const [name, word] = [isSame(given.username, basic.username), isSame(given.password ?? '', basic.password)];
    if (name && word) return undefined;
  }
  if (token !== undefined && given.token !== undefined && isSame(given.token, token)) return undefined;
  if (jwt === undefined || given.jwt === undefined) return unauthorized('authorization failed');
  const problem = checkJwt(given.jwt, jwt, nowMs);
  return problem === undefined ? undefined : unauthorized(problem);
}

/**
 * `Authorization: Basic`, `Token user:password` (1.8), `Token token` (2.x), `Bearer token`; the parameters `u` and `p` (1.x); and
 * `Authentication: Bearer`, the header in which Telegraf's listener looks for a JWT. Undefined when there is nothing of these.
 */
function credentialsOf(headers: IncomingHttpHeaders, query: URLSearchParams): Credentials | undefined {
  const [scheme, value] = splitScheme(headers.authorization);
  const oddHeader = headers['authentication'];
  const [oddScheme, oddValue] = splitScheme(typeof oddHeader === 'string' ? oddHeader : undefined);
  if (scheme === 'basic') return namePair(Buffer.from(value, 'base64').toString('utf8'));
  if (scheme === 'token') return { ...namePair(value), token: value };
  if (scheme === 'bearer') return { token: value, jwt: value };
  if (oddScheme === 'bearer') return { jwt: oddValue };
  const username = query.get('u');
  return username === null ? undefined : { username, password: query.get('p') ?? '' };
}

function splitScheme(header = ''): [scheme: string, value: string] {
  const blank = header.indexOf(' ');
  if (blank === -1) return ['', ''];
  return [header.slice(0, blank).toLowerCase(), header.slice(blank + 1).trim()];
}

function namePair(text: string): Credentials {
  const colon = text.indexOf(':');
  return colon === -1 ? {} : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** As InfluxDB and Telegraf answer. */
function unauthorized(message: string): Refusal {
  return { status: 401, message, headers: { 'WWW-Authenticate': 'Basic realm="influxdb"' } };
}
