import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deviceFile, nameByTemplate } from '../../../../../src/plugins/inputs/diskio/device-names.ts';
import { parseDiskstats, rateFields } from '../../../../../src/plugins/inputs/diskio/diskstats.ts';
import { diskio } from '../../../../../src/plugins/inputs/diskio/plugin.ts';
import { testContext } from '../../../../support/context.ts';
import { FakeMachine } from '../../../../support/fake-machine.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../../../support/input.ts';

const line = (...numbers: number[]): string => `   8       0 sda ${numbers.join(' ')}\n`;

function counters(...numbers: number[]): NonNullable<ReturnType<ReturnType<typeof parseDiskstats>['get']>> {
  const found = parseDiskstats(line(...numbers)).get('sda');
  if (found === undefined) throw new Error('no counters');
  return found;
}

describe('parseDiskstats', () => {
  it('leaves out what is short, no number, or has never done anything', () => {
    const text =
      '8 0 a 1 2 3 4 5 6 7 8 9 10\n8 0 b 1 2 3 4 5 6 7 8 9 10 x\n8 0 c 0 0 0 0 0 0 0 0 0 0 0 5\n8 0 d 1 2 3 4 5 6 7 8 9 10 11 12 13\n\n';
    expect([...parseDiskstats(text).keys()]).toEqual(['d']);
  });
});

describe('rateFields', () => {
  const before = counters(100, 0, 0, 1000, 50, 0, 0, 500, 0, 2000, 0);
  const rates = (now: typeof before, passedMs = 1000): unknown =>
    Object.fromEntries(rateFields(before, now, passedMs).map(({ name, value }) => [name, value]));

  it('says how long requests took and how busy the device was', () => {
    expect(rates(counters(120, 0, 0, 1060, 60, 0, 0, 540, 0, 2300, 0))).toEqual({
      io_await: 100 / 30,
      io_svctm: 10,
      io_util: 30,
    });
  });

  it('says nothing of requests where there were none', () => {
    expect(rates(before)).toEqual({ io_util: 0 });
  });

  it('says nothing after a counter started again, nor in no time', () => {
    expect(rates(counters(99, 0, 0, 1060, 60, 0, 0, 540, 0, 2300, 0))).toEqual({});
    expect(rates(before, 0)).toEqual({});
  });
});

describe('nameByTemplate', () => {
  const properties = new Map([
    ['DM_VG_NAME', 'vg0'],
    ['DM_LV_NAME', 'home$ID'],
  ]);

  it.each([
    [['$DM_VG_NAME/${DM_LV_NAME}'], 'vg0/home$ID'],
    [['$NOT', '${DM_VG_NAME}x'], 'vg0x'],
    [['$DM_VG_NAMEx'], undefined],
    [['disk'], 'disk'],
    [[], undefined],
  ])('%j: %j', (templates, name) => {
    expect(nameByTemplate(templates, properties)).toBe(name);
  });
});

it('finds the file of an NVMe disk with several paths', () => {
  expect(['nvme0c1n1', 'nvme10c2n3p1', 'nvme0n1', 'sda'].map(deviceFile)).toEqual(['nvme0n1', 'nvme10n3p1', 'nvme0n1', 'sda']);
});

describe('inputs.diskio', () => {
  let machine: FakeMachine;

  beforeEach(async () => {
    machine = await FakeMachine.create();
    vi.stubEnv('HOST_PROC', machine.proc);
    vi.stubEnv('HOST_SYS', machine.sys);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await machine.close();
  });

  it('compares two readings, and begins afresh with a device that was away', async () => {
    const context = testContext();
    const sink = new CollectingSink(context.interner);
    const input = createPolled(diskio, {}, context);
    for (const [index, text] of [
      line(1, 0, 8, 10, 1, 0, 0, 10, 0, 100, 5),
      line(3, 0, 8, 20, 1, 0, 0, 10, 0, 600, 5),
      '',
      line(4, 0, 8, 20, 1, 0, 0, 10, 0, 600, 5),
    ].entries()) {
      context.clock.ms = 1_760_000_000_000 + index * 1000;
      await machine.writeProc('diskstats', text);
      await gatherOnce(input, sink);
    }
    expect(sink.lines.map((text) => /io_\w+=[\d.]+(?!\d*u)/g.exec(text)?.[0])).toEqual([undefined, 'io_await=5', undefined]);
    expect(sink.lines[1]).toContain('io_await=5,io_svctm=250,io_time=600u,io_util=50');
  });

  it('tells once of a device that udev does not know', async () => {
    const context = testContext();
    const input = createPolled(diskio, { device_tags: ['ID_MODEL'] }, context);
    await machine.writeProc('diskstats', line(1, 0, 8, 10, 1, 0, 0, 10, 0, 100, 5).replace('sda', 'no-such-disk'));
    for (let round = 0; round < 2; round++) await gatherOnce(input, new CollectingSink(context.interner));
    expect(context.logged.map(({ message }) => message)).toEqual([expect.stringMatching(/^udev does not know no-such-disk: ENOENT/)]);
  });
});
