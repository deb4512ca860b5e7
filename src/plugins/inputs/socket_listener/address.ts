/** Where to listen: `tcp://127.0.0.1:8094`, `udp6://[::1]:8094`, `unix:///run/meters.sock`. */
import { isIP } from 'node:net';
import { listenAddressText, parseListenAddress, type ListenAddress } from '../../../config/listen-address.ts';

export interface NetworkAddress {
  readonly kind: 'tcp' | 'udp';
  /** Where the scheme or the host says it. */
  readonly family: 4 | 6 | undefined;
  readonly address: ListenAddress;
}

export type SocketAddress = NetworkAddress | { readonly kind: 'unix'; readonly path: string };

/** What is in the way of kinds that Telegraf has. */
const NOT_HERE: Readonly<Record<string, string>> = {
  unixgram: 'Node has no datagrams on Unix sockets; use unix:// (a stream), or udp://127.0.0.1:8094',
  unixpacket: 'Node has no packets on Unix sockets; use unix:// (a stream)',
  vsock: 'Node has no sockets between virtual machines; use tcp://',
  ip: 'Node has no raw sockets; use udp://',
};

/** The address; or, as a text, why it is none. */
export function parseSocketAddress(text: string): SocketAddress | string {
  const [, scheme = '', rest = ''] = /^([a-z]+[46]?):\/\/(.*)$/.exec(text.trim()) ?? [];
  const kind = scheme.replace(/[46]$/, '');
  if (Object.hasOwn(NOT_HERE, kind)) return NOT_HERE[kind];
  if (scheme === 'unix') return rest === '' ? 'a Unix socket needs a path: unix:///run/meters.sock' : { kind: 'unix', path: rest };
  const address = kind === 'tcp' || kind === 'udp' ? parseListenAddress(rest) : undefined;
  if (address === undefined) {
    return `"${text}" is no address; write for example tcp://127.0.0.1:8094, udp://127.0.0.1:8094 or unix:///run/meters.sock`;
  }
  const family = familyOf(scheme, address);
  if (isIP(address.host) !== 0 && family !== isIP(address.host)) return `"${text}" says ${scheme} and has another kind of address`;
  return { kind: kind as 'tcp' | 'udp', family, address };
}

function familyOf(scheme: string, { host }: ListenAddress): 4 | 6 | undefined {
  if (scheme.endsWith('4')) return 4;
  if (scheme.endsWith('6')) return 6;
  const version = isIP(host);
  return version === 0 ? undefined : (version as 4 | 6);
}

/** The address as it is written; the family only where the host does not say it. */
export function addressText(address: SocketAddress): string {
  if (address.kind === 'unix') return `unix://${address.path}`;
  const { kind, family = '', address: where } = address;
  return `${kind}${isIP(where.host) === 0 ? family : ''}://${listenAddressText(where)}`;
}
