/**
 * `@{store:key}` in texts. Two stores are built in: `@{env:NAME}`, an environment variable, and `@{file:/path}`, a file's text
 * without the line end that editors put there (systemd credentials, Docker and Kubernetes secrets are such files).
 */
import { readFileSync, statSync } from 'node:fs';
import { readFailure } from './source.ts';
import { nearest } from './suggest.ts';
import type { Environment } from './variables.ts';

const REFERENCE = /@\{(\w+):([^}]*)\}/g;
const STORES = ['env', 'file'];

/** Far above any key or certificate; keeps a wrong path from filling the memory. */
const MAX_SECRET_BYTES = 1024 * 1024;

export interface Resolved {
  readonly text: string;
  /** Whether it held a reference, so that it must not be shown. */
  readonly secret: boolean;
  readonly problems: readonly { readonly message: string; readonly hint?: string }[];
}

/** The text with every reference replaced by its secret; those that can't be had are problems, and left as written. */
export function resolveSecrets(text: string, env: Environment): Resolved {
  const problems: { message: string; hint?: string }[] = [];
  let secret = false;
  const resolved = text.replaceAll(REFERENCE, (reference, store: string, key: string) => {
    secret = true;
    const answer = fetchSecret(store, key, env);
    if ('value' in answer) return answer.value;
    problems.push(answer);
    return reference;
  });
  return { text: resolved, secret, problems };
}

type Answer = { readonly value: string } | { readonly message: string; readonly hint?: string };

function fetchSecret(store: string, key: string, env: Environment): Answer {
  if (store === 'env') {
    const value = Object.hasOwn(env, key) ? env[key] : undefined;
    return value === undefined ? { message: `secret @{env:${key}}: the environment variable ${key} is not set` } : { value };
  }
  if (store === 'file') return readSecretFile(key);
  const meant = nearest(store, STORES);
  const hint = meant === undefined ? 'there are @{env:NAME} and @{file:/path}' : `did you mean "@{${meant}:…}"?`;
  return { message: `there is no secret store "${store}"`, hint };
}

function readSecretFile(path: string): Answer {
  try {
    if (statSync(path).size > MAX_SECRET_BYTES) return { message: `secret @{file:${path}}: larger than ${MAX_SECRET_BYTES} bytes` };
    return { value: readFileSync(path, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    return { message: `secret @{file:${path}}: ${readFailure(error)}` };
  }
}
