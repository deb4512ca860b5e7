import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NetCounters } from '../../../../../src/plugins/inputs/net/net-counters.ts';
import { net } from '../../../../../src/plugins/inputs/net/plugin.ts';
import { ConfigError } from '../../../../../src/config/diagnostics.ts';
import { hostFolders } from '../../../../../src/plugins/shared/host-folders.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../../../support/input.ts';
import { recordedLines } from '../../../../support/recording.ts';

let proc: string;
let sys: string;
let context: TestContext;
let sink: CollectingSink;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'net-'));
  proc = join(folder, 'proc');
  sys = join(folder, 'sys');
  await write(join(proc, 'net/dev'), LINUX_6);
  context = testContext({ nowMs: 1000 });
  sink = new CollectingSink(context.interner);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(join(proc, '..'), { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
}

/** As a pipeline would make it, but with these folders as the machine's own. */
function gather(options: Parameters<typeof net.schema.parse>[0], isForeign = false): Promise<string[]> {
  const input = new NetCounters(net.schema.parse(options), context, { ...hostFolders({}), proc, sys, isForeign });
  return gatherOnce(input, sink).then(() => sink.lines);
}

const HEAD = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

const LINUX_6 = `${HEAD}    lo: 2532523460 1993431    0    0    0     0          0         0 2532523460 1993431    0    0    0     0       0          0
  eth0: 506815854   20426    1    2   30    40          5         6  1367679   13263    7    8    9    10      11         12
  ifb0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
`;

const LOOPBACK_UP = '0x9';
const ETHERNET_UP = '0x1003';
const IFB_DOWN = '0x82';

async function machine(): Promise<void> {
  await write(join(sys, 'class/net/lo/flags'), LOOPBACK_UP);
  await write(join(sys, 'class/net/eth0/flags'), ETHERNET_UP);
  await write(join(sys, 'class/net/eth0/speed'), '10000\n');
  await write(join(sys, 'class/net/ifb0/flags'), IFB_DOWN);
}

const interfaces = (lines: readonly string[]): string[] => lines.map((line) => /interface=([^ ]*)/.exec(line)?.[1] ?? '');

describe('the counters of net', () => {
  it("are Telegraf's, each from its column", async () => {
    await machine();
    expect(await gather({ interfaces: ['eth0', 'lo'] })).toEqual([
      'net,interface=lo bytes_recv=2532523460u,bytes_sent=2532523460u,drop_in=0u,drop_out=0u,err_in=0u,err_out=0u,packets_recv=1993431u,packets_sent=1993431u,speed=-1i 1000000000',
      'net,interface=eth0 bytes_recv=506815854u,bytes_sent=1367679u,drop_in=2u,drop_out=8u,err_in=1u,err_out=7u,packets_recv=20426u,packets_sent=13263u,speed=10000i 1000000000',
    ]);
  });

  it("have the names, tags and kinds of a real Telegraf's lines", async () => {
    await machine();
    const [ours] = await gather({});
    const recorded = recordedLines().find(({ head }) => head.startsWith('net,') && head.includes('interface=eth0'));
    // Telegraf's output writes unsigned integers as integers, as ours does where it is not told otherwise.
    const kinds = (head: string): string[] =>
      head
        .split(' ')[1]
        .replaceAll(/-?\d+[ui]/g, 'i')
        .split(',')
        .sort();
    expect(kinds(ours)).toEqual(kinds(recorded?.head ?? ''));
  });

  it('are read from kernels that put no blank after the name, and of aliases', async () => {
    await write(join(proc, 'net/dev'), `${HEAD}  eth0:1:18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\nnonsense\nshort: 1 2\n`);
    expect(await gather({ interfaces: ['*'] })).toEqual([
      'net,interface=eth0:1 bytes_recv=18446744073709551615u,bytes_sent=9u,drop_in=4u,drop_out=12u,err_in=3u,err_out=11u,packets_recv=2u,packets_sent=10u,speed=-1i 1000000000',
    ]);
  });
});

describe('the interfaces of net', () => {
  it('are those that are up, without the loopback, when none are named', async () => {
    await machine();
    expect(interfaces(await gather({}))).toEqual(['eth0']);
  });

  it('are those that match when some are named, whatever their state', async () => {
    await machine();
    expect(interfaces(await gather({ interfaces: ['l?', 'ifb*'] }))).toEqual(['lo', 'ifb0']);
  });

  it('are all but the loopback where /sys says nothing', async () => {
    expect(interfaces(await gather({}))).toEqual(['eth0', 'ifb0']);
  });

  it("are the host's and not the container's with HOST_PROC", async () => {
    await write(join(proc, '1/net/dev'), LINUX_6.replace('eth0', 'eno1'));
    expect(interfaces(await gather({}, true))).toEqual(['lo', 'eno1', 'ifb0']);
  });

  it('are refused with the place when a pattern can not be read', () => {
    expect(() => createPolled(net, { interfaces: ['eth[0'] }, context)).toThrow(ConfigError);
  });
});

describe('the protocols of net', () => {
  const SNMP = `Ip: Forwarding DefaultTTL InReceives
Ip: 2 64 3548012
IcmpMsg: InType3
IcmpMsg: 2
Tcp: RtoAlgorithm MaxConn ActiveOpens
Tcp: 1 -1 70668
Udp: InDatagrams NoPorts
Udp: 579
`;

  it('come as `interface=all` when they are asked for; a line that does not fit its names is left out', async () => {
    await machine();
    await write(join(proc, 'net/snmp'), SNMP);
    const lines = await gather({ ignore_protocol_stats: false });
    expect(lines.at(-1)).toBe(
      'net,interface=all icmpmsg_intype3=2i,ip_defaultttl=64i,ip_forwarding=2i,ip_inreceives=3548012i,tcp_activeopens=70668i,tcp_maxconn=-1i,tcp_rtoalgorithm=1i 1000000000',
    );
  });

  it('are left out otherwise, as in Telegraf since 1.37', async () => {
    await write(join(proc, 'net/snmp'), SNMP);
    expect(interfaces(await gather({}))).not.toContain('all');
  });
});

describe('the live machine', () => {
  it('counts what it sends to itself', async () => {
    vi.stubEnv('HOST_PROC', '');
    vi.stubEnv('HOST_SYS', '');
    const input = createPolled(net, { interfaces: ['lo'], ignore_protocol_stats: false }, context);
    await gatherOnce(input, sink);
    expect(interfaces(sink.lines)).toEqual(['lo', 'all']);
    expect(sink.lines[0]).toMatch(/bytes_recv=\d+u,bytes_sent=\d+u/);
    expect(sink.lines[1]).toMatch(/tcp_activeopens=\d+i/);
  });
});
