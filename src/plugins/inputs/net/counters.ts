/** The counters of interfaces and protocols as the kernel shows them: `/proc/net/dev` and `/proc/net/snmp` (proc_pid_net(5)). */
import { Kind } from '../../../metric/kind.ts';
import { safeInteger } from '../../../metric/number-text.ts';
import type { NewField } from '../../shared/make-point.ts';

/** Telegraf's fields and their columns in `/proc/net/dev`, receiving first: bytes, packets, errs, drop, fifo, frame, compressed, multicast. */
const COLUMNS = {
  bytes_recv: 0,
  packets_recv: 1,
  err_in: 2,
  drop_in: 3,
  bytes_sent: 8,
  packets_sent: 9,
  err_out: 10,
  drop_out: 11,
} as const;

const FEWEST_COLUMNS = 12;

/** The counters of each interface by its name, in the kernel's order. */
export function parseInterfaces(dev: string): ReadonlyMap<string, readonly NewField[]> {
  const interfaces = new Map<string, readonly NewField[]>();
  for (const line of dev.split('\n')) {
    // An alias has a colon in its name (`eth0:1`), and old kernels leave no blank after the last.
    const colon = line.lastIndexOf(':');
    const counters = line.slice(colon + 1).match(/\d+/g);
    if (colon === -1 || counters === null || counters.length < FEWEST_COLUMNS) continue;
    const fields = Object.entries(COLUMNS).map(([name, column]) => ({ name, kind: Kind.Uint, value: integer(counters[column]) }));
    interfaces.set(line.slice(0, colon).trim(), fields);
  }
  return interfaces;
}

/** The counters of all protocols, named as Telegraf does: `tcp_activeopens`. Each protocol is a line of names and one of numbers. */
export function parseProtocols(snmp: string): readonly NewField[] {
  const fields: NewField[] = [];
  const names = new Map<string, readonly string[]>();
  for (const line of snmp.split('\n')) {
    const [protocol, ...columns] = line.toLowerCase().trim().split(/\s+/);
    const known = names.get(protocol);
    if (known === undefined) {
      names.set(protocol, columns);
      continue;
    }
    names.delete(protocol);
    if (known.length !== columns.length || !columns.every((text) => /^-?\d+$/.test(text))) continue;
    const prefix = protocol.slice(0, -':'.length);
    fields.push(...columns.map((text, at) => ({ name: `${prefix}_${known[at]}`, kind: Kind.Int, value: integer(text) })));
  }
  return fields;
}

function integer(text: string): number | bigint {
  return safeInteger(BigInt(text));
}
