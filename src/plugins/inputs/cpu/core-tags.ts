import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostFolders } from '../../shared/host-folders.ts';

/** The tags `core_id` and `physical_id` of a processor; empty ones are no tags. */
export type CoreTags = readonly (readonly [key: string, value: string])[];

/** Where each processor sits, by its name (`cpu0`), out of `/proc/cpuinfo`; on ARM the core is only in `/sys`, and the socket nowhere. */
export async function readCoreTags({ proc, sys }: HostFolders): Promise<ReadonlyMap<string, CoreTags>> {
  const cpus = new Map<string, CoreTags>();
  for (const block of (await readFile(join(proc, 'cpuinfo'), 'utf8')).split(/\n\s*\n/)) {
    const number = valueOf(block, 'processor');
    if (!/^\d+$/.test(number)) continue;
    const core = valueOf(block, 'core id') || (await coreInSys(sys, number));
    const tags = [['core_id', core] as const, ['physical_id', valueOf(block, 'physical id')] as const];
    cpus.set(`cpu${number}`, tags);
  }
  return cpus;
}

function valueOf(block: string, key: string): string {
  const line = block.split('\n').find((text) => text.split(':', 1)[0].trim() === key);
  return line?.slice(line.indexOf(':') + 1).trim() ?? '';
}

async function coreInSys(sys: string, cpu: string): Promise<string> {
  try {
    return (await readFile(join(sys, 'devices/system/cpu', `cpu${cpu}`, 'topology/core_id'), 'utf8')).trim();
  } catch {
    return ''; // no such file: the machine does not say, and there is no tag
  }
}
