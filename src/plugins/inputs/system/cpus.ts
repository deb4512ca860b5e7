/** How many processors there are. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn, type HostFolders } from '../../shared/host-folders.ts';

/** What the kernel runs programs on, threads of a core counted each. Throws when `/proc` does not say. */
export async function countLogical(proc: string): Promise<number> {
  const cpuinfo = await readFile(join(proc, 'cpuinfo'), 'utf8').catch(() => '');
  const listed = cpuinfo.match(/^processor\s*:\s*\d+\s*$/gim)?.length ?? 0;
  if (listed > 0) return listed;
  return (await readFile(join(proc, 'stat'), 'utf8')).match(/^cpu\d/gm)?.length ?? 0;
}

/** Cores; 0 where nothing says. */
export async function countPhysical({ proc, sys }: HostFolders): Promise<number> {
  // The same list by its new and its old name (cputopology.rst).
  const cores = (await coreLists(sys, 'core_cpus_list')) || (await coreLists(sys, 'thread_siblings_list'));
  return cores || countListed(await readFile(join(proc, 'cpuinfo'), 'utf8'));
}

/** Threads of one core name the same list. */
async function coreLists(sys: string, file: string): Promise<number> {
  const folder = join(sys, 'devices/system/cpu');
  const cpus = (await namesIn(folder)).filter((name) => /^cpu\d+$/.test(name));
  const lists = await Promise.allSettled(cpus.map((cpu) => readFile(join(folder, cpu, 'topology', file), 'utf8')));
  return new Set(lists.flatMap((list) => (list.status === 'fulfilled' ? [list.value.trim()] : []))).size;
}

/** The cores of each socket that `/proc/cpuinfo` names. */
function countListed(cpuinfo: string): number {
  const sockets = new Map<string, number>();
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const socket = /^physical id\s*:\s*(\d+)/im.exec(block)?.[1];
    const cores = /^cpu cores\s*:\s*(\d+)/im.exec(block)?.[1];
    if (socket !== undefined && cores !== undefined) sockets.set(socket, Number(cores));
  }
  return [...sockets.values()].reduce((sum, cores) => sum + cores, 0);
}
