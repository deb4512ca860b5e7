import { isIPv4, isIPv6 } from 'node:net';

export interface Address {
  /** Undefined: all of this machine's addresses. */
  readonly host: string | undefined;
  readonly port: number;
}

const ADDRESS = /^(?:tcp[46]?:\/\/)?(?:\[([^\]]*)\]|([^:[\]/]*)):(\d{1,5})$/;

/** Reads `127.0.0.1:8186`, `[::1]:8186`, `:8186` or `tcp://…`; undefined when it is none of these. */
export function parseAddress(text: string): Address | undefined {
  const match = ADDRESS.exec(text.trim());
  if (match === null) return undefined;
  const [, bracketed, plain, digits] = match;
  const port = Number(digits);
  if (port > 65_535 || (bracketed !== undefined && bracketed !== '' && !isIPv6(bracketed))) return undefined;
  const host = bracketed ?? plain;
  return { host: host === '' || host === undefined ? undefined : host, port };
}

/** Whether only programs on this machine can reach it. */
export function isLoopback({ host }: Address): boolean {
  if (host === undefined) return false;
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** As users write it: `127.0.0.1:8186`, `[::1]:8186`, `:8186`. */
export function addressText({ host, port }: Address): string {
  if (host === undefined) return `:${port}`;
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
