import { BlockList, isIP } from 'node:net';
import { ConfigError } from '../../config/diagnostics.ts';

/** Whether an address, as a socket tells it, is one of those allowed. */
export type NetworkFilter = (address: string | undefined) => boolean;

/** The filter of an option that lists networks (`10.0.0.0/8`) and addresses; all are allowed when it is empty. Throws `ConfigError`. */
export function createNetworkFilter(option: string, networks: readonly string[]): NetworkFilter {
  if (networks.length === 0) return () => true;
  const list = new BlockList();
  networks.forEach((network, at) => addNetwork(list, network, [option, at]));
  return (address = '') => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  };
}

function addNetwork(list: BlockList, network: string, option: readonly [string, number]): void {
  const [, address, prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(network.trim()) ?? [];
  const version = isIP(address ?? '');
  const bits = version === 6 ? 128 : 32;
  if (version === 0 || Number(prefix ?? 0) > bits) {
    throw new ConfigError(`"${network}" is no network; write for example 10.0.0.0/8, 192.168.1.7 or fd00::/8`, option);
  }
  list.addSubnet(address, Number(prefix ?? bits), version === 6 ? 'ipv6' : 'ipv4');
}
