import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Where a server listens. */
export interface ListenAddress {
  /** Empty: on every interface. */
  readonly host: string;
  readonly port: number;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Reads `127.0.0.1:8186`, `[::1]:8186`, `name:8186`, `tcp://…` or, as in Go, `:8186` for every interface. Undefined when it is none of these. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:tcp[46]?:\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]*)):(\d{1,5})$/.exec(text.trim());
  if (match === null) return undefined;
  const [, ipv6, host = '', digits] = match;
  const port = Number(digits);
  if (port > 65_535 || (ipv6 !== undefined && isIP(ipv6) !== 6)) return undefined;
  return { host: ipv6 ?? host, port };
}

/** The address as text, to be shown or put into a URL. */
export function listenAddressText({ host, port }: ListenAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The host to hand to `listen`: for every interface, `::` takes IPv4 as well, but not on a machine without IPv6. */
export function bindHost({ host }: ListenAddress): string {
  if (host !== '') return host;
  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === 'IPv6'));
  return hasIpv6 ? '::' : '0.0.0.0';
}

/** Whether only this machine can reach it. A name other than `localhost` may be anything, so it counts as reachable. */
export function isLoopback({ host }: ListenAddress): boolean {
  const version = isIP(host);
  if (version === 0) return host === 'localhost';
  return loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
