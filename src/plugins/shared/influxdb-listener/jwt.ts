/** JSON Web Tokens (RFC 7519) signed with a shared secret, as InfluxDB 1.x and Telegraf's listener take them. */
import { createHmac, timingSafeEqual } from 'node:crypto';

const HASHES: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

export interface JwtRules {
  readonly secret: string;
  /** Who the token must be for; empty: anyone. */
  readonly username: string;
}

/** What is wrong with a token, in Telegraf's words; undefined when it is good at that moment. */
export function checkJwt(token: string, rules: JwtRules, nowMs: number): string | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return 'invalid token: token contains an invalid number of segments';
  const [header, payload, signature] = parts;
  const algorithm = readJson(header)?.['alg'];
  const hash = typeof algorithm === 'string' && Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (hash === undefined) return 'invalid token: signing method is not HS256, HS384 or HS512';
  const expected = createHmac(hash, rules.secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'invalid token: signature is invalid';
  return checkClaims(readJson(payload) ?? {}, rules, nowMs);
}

function checkClaims(claims: Readonly<Record<string, unknown>>, rules: JwtRules, nowMs: number): string | undefined {
  const { exp, nbf, username } = claims;
  if (typeof exp !== 'number') return 'token expiration required';
  if (nowMs >= exp * 1000) return 'token expired';
  if (nbf !== undefined && (typeof nbf !== 'number' || nowMs < nbf * 1000)) return 'invalid token: token is not valid yet';
  if (typeof username !== 'string') return 'token must contain a string username';
  return rules.username === '' || username === rules.username ? undefined : 'authorization failed';
}

function readJson(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Anybody can send anything here; what is no JSON has no claims.
    return undefined;
  }
}
