/**
 * The proxy that the environment names, as Go's programs read it, Telegraf among them (golang.org/x/net/http/httpproxy): NO_PROXY has hosts
 * with all below them (`lab.fr`), only what is below (`.lab.fr`, `*.lab.fr`), addresses and networks (`10.0.0.0/8`), each with a port if it
 * is for that alone, or `*`. Nothing goes to this machine itself through a proxy. No library known reads it so: most take `lab.fr` for one
 * host, and none knows networks.
 */
import { BlockList, isIP } from 'node:net';
import { ConfigError } from '../../config/diagnostics.ts';
import { parseServerUrl } from './http-client.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The URL of the proxy for a server's URL; empty where it is to be asked directly. Throws a `ConfigError` about `option` where the
 * environment names none that can be used.
 */
export function systemProxy(serverUrl: string, option: readonly (string | number)[], env: Environment = process.env): string {
  const url = new URL(serverUrl);
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const named = valueOf(env, name);
  if (named === '' || isDirect(url, valueOf(env, 'NO_PROXY'))) return '';
  const proxy = named.includes('://') ? named : `http://${named}`;
  if (parseServerUrl(proxy) !== undefined) return proxy;
  throw new ConfigError(`${name} in the environment is no http or https URL; unset it, or name this server in NO_PROXY`, option);
}

function valueOf(env: Environment, name: string): string {
  return env[name] || env[name.toLowerCase()] || '';
}

function isDirect(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (host === 'localhost' || isIn(host, '127.0.0.0', 8) || host === '::1') return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy.split(',').some((entry) => matches(entry.trim().toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [network, bits] = entry.split('/', 2);
  if (bits !== undefined) return isIn(host, network, Number(bits));
  if (isIP(entry) !== 0) return entry === host;
  const { name, ownPort } = /^\[?(?<name>.+?)\]?(?::(?<ownPort>\d+))?$/.exec(entry)?.groups ?? {};
  if (name === undefined || (ownPort !== undefined && ownPort !== port)) return false;
  if (isIP(name) !== 0) return name === host;
  const below = name.replace(/^\*?(?=\.)/, '');
  return below.startsWith('.') ? host.endsWith(below) : host === below || host.endsWith(`.${below}`);
}

/** Whether a host is an address of a network. */
function isIn(host: string, network: string, bits: number): boolean {
  const family = isIP(host);
  if (family === 0 || family !== isIP(network) || !(bits >= 0 && bits <= (family === 4 ? 32 : 128))) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, bits, type);
  return list.check(host, type);
}
