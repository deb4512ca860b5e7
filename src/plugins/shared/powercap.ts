/**
 * Linux' powercap zones: the energy counters that Intel's and AMD's processors keep (RAPL).
 *
 * The kernel shows them twice, flat (`/sys/class/powercap/intel-rapl:0:0`, links) and as a tree
 * (`/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/intel-rapl:0:0`), and names them `intel-rapl` on AMD too. The numbers in a
 * zone's id are hexadecimal and say nothing about the socket; its `name` does. Left out is the control type `intel-rapl-mmio`, which
 * holds the packages once more. Source: drivers/powercap/{powercap_sys,intel_rapl_common}.c.
 */
import { join } from 'node:path';
import { hostFolders, namesIn, readText, type ReadText } from './host-folders.ts';

/**
 * What a zone's counter counts. `psys` is the whole platform and so contains the packages; a package contains `core` and `uncore`
 * (integrated graphics); memory (`dram`) is beside the packages on servers.
 */
export const domains = ['package', 'dram', 'core', 'uncore', 'psys'] as const;
export type Domain = (typeof domains)[number];

/** A folder with a counter, `energy_uj`, and the highest value that it takes, `max_energy_range_uj`. */
export interface PowercapZone {
  /** As the kernel names the folder: `intel-rapl:0`. Another after the driver was loaded again. */
  readonly id: string;
  readonly folder: string;
  readonly domain: Domain;
  /** The socket's number, out of the zone's name: `0` of `package-0`. Undefined for a `psys` of the whole machine. */
  readonly packageId: string | undefined;
  /** Where a package has several dies, each with its zones: `1` of `package-0-die-1`. */
  readonly die: string | undefined;
}

/** Where the zones may be under a /sys, the usual place first. */
function places(sys: string): readonly string[] {
  return [join(sys, 'class', 'powercap'), join(sys, 'devices', 'virtual', 'powercap', 'intel-rapl')];
}

/** The folder under this /sys that has zones; the usual place when none has. */
export async function powercapFolder(sys: string = hostFolders().sys): Promise<string> {
  const all = places(sys);
  for (const folder of all) {
    if ((await namesIn(folder)).some((name) => TOP_ZONE.test(name))) return folder;
  }
  return all[0];
}

const TOP_ZONE = /^intel-rapl:[\da-f]+$/;
const PACKAGE_NAME = /^package-(\d+)(?:-die-(\d+))?$/;
/** Of several sockets, all but the first have their number in it. */
const PLATFORM_NAME = /^psys(?:-(\d+))?$/;

/** The zones in this folder, the sockets in order; none where there is no such folder. */
export async function findZones(root: string, read: ReadText = readText): Promise<PowercapZone[]> {
  const siblings = await namesIn(root);
  const tops = siblings.filter((name) => TOP_ZONE.test(name));
  const found = await Promise.all(tops.map((id) => zonesOf(id, root, siblings, read)));
  return found.flat().toSorted((a, b) => Number(a.packageId ?? -1) - Number(b.packageId ?? -1));
}

/** A top zone and those below it. */
async function zonesOf(id: string, root: string, siblings: readonly string[], read: ReadText): Promise<PowercapZone[]> {
  const folder = join(root, id);
  const name = await nameOf(folder, read);
  const platform = PLATFORM_NAME.exec(name);
  if (platform !== null) return [{ id, folder, domain: 'psys', packageId: platform[1], die: undefined }];
  const named = PACKAGE_NAME.exec(name);
  if (named === null) return [];
  const [, packageId, die] = named;
  const zones: PowercapZone[] = [{ id, folder, domain: 'package', packageId, die }];
  for (const child of await foldersBelow(id, root, siblings)) {
    const domain = domainOf(await nameOf(child.folder, read));
    if (domain !== undefined && !zones.some((zone) => zone.domain === domain)) zones.push({ ...child, domain, packageId, die });
  }
  return zones;
}

/** Zones below a zone are inside it, and beside it too in the folder of links; in flat copies of a tree they are beside it only. */
async function foldersBelow(id: string, root: string, siblings: readonly string[]): Promise<{ id: string; folder: string }[]> {
  const isBelow = (name: string): boolean => name.startsWith(`${id}:`);
  const inside = (await namesIn(join(root, id))).filter(isBelow);
  const beside = siblings.filter((name) => isBelow(name) && !inside.includes(name));
  return [
    ...inside.map((name) => ({ id: name, folder: join(root, id, name) })),
    ...beside.map((name) => ({ id: name, folder: join(root, name) })),
  ];
}

function domainOf(name: string): Domain | undefined {
  if (name === 'core' || name === 'uncore') return name;
  return name.includes('dram') ? 'dram' : undefined;
}

/** Empty where there is none: gone since it was listed, or no zone at all (`scaphandre qemu` writes folders without a name). */
async function nameOf(folder: string, read: ReadText): Promise<string> {
  try {
    return (await read(join(folder, 'name'))).trim();
  } catch {
    return '';
  }
}

/** A whole number of a zone: microjoules of `energy_uj`, microwatts of `constraint_0_max_power_uw`. Throws when there is none to be read. */
export async function readMicros(zone: PowercapZone, file: string, read: ReadText = readText): Promise<number> {
  const text = (await read(join(zone.folder, file))).trim();
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  // Beyond it nothing here would be exact, and no counter goes there: at 1 kW it would take 285 years.
  if (Number.isSafeInteger(value)) return value;
  throw new Error(`${file} of ${zone.id} holds "${text.slice(0, 40)}", which is no whole number below 2^53`);
}

/** Whether an error of `readMicros` says that this user may not read. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

/** Why counters can't be read. Linux 5.10 (and 5.4.77) took them from all but root: they can give away what a neighbour computes. */
export const FORBIDDEN = 'only root may read the energy counters of this processor (since CVE-2020-8694)';

/** What lets the group `powercap` read them, as in `systemd/70-powercap.rules`. */
export const UDEV_RULE = `SUBSYSTEM=="powercap", KERNEL=="intel-rapl:*", ACTION=="add", RUN+="/bin/sh -c 'chgrp powercap /sys%p/energy_uj && chmod g+r /sys%p/energy_uj'"`;

/** What makes them readable for somebody else: any one of these. The first gives the least away, the others every file on the machine. */
export function waysToRead(): readonly string[] {
  return [
    `(1) a group that the user is in (sudo groupadd powercap; sudo usermod -aG powercap USER) and a udev rule in /etc/udev/rules.d/70-powercap.rules: ${UDEV_RULE}; then sudo udevadm control --reload && sudo udevadm trigger --action=add --subsystem-match=powercap`,
    `(2) a capability: sudo setcap cap_dac_read_search=ep ${process.execPath}`,
    '(3) under systemd, in the unit: AmbientCapabilities=CAP_DAC_READ_SEARCH (systemd/wattbridge.service is a whole one)',
  ];
}
