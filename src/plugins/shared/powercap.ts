/**
 * Linux' powercap zones: the energy counters that Intel's and AMD's processors keep (RAPL).
 *
 * The kernel shows them twice, flat (`/sys/class/powercap/intel-rapl:0:0`, links) and as a tree
 * (`/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/intel-rapl:0:0`). The numbers in a zone's id are hexadecimal and say nothing
 * about the socket; its `name` does. Two kinds of zone are left out on purpose, since they hold the packages once more: `psys`, the
 * whole platform, and the control type `intel-rapl-mmio`. Source: drivers/powercap/{powercap_sys,intel_rapl_common}.c.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder with a counter, `energy_uj`, and the highest value that it takes, `max_energy_range_uj`. */
export interface PowercapZone {
  /** As the kernel names the folder: `intel-rapl:0`. */
  readonly id: string;
  readonly folder: string;
}

/** One processor package. */
export interface PowercapPackage {
  /** The socket's number, out of the zone's name: `0` of `package-0`. */
  readonly id: string;
  /** One zone, or one for each die (`package-0-die-1`): together they are the package. */
  readonly dies: readonly PowercapZone[];
  /** Its memory, a zone for each die that has one; none on AMD and on most laptops. */
  readonly memory: readonly PowercapZone[];
}

/** Reads a text file; `readFile` outside tests. */
export type ReadText = (path: string) => Promise<string>;

export const readText: ReadText = (path) => readFile(path, 'utf8');

/** Where the zones may be under a /sys, the usual place first. Containers see the host's /sys elsewhere and tell by HOST_SYS, as Telegraf's. */
function places(sys: string): readonly string[] {
  return [join(sys, 'class', 'powercap'), join(sys, 'devices', 'virtual', 'powercap', 'intel-rapl')];
}

/** The folder under this /sys that has zones; the usual place when none has. */
export async function powercapFolder(sys: string = process.env['HOST_SYS'] ?? '/sys'): Promise<string> {
  const all = places(sys);
  for (const folder of all) {
    if ((await namesIn(folder)).some((name) => TOP_ZONE.test(name))) return folder;
  }
  return all[0];
}

const TOP_ZONE = /^intel-rapl:[\da-f]+$/;
const PACKAGE_NAME = /^package-(\d+)(?:-die-\d+)?$/;

/** The packages that these zones belong to, by number; none where there is no such folder. */
export async function findPackages(root: string, read: ReadText = readText): Promise<PowercapPackage[]> {
  const packages = new Map<string, { readonly id: string; readonly dies: PowercapZone[]; readonly memory: PowercapZone[] }>();
  const siblings = await namesIn(root);
  for (const id of siblings.filter((name) => TOP_ZONE.test(name))) {
    const zone = { id, folder: join(root, id) };
    const packageId = PACKAGE_NAME.exec((await nameOf(zone, read)) ?? '')?.[1];
    if (packageId === undefined) continue;
    const found = packages.get(packageId) ?? { id: packageId, dies: [], memory: [] };
    packages.set(packageId, found);
    found.dies.push(zone);
    const memory = await findMemory(zone, root, siblings, read);
    if (memory !== undefined) found.memory.push(memory);
  }
  return [...packages.values()].toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** The first zone below this one that is memory: inside it, or beside it in trees that are flat without links. */
async function findMemory(
  zone: PowercapZone,
  root: string,
  siblings: readonly string[],
  read: ReadText,
): Promise<PowercapZone | undefined> {
  const inside = (await namesIn(zone.folder)).map((id) => ({ id, folder: join(zone.folder, id) }));
  const beside = siblings.map((id) => ({ id, folder: join(root, id) }));
  for (const child of [...inside, ...beside]) {
    if (!child.id.startsWith(`${zone.id}:`)) continue;
    if ((await nameOf(child, read))?.includes('dram')) return child;
  }
  return undefined;
}

async function nameOf(zone: PowercapZone, read: ReadText): Promise<string | undefined> {
  try {
    return (await read(join(zone.folder, 'name'))).trim();
  } catch {
    return undefined; // gone since it was listed, or no zone at all (`scaphandre qemu` writes folders without a name)
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch {
    return []; // no such folder: no zones, which is the answer
  }
}

/** A whole number of a zone: microjoules of `energy_uj`, microwatts of `constraint_0_max_power_uw`. Throws when there is none to be read. */
export async function readMicros(zone: PowercapZone, file: string, read: ReadText = readText): Promise<number> {
  const text = (await read(join(zone.folder, file))).trim();
  if (!/^\d+$/.test(text)) throw new Error(`${file} of ${zone.id} holds "${text.slice(0, 40)}", which is no whole number`);
  return Number(text);
}

/** Whether an error of `readMicros` says that this user may not read. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

/** Why counters can't be read. Linux 5.10 (and 5.4.77) took them from all but root: they can give away what a neighbour computes. */
export const FORBIDDEN = 'only root may read the energy counters of this processor (since CVE-2020-8694)';

/** What makes them readable for somebody else: any one of these. */
export function waysToRead(): readonly string[] {
  return [
    `(1) a group that the user is in, here power, and a udev rule in /etc/udev/rules.d/70-powercap.rules: SUBSYSTEM=="powercap", ACTION=="add", RUN+="/bin/sh -c 'chgrp power /sys%p/energy_uj && chmod g+r /sys%p/energy_uj'"; then sudo udevadm trigger -c add -s powercap`,
    `(2) a capability: sudo setcap cap_dac_read_search=ep ${process.execPath}`,
    '(3) under systemd, in the unit: AmbientCapabilities=CAP_DAC_READ_SEARCH',
  ];
}
