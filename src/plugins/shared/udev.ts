/** What udev knows of block devices: its database in /run, one file a device. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostFolders } from './host-folders.ts';

export interface UdevEntry {
  /** `ID_SERIAL`, `ID_FS_LABEL`, `DM_VG_NAME`, … */
  readonly properties: ReadonlyMap<string, string>;
  /** Other names of the device below /dev: `disk/by-id/nvme-eui.0123`. */
  readonly links: readonly string[];
}

/** The number that the kernel knows the device file by, taken apart as in glibc's `gnu_dev_major` and `gnu_dev_minor`. */
export function deviceNumber(rdev: bigint): { readonly major: bigint; readonly minor: bigint } {
  return {
    major: ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xffff_f000n),
    minor: (rdev & 0xffn) | ((rdev >> 12n) & 0xffff_ff00n),
  };
}

/** What udev knows of a device, by its name below /dev. Throws when there is no such device, or udev does not know it. */
export async function readUdev({ dev, run }: Pick<HostFolders, 'dev' | 'run'>, device: string): Promise<UdevEntry> {
  const { rdev } = await stat(join(dev, device), { bigint: true });
  const { major, minor } = deviceNumber(rdev);
  return parseUdev(await readFile(join(run, 'udev/data', `b${major}:${minor}`), 'utf8'));
}

/** The text of such a file: `S:` is a link, `E:` a property. */
export function parseUdev(text: string): UdevEntry {
  const properties = new Map<string, string>();
  const links: string[] = [];
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (line.startsWith('S:')) links.push(line.slice(2));
    else if (line.startsWith('E:') && equals !== -1) properties.set(line.slice(2, equals), line.slice(equals + 1));
  }
  return { properties, links };
}
