/** A configuration from a web server: `--config https://…`, as Telegraf asks for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from './variables.ts';

/** Waits, for the server to connect and to answer, and for the body. */
const TIMEOUT_MS = 10_000;

/** Between two tries; Telegraf's. */
const RETRY_MS = 10_000;

/** Far above any configuration. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Tries after the first, where nothing else is asked for; Telegraf's. */
const RETRIES = 3;

export interface RemoteOptions {
  readonly env: Environment;
  /** Tries after the first that failed. */
  readonly configUrlRetryAttempts?: number | undefined;
  /** Milliseconds between tries. */
  readonly retryMs?: number;
  /** Told of each try that failed and has another after it. */
  readonly onRetry?: (message: string) => void;
}

export interface RemoteText {
  readonly bytes: Buffer;
  readonly isYaml: boolean;
}

/** Whether a file's name is the address of a web server, or of something else that is no file. */
export function isRemote(name: string): boolean {
  return /^\w+:\/\//.test(name);
}

/** The address as it may be shown: without what may be a password or a token in it. */
export function shownAddress(address: string): string {
  const url = URL.parse(address);
  if (url === null) return address;
  const user = url.username === '' && url.password === '' ? '' : '***@';
  return `${url.protocol}//${user}${url.host}${url.pathname}${url.search === '' ? '' : '?***'}`;
}

/** What the server answers; throws, with words for the user, when that is no configuration even after some tries. */
export async function fetchSource(address: string, options: RemoteOptions): Promise<RemoteText> {
  const { env, configUrlRetryAttempts: retries = RETRIES, retryMs = RETRY_MS, onRetry } = options;
  const url = URL.parse(address);
  if (url === null) throw new Error('is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`scheme "${url.protocol.slice(0, -1)}" is not supported; there are http and https`);
  }
  for (let failed = 0; ; failed += 1) {
    const answer = await ask(url, env);
    if ('bytes' in answer) return answer;
    if (failed >= retries) throw new Error(`failed to fetch it: ${answer.reason}${retries === 0 ? '' : ` (${retries + 1} tries)`}`);
    onRetry?.(`${shownAddress(address)}: ${answer.reason}; try ${failed + 2} of ${retries + 1} in ${retryMs / 1000} s`);
    await sleep(retryMs);
  }
}

async function ask(url: URL, env: Environment): Promise<RemoteText | { readonly reason: string }> {
  const { username, password } = url;
  const address = new URL(url);
  address.username = '';
  address.password = '';
  try {
    const response = await fetch(address, {
      headers: { accept: 'application/toml', ...authorization(env, username, password) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { reason: `${response.status} ${response.statusText}` };
    }
    const isYaml = /\.ya?ml$/i.test(url.pathname) || /\byaml\b/i.test(response.headers.get('content-type') ?? '');
    return { bytes: await readBody(response), isYaml };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** Telegraf's: the token of its controller, else that of InfluxDB; else the user in the address. */
function authorization(env: Environment, username: string, password: string): Record<string, string> {
  const controller = env['TELEGRAF_CONTROLLER_TOKEN'] ?? '';
  if (controller !== '') return { authorization: `Bearer ${controller}` };
  const influx = env['INFLUX_TOKEN'] ?? '';
  if (influx !== '') return { authorization: `Token ${influx}` };
  if (username === '' && password === '') return {};
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
