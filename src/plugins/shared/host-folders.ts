import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The /proc and /sys of the machine that is measured. In a container the host's are mounted elsewhere; HOST_PROC and HOST_SYS say
 * where, as for Telegraf.
 */
export interface HostFolders {
  readonly proc: string;
  readonly sys: string;
  /** Whether HOST_PROC named another /proc than this process' own. */
  readonly isForeign: boolean;
}

/** Where the environment says, else the usual places. An empty variable is as good as none, as in Telegraf. */
export function hostFolders(environment: NodeJS.ProcessEnv = process.env): HostFolders {
  const proc = environment['HOST_PROC'] || undefined;
  return { proc: proc ?? '/proc', sys: environment['HOST_SYS'] || '/sys', isForeign: proc !== undefined };
}

/**
 * The text of `/proc/net/NAME`. That path shows the network of whoever reads it, which in a container is the container's even
 * through the host's /proc (telegraf#16564); the host's is that of process 1. Throws what reading throws.
 */
export async function readNetworkFile({ proc, isForeign }: HostFolders, name: string): Promise<string> {
  const own = join(proc, 'net', name);
  if (!isForeign) return readFile(own, 'utf8');
  try {
    return await readFile(join(proc, '1', 'net', name), 'utf8');
  } catch {
    return readFile(own, 'utf8'); // a part of a /proc, without processes
  }
}

/** Reads a small file of the machine; another in tests. Throws what reading throws. */
export type ReadText = (path: string) => Promise<string>;

export const readText: ReadText = (path) => readFile(path, 'utf8');

/** What is in a folder, in order; nothing where there is no such folder, which is the answer: no such devices. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch {
    return [];
  }
}
