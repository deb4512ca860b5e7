/** Sources that are files of this machine: powercap's counters, the shares that VMs get of them, and PowerJoular's table. */
import { access, constants, glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findZones,
  FORBIDDEN,
  isForbidden,
  powercapFolder,
  readMicros,
  waysToRead,
  type PowercapZone,
} from '../../plugins/shared/powercap.ts';
import type { Finding, Places } from './finding.ts';

/** The energy counters of the processors. */
export async function findPowercap({ sys }: Places): Promise<Finding> {
  const name = 'powercap (RAPL)';
  const folder = await powercapFolder(sys);
  const zones = await findZones(folder);
  if (zones.length === 0) {
    const seen = `no processor packages in ${folder}; in a VM there are none, elsewhere try: sudo modprobe intel_rapl_msr`;
    return { name, status: 'absent', seen };
  }
  const domains = [...Map.groupBy(zones, ({ domain }) => domain)].map(([domain, { length }]) =>
    length === 1 ? domain : `${length} x ${domain}`,
  );
  const seen = `${domains.join(', ')} in ${folder}`;
  const use = { pipeline: (await hasBattery(sys)) ? 'laptop' : 'hypervisor', variables: {} };
  const trouble = await whyUnreadable(zones);
  if (trouble === 'forbidden') return { name, status: 'blocked', seen: `${seen}, but ${FORBIDDEN}`, ways: waysToRead(), use };
  if (trouble !== undefined) return { name, status: 'blocked', seen: `${seen}, but ${trouble}`, use };
  const hasPlatform = zones.some(({ domain }) => domain === 'psys');
  return {
    name,
    status: 'ready',
    seen,
    measures: `the energy of ${hasPlatform ? 'the platform (psys), the processors' : 'the processors'} and what else has a counter here, in joules`,
    leavesOut: `${hasPlatform ? 'the power supply' : 'disks, fans, the power supply'}; which program or VM took it`,
    use,
  };
}

/** `forbidden`, or in words why the first counter that can't be read can't be; undefined when all can. */
async function whyUnreadable(zones: readonly PowercapZone[]): Promise<string | undefined> {
  for (const zone of zones) {
    try {
      await readMicros(zone, 'energy_uj');
    } catch (error) {
      return isForbidden(error) ? 'forbidden' : (error as Error).message;
    }
  }
  return undefined;
}

async function hasBattery(sys: string): Promise<boolean> {
  const types = await Array.fromAsync(glob(join(sys, 'class/power_supply/*/type')));
  const texts = await Promise.all(types.map((file) => readFile(file, 'utf8').catch(() => ''))); // a supply that says nothing is no battery
  return texts.some((text) => text.trim() === 'Battery');
}

/** In a VM: its share of its host's energy, which the host writes into a shared folder. */
export async function findGuestShare({ root }: Places): Promise<Finding> {
  const folder = join(root, 'var/scaphandre');
  return {
    name: "this VM's share of its host",
    ...(await readable(
      join(folder, 'intel-rapl:*/energy_uj'),
      `nothing in ${folder}; in a VM, the host has to share it (scaphandre qemu)`,
    )),
    measures: "this VM's part of the processors' energy, as its host counts it",
    leavesOut: 'memory, disks, the power supply; up to Scaphandre 1.0.3 it is five times too small, which the pipeline makes good',
    use: { pipeline: 'vm', variables: {} },
  };
}

/** On a hypervisor: what `scaphandre qemu` writes for its VMs. */
export async function findHostShares({ root }: Places): Promise<Finding> {
  const folder = join(root, 'var/lib/libvirt/scaphandre');
  return {
    name: 'shares of the VMs here',
    ...(await readable(join(folder, '*/intel-rapl:*/energy_uj'), `nothing in ${folder}; \`scaphandre qemu\` writes it`)),
    measures: "each VM's part of the processors' energy, without a Scaphandre that answers",
    leavesOut: `the host itself; in the pipeline, take shares: ["${folder}"] in place of urls`,
    use: { pipeline: 'hypervisor-scaphandre', variables: {} },
  };
}

/** The table that PowerJoular's service writes. */
export async function findPowerJoular({ root }: Places): Promise<Finding> {
  const file = join(root, 'tmp/powerjoular-service.csv');
  return {
    name: 'PowerJoular',
    ...(await readable(file, `no ${file}; its service writes it`)),
    measures: 'the first processor package, with its memory in some places, and graphics cards',
    leavesOut: 'further sockets, disks, the power supply',
    use: { pipeline: 'powerjoular', variables: { POWERJOULAR: file } },
  };
}

/** Whether files are there, and may be read. */
async function readable(pattern: string, absent: string): Promise<Pick<Finding, 'status' | 'seen' | 'ways'>> {
  const files = await Array.fromAsync(glob(pattern));
  if (files.length === 0) return { status: 'absent', seen: absent };
  const [first] = files;
  const seen = files.length === 1 ? first : `${first} and ${files.length - 1} more`;
  try {
    for (const file of files) await access(file, constants.R_OK);
    return { status: 'ready', seen };
  } catch {
    return {
      status: 'blocked',
      seen: `${seen}, but this user may not read it`,
      ways: [`sudo chmod -R a+rX ${first.slice(0, first.lastIndexOf('/'))}`],
    };
  }
}
