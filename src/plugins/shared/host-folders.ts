import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The folders of the machine that is measured. In a container the host's are mounted elsewhere; the variables HOST_PROC, HOST_SYS,
 * HOST_DEV, HOST_RUN, HOST_VAR and HOST_ETC say where, as for Telegraf, and HOST_ROOT or HOST_MOUNT_PREFIX where all of them are.
 */
export interface HostFolders {
  readonly proc: string;
  readonly sys: string;
  readonly dev: string;
  readonly run: string;
  readonly var: string;
  readonly etc: string;
  /** Where the host's file systems are mounted, one within the other; empty: where they are. */
  readonly mountPrefix: string;
  /** Whether HOST_PROC named another /proc than this process' own. */
  readonly isForeign: boolean;
}

/** Where the environment says, else the usual places. An empty variable is as good as none, as in Telegraf. */
export function hostFolders(environment: NodeJS.ProcessEnv = process.env): HostFolders {
  const named = (variable: string, usual: string): string => environment[variable] || usual;
  const mountPrefix = named('HOST_MOUNT_PREFIX', '');
  const root = named('HOST_ROOT', mountPrefix || '/');
  return {
    proc: named('HOST_PROC', '/proc'),
    sys: named('HOST_SYS', '/sys'),
    dev: named('HOST_DEV', join(root, 'dev')),
    run: named('HOST_RUN', join(root, 'run')),
    var: named('HOST_VAR', join(root, 'var')),
    etc: named('HOST_ETC', join(root, 'etc')),
    mountPrefix,
    isForeign: named('HOST_PROC', '') !== '',
  };
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
