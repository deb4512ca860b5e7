import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { disk } from '../../../../../src/plugins/inputs/disk/plugin.ts';
import { PatientStatfs } from '../../../../../src/plugins/inputs/disk/patient-statfs.ts';
import { usageFields } from '../../../../../src/plugins/inputs/disk/usage.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { FakeMachine } from '../../../../support/fake-machine.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../../../support/input.ts';

let machine: FakeMachine;
let context: TestContext;

beforeEach(async () => {
  machine = await FakeMachine.create();
  context = testContext();
  vi.stubEnv('HOST_PROC', machine.proc);
  vi.stubEnv('HOST_SYS', machine.sys);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await machine.close();
});

/** The series of all points. */
async function gather(options: Parameters<typeof disk.schema.parse>[0] = {}): Promise<string[]> {
  const sink = new CollectingSink(context.interner);
  await gatherOnce(createPolled(disk, options as never, context), sink);
  return sink.lines.map((line) => line.split(' ', 1)[0]);
}

/** Mounts by path, of folders that are there on any machine. */
function mounts(...lines: string[]): Promise<void> {
  return machine.writeProc('1/mountinfo', lines.map((line) => `${line}\n`).join(''));
}

const ROOT = '1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw';
const DEV = '2 1 0:6 / /dev rw - devtmpfs devtmpfs ro';

describe('inputs.disk', () => {
  it('reads everything that is mounted and has a size', async () => {
    await mounts(ROOT, DEV, '3 1 0:21 / /proc rw - proc proc rw', '4 1 0:9 / /nowhere rw - tmpfs tmpfs rw');
    expect(await gather()).toEqual([
      'disk,device=sda1,fstype=ext4,mode=rw,path=/',
      'disk,device=devtmpfs,fstype=devtmpfs,mode=ro,path=/dev',
    ]);
    expect(context.logged.map(({ level, message }) => [level, message])).toEqual([
      ['debug', expect.stringContaining('could not ask /nowhere')],
    ]);
  });

  it('leaves out what the options say, and never triggers an automount', async () => {
    await mounts(ROOT, DEV, '3 1 8:1 /tmp /tmp rw,noexec - ext4 /dev/sda1 rw', '4 1 0:9 / / rw - autofs systemd-1 rw');
    expect(await gather({ ignore_fs: ['devtmpfs'] })).toHaveLength(2);
    expect(await gather({ ignore_mount_opts: ['bind'] })).toHaveLength(2);
    expect(await gather({ ignore_mount_opts: ['noexec', 'ro'] })).toHaveLength(1);
    expect(await gather({ mount_points: ['/dev', '/tmp', '/home'] })).toEqual([
      'disk,device=devtmpfs,fstype=devtmpfs,mode=ro,path=/dev',
      'disk,device=sda1,fstype=ext4,mode=rw,path=/tmp',
    ]);
  });

  it('names devices by their own names', async () => {
    await mounts(
      '1 0 254:0 / / rw - ext4 /dev/root rw',
      '2 1 0:1 / /tmp rw - overlay none rw',
      '3 1 253:0 / /dev rw - xfs /dev/mapper/vg0-home rw',
    );
    await machine.link('dev/block/254:0', '../../devices/pci0000:00/block/vda');
    await machine.write('block/mapper/vg0-home/dm/name', 'vg0-home');
    expect(await gather()).toEqual([
      'disk,device=vda,fstype=ext4,mode=rw,path=/',
      'disk,device=overlay,fstype=overlay,mode=rw,path=/tmp',
      'disk,device=mapper/vg0-home,fstype=xfs,label=vg0-home,mode=rw,path=/dev',
    ]);
  });

  it("reads the host's file systems where a container sees them", async () => {
    vi.stubEnv('HOST_MOUNT_PREFIX', '/dev');
    await mounts(
      ROOT,
      '2 1 0:23 / /shm rw - tmpfs shm rw',
      '3 1 8:2 / /dev/pts rw - ext4 /dev/sda2 rw',
      '4 1 8:2 / /pts rw - ext4 /dev/sda2 rw',
    );
    // /dev/pts has no size; /pts is left out, since /dev/pts is in the list itself.
    expect(await gather()).toEqual(['disk,device=sda1,fstype=ext4,mode=rw,path=/', 'disk,device=shm,fstype=tmpfs,mode=rw,path=/shm']);
  });

  it('agrees with what `stat -f` of this machine says', async () => {
    vi.stubEnv('HOST_PROC', '');
    const sink = new CollectingSink(context.interner);
    const before = statOf('/');
    await gatherOnce(createPolled(disk, { mount_points: ['/'] }, context), sink);
    const after = statOf('/');
    const total = Number(/\btotal=(\d+)u/.exec(sink.lines.at(-1) ?? '')?.[1]);
    const inodes = Number(/inodes_total=(\d+)u/.exec(sink.lines.at(-1) ?? '')?.[1]);
    const free = Number(/\bfree=(\d+)u/.exec(sink.lines.at(-1) ?? '')?.[1]);
    expect({ total, inodes }).toEqual({ total: before.total, inodes: before.inodes });
    expect(free).toBeGreaterThanOrEqual(Math.min(before.free, after.free) - 1e9);
    expect(free).toBeLessThanOrEqual(Math.max(before.free, after.free) + 1e9);
  });
});

function statOf(path: string): { total: number; free: number; inodes: number } {
  const [size, blocks, available, inodes] = execFileSync('stat', ['-f', '-c', '%S %b %a %c', path], { encoding: 'utf8' })
    .split(' ')
    .map(Number);
  return { total: size * blocks, free: size * available, inodes };
}

describe('usageFields', () => {
  const values = (stats: Record<string, bigint>): unknown =>
    Object.fromEntries(usageFields({ type: 0n, bsize: 10n, ...stats } as never).map(({ name, value }) => [name, value]));

  it("counts root's reserve neither as used nor as free", () => {
    expect(values({ blocks: 100n, bfree: 40n, bavail: 20n, files: 8n, ffree: 6n })).toEqual({
      total: 1000,
      used: 600,
      free: 200,
      used_percent: 75,
      inodes_total: 8,
      inodes_free: 6,
      inodes_used: 2,
      inodes_used_percent: 25,
    });
  });

  it('divides by nothing, and takes no more inodes than there are', () => {
    expect(values({ blocks: 1n, bfree: 1n, bavail: 0n, files: 0n, ffree: 0n })).toMatchObject({ used_percent: 0, inodes_used_percent: 0 });
    expect(values({ blocks: 1n, bfree: 1n, bavail: 0n, files: 3n, ffree: 9n })).toMatchObject({ inodes_used: 0, inodes_used_percent: 0 });
  });
});

describe('PatientStatfs', () => {
  const answer = { blocks: 1n } as never;

  it('gives up on what does not answer, asks no more of it until it does, and keeps threads for the others', async () => {
    const dead = new Map<string, PromiseWithResolvers<never>>();
    const ask = (path: string): Promise<never> => {
      if (path === '/alive') return Promise.resolve(answer);
      const never = Promise.withResolvers<never>();
      dead.set(path, never);
      return never.promise;
    };
    const statfs = new PatientStatfs(ask as never, 10);
    await expect(statfs.ask('/a')).rejects.toThrow('it does not answer within 0.01 s');
    await expect(statfs.ask('/a')).rejects.toThrow('it still does not answer');
    await expect(statfs.ask('/alive')).resolves.toBe(answer);
    await expect(statfs.ask('/b')).rejects.toThrow('it does not answer within');
    await expect(statfs.ask('/alive')).rejects.toThrow('too many others do not answer');
    dead.get('/a')?.resolve(answer);
    dead.get('/b')?.reject(new Error('stale file handle'));
    await vi.waitFor(() => expect(statfs.ask('/alive')).resolves.toBe(answer));
  });

  it('throws what asking throws', async () => {
    await expect(new PatientStatfs().ask('/nowhere')).rejects.toThrow('ENOENT');
  });
});
