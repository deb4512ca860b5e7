/** Where a target is: what `urls` and the files of `file_sd` say of it. */
import { decodePercents } from '../../shared/http-client.ts';
import type { UrlUser } from './request-headers.ts';

export interface Address {
  /** To be asked for; without a user. */
  readonly url: string;
  /** The file of a Unix socket that the request goes through, if it does. */
  readonly socketPath: string | undefined;
  readonly user: UrlUser;
  /** As metrics and logs name it: the URL as it was written, path added, user taken out. */
  readonly shown: string;
  /** Host and port, as Prometheus' label `instance` has them; the file of a socket. */
  readonly instance: string;
}

const NOBODY: UrlUser = { username: '', password: '' };

/** What a URL of `urls` means; undefined when it is none that can be scraped. */
export function parseAddress(text: string): Address | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  if (url.protocol === 'unix:') return socketAddress(url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const user = { username: decodePercents(url.username), password: decodePercents(url.password) };
  url.username = '';
  url.password = '';
  if (url.pathname === '/' && !/^\w+:\/\/[^/?#]*\//.test(text)) url.pathname = '/metrics';
  const port = url.port === '' ? defaultPort(url.protocol) : url.port;
  return { url: url.href, socketPath: undefined, user, shown: url.href, instance: `${url.hostname}:${port}` };
}

/** `unix:///run/exporter.sock?path=/metrics`. */
function socketAddress(url: URL): Address | undefined {
  const socketPath = decodePercents(url.pathname);
  if (socketPath === '') return undefined;
  const asked = URL.parse(url.searchParams.get('path') ?? '/metrics', 'http://localhost');
  if (asked === null) return undefined;
  return { url: asked.href, socketPath, user: NOBODY, shown: url.href, instance: socketPath };
}

function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}
