/** What is mounted where: `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */

export interface Mount {
  /** The device file, or what stands for it: `tmpfs`, the folder of a bind mount of no device. */
  readonly device: string;
  /** `major:minor`. */
  readonly deviceId: string;
  readonly path: string;
  readonly type: string;
  /** Of this mount, `rw` only where the file system is too; `bind` for a bind mount. */
  readonly options: readonly string[];
}

/** All mounts, in the order in which they were made. Throws, with the line, for one that can't be read. */
export function parseMountinfo(text: string): Mount[] {
  // The first mount of a device says its name; a bind mount after it names only a folder.
  const deviceOf = new Map<string, string>();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const mount = parseLine(line);
      const device = deviceOf.get(mount.deviceId) ?? mount.device;
      deviceOf.set(mount.deviceId, device);
      return { ...mount, device };
    });
}

function parseLine(line: string): Mount {
  const separator = line.indexOf(' - ');
  const [, , deviceId, root, path, mountOptions = ''] = line.slice(0, separator).split(' ');
  const [type, source, superOptions = ''] = line.slice(separator + ' - '.length).split(' ');
  if (separator === -1 || path === undefined || source === undefined) throw new Error(`this is no mount: ${JSON.stringify(line)}`);
  const onDevice = source.startsWith('/');
  const ofSuper = splitOptions(superOptions);
  const isBind = onDevice && root !== '/' && !isSubvolume(root, ofSuper);
  return {
    device: onDevice || root === '/' ? source : root,
    deviceId,
    path: unescapePath(path),
    type,
    options: [...effectiveOptions(splitOptions(mountOptions), ofSuper), ...(isBind ? ['bind'] : [])],
  };
}

function splitOptions(text: string): string[] {
  return text === '' ? [] : text.split(',');
}

/** A subvolume of btrfs is mounted from its own folder, and is no bind mount. */
function isSubvolume(root: string, superOptions: readonly string[]): boolean {
  return superOptions.find((option) => option.startsWith('subvol=')) === `subvol=${root}`;
}

/** Since 2.6.16 mount and file system are each writable or not, and only what both are can be written to. */
function effectiveOptions(mountOptions: readonly string[], superOptions: readonly string[]): readonly string[] {
  const isReadOnly = mountOptions.includes('ro') || superOptions.includes('ro');
  const isWritable = mountOptions.includes('rw') && superOptions.includes('rw');
  if (!isReadOnly && !isWritable) return mountOptions;
  return [isReadOnly ? 'ro' : 'rw', ...mountOptions.filter((option) => option !== 'ro' && option !== 'rw')];
}

/** The kernel writes blanks, line ends and backslashes as `\040`. */
function unescapePath(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_escape, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
