import { readFile, readlink, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { HostFolders } from '../../shared/host-folders.ts';
import type { Reading } from '../../shared/machine-reader.ts';
import type { TagPairs } from '../../shared/tag-setter.ts';
import { readUdev } from '../../shared/udev.ts';
import type { DiskConfig } from './config.ts';
import { parseMountinfo, type Mount } from './mountinfo.ts';
import { PatientStatfs } from './patient-statfs.ts';
import { usageFields } from './usage.ts';

/** Looking at such a mount point would mount what belongs there. */
const AUTOMOUNT = 'autofs';

/** Reads how full what is mounted is; see `plugin.ts`. */
export class DiskUsage {
  readonly #config: DiskConfig;
  readonly #context: PluginContext;
  readonly #folders: HostFolders;
  readonly #statfs = new PatientStatfs();

  constructor(config: DiskConfig, context: PluginContext, folders: HostFolders) {
    this.#config = config;
    this.#context = context;
    this.#folders = folders;
  }

  async read(): Promise<Reading[]> {
    const mounts = parseMountinfo(await readMountinfo(this.#folders.proc));
    const paths = new Set(mounts.map(({ path }) => path));
    const readings: Reading[] = [];
    // One after the other: each may hold a thread.
    for (const mount of mounts.filter((candidate) => this.#isWanted(candidate))) readings.push(...(await this.#readMount(mount, paths)));
    return readings;
  }

  #isWanted({ path, type, options }: Mount): boolean {
    const { mount_points: mountPoints, ignore_fs: ignoredTypes, ignore_mount_opts: ignoredOptions } = this.#config;
    if (type === AUTOMOUNT || ignoredTypes.includes(type)) return false;
    if (mountPoints.length > 0 && !mountPoints.includes(path)) return false;
    return !options.some((option) => ignoredOptions.includes(option));
  }

  /** None for what has no size (`proc`), and for what can't be asked: another user's, or a server's that does not answer. */
  async #readMount(mount: Mount, paths: ReadonlySet<string>): Promise<Reading[]> {
    const { mountPrefix } = this.#folders;
    const isSeenFromOutside = mountPrefix !== '' && !mount.path.startsWith(mountPrefix);
    const path = isSeenFromOutside ? join(mountPrefix, mount.path) : mount.path;
    // The container's own view of that path is in the list itself.
    if (isSeenFromOutside && paths.has(path)) return [];
    try {
      const usage = await this.#statfs.ask(path);
      if (usage.blocks === 0n) return [];
      return [{ measurement: 'disk', type: 'gauge', tags: await this.#tags(mount), fields: usageFields(usage) }];
    } catch (error) {
      this.#tellOf(path, error as NodeJS.ErrnoException);
      return [];
    }
  }

  /** Mount points that may not be looked at are usual; a server that does not answer is not. */
  #tellOf(path: string, { code, message }: NodeJS.ErrnoException): void {
    if (code !== undefined) {
      this.#context.log.debug(`could not ask ${path}: ${message}`);
      return;
    }
    this.#context.error();
    this.#context.log.error(`could not ask ${path}: ${message}`);
  }

  async #tags(mount: Mount): Promise<TagPairs> {
    const { mountPrefix } = this.#folders;
    const named = await this.#deviceOf(mount);
    const device = named === 'none' || named === '' ? mount.type : named;
    const path = mount.path.startsWith(mountPrefix) ? mount.path.slice(mountPrefix.length) : mount.path;
    return [
      ['path', join('/', path)],
      ['device', device.replaceAll('/dev/', '')],
      ['fstype', mount.type],
      ['mode', modeOf(mount)],
      ['label', await this.#labelOf(device.replace(/^\/dev\//, ''))],
    ];
  }

  /** The device by its own name, where it is mounted by another: of the device mapper, or the kernel's for what it booted from. */
  async #deviceOf({ device, deviceId }: Mount): Promise<string> {
    const { dev, sys } = this.#folders;
    if (device.startsWith('/dev/mapper/')) return realpath(join(dev, device.slice('/dev/'.length))).catch(() => device);
    if (device !== '/dev/root') return device;
    return readlink(join(sys, 'dev/block', deviceId)).then(
      (link) => `/dev/${basename(link)}`,
      () => device,
    );
  }

  /** The name of the logical volume, or the file system's label; empty where there is neither. */
  async #labelOf(device: string): Promise<string> {
    const volume = await readFile(join(this.#folders.sys, 'block', device, 'dm/name'), 'utf8').catch(() => '');
    if (volume !== '') return volume.trim();
    const udev = await readUdev(this.#folders, device).catch(() => undefined);
    return udev?.properties.get('ID_FS_LABEL') ?? '';
  }
}

/** What process 1 sees is the machine's; a process of its own may see less. */
async function readMountinfo(proc: string): Promise<string> {
  return readFile(join(proc, '1/mountinfo'), 'utf8').catch(() => readFile(join(proc, 'self/mountinfo'), 'utf8'));
}

function modeOf({ options }: Mount): string {
  if (options.includes('rw')) return 'rw';
  return options.includes('ro') ? 'ro' : 'unknown';
}
