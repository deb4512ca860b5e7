import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Point } from '../../../../../src/metric/point.ts';
import { ScaphandreOptions } from '../../../../../src/plugins/inputs/scaphandre/config.ts';
import { Shares } from '../../../../../src/plugins/inputs/scaphandre/shares.ts';
import { Troubles } from '../../../../../src/plugins/inputs/scaphandre/troubles.ts';
import { testContext } from '../../../../support/context.ts';
import { toLines } from '../../../../support/points.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-shares-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** As `scaphandre qemu` writes it: no line end, no name, an empty folder beside it. */
async function write(vm: string, content: string): Promise<void> {
  await mkdir(join(folder, vm, 'intel-rapl:0:0'), { recursive: true });
  await mkdir(join(folder, vm, 'intel-rapl:0'), { recursive: true });
  await writeFile(join(folder, vm, 'intel-rapl:0', 'energy_uj'), content);
}

function open(path = folder) {
  const context = testContext();
  const clock = { ms: 0 };
  const config = ScaphandreOptions.parse({ shares: [path] });
  const shares = new Shares(path, config, context, new Troubles(context), () => clock.ms);
  const gather = async (): Promise<string[]> => {
    const points: Point[] = [];
    await shares.gather(points);
    return toLines(context.interner, points).map((line) => line.slice(0, line.lastIndexOf(' ')));
  };
  return { context, clock, gather };
}

describe('the shares of VMs', () => {
  it('are read for all VMs on their host, by name', async () => {
    await write('vm-web', '1000');
    await write('vm-db', '7');
    expect(await open().gather()).toEqual([
      'scaph_share,scale=5,vmname=vm-db energy_microjoules=35,frozen=0,up=1,zero=0',
      'scaph_share,scale=5,vmname=vm-web energy_microjoules=5000,frozen=0,up=1,zero=0',
    ]);
  });

  it('are read in the VM, which does not know its name', async () => {
    await write('vm-web', '1000');
    expect(await open(join(folder, 'vm-web')).gather()).toEqual(['scaph_share,scale=5 energy_microjoules=5000,frozen=0,up=1,zero=0']);
  });

  it('that read 0 are no reading: a host that restarted writes the same counter again later', async () => {
    await write('vm', '0');
    const { context, gather } = open();
    expect(await gather()).toEqual(['scaph_share,scale=5,vmname=vm frozen=0,up=1,zero=1']);
    expect(context.dropped).toEqual(new Map([['zero', 1]]));
    expect(context.logged[0].message).toContain('reads 0');
  });

  it('that nobody has written for too long are frozen, and count again when somebody does, also with the same value', async () => {
    await write('vm', '8');
    const { context, clock, gather } = open();
    await gather();
    clock.ms = 29_999;
    expect((await gather())[0]).toContain('energy_microjoules=40,frozen=0');
    clock.ms = 30_000;
    expect(await gather()).toEqual(['scaph_share,scale=5,vmname=vm frozen=1,up=1,zero=0']);
    await utimes(join(folder, 'vm', 'intel-rapl:0', 'energy_uj'), 5, 5);
    expect((await gather())[0]).toContain('energy_microjoules=40,frozen=0');
    expect(context.dropped).toEqual(new Map([['frozen', 1]]));
  });

  it.each(['', 'abc', '-5', '1e3', '12345678901234567890'])(
    'that hold "%s" are down, and the message says what they hold',
    async (content) => {
      await write('vm', content);
      const { context, gather } = open();
      expect(await gather()).toEqual(['scaph_share,scale=5,vmname=vm frozen=0,up=0,zero=0']);
      expect(context.logged[0].message).toContain(`holds "${content}", which is no counter`);
    },
  );

  it('that are not mounted are an error, told once', async () => {
    const { context, gather } = open(join(folder, 'nowhere'));
    expect([...(await gather()), ...(await gather())]).toEqual([]);
    expect(context.errors()).toBe(2);
    expect(context.logged.map(({ message }) => message)).toEqual([expect.stringMatching(/cannot read the share: ENOENT.*is it mounted/)]);
  });
});
