import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** Files of one folder that are looked at. */
const MAX_LOOKED_AT = 1000;

/**
 * Where the file is now that had this path and inode: beside it, under a name that begins as its own does (`power.lp.1`,
 * `power-20260101.lp`), since an inode may have been given to another file. Undefined when it is gone, or was compressed.
 */
export async function findRotated(path: string, inode: string): Promise<string | undefined> {
  const folder = dirname(path);
  const stem = basename(path, extname(path));
  const names = (await readdir(folder)).filter((name) => name.startsWith(stem)).toSorted();
  for (const name of names.slice(0, MAX_LOOKED_AT)) {
    const candidate = join(folder, name);
    if (String(await inodeOf(candidate)) === inode) return candidate;
  }
  return undefined;
}

/** Undefined when there is no such file. */
export async function inodeOf(path: string): Promise<bigint | undefined> {
  try {
    return (await stat(path, { bigint: true })).ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
