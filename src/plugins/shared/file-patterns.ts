import { glob, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compareText } from '../../metric/text.ts';

const WILDCARD = /[*?[]/;

/** Whether a pattern may match several files. */
export function hasWildcard(pattern: string): boolean {
  return WILDCARD.test(pattern);
}

/**
 * The files that a pattern names: itself, or with `*`, `**`, `?` or `[…]` all that match, in lexical order. As in Telegraf, names
 * are relative where the pattern is. Empty when there is nothing.
 *
 * Folders, named pipes and devices are none: opening a pipe would wait for somebody to write to it, and hold up all other files.
 */
export async function matchFiles(pattern: string, baseDirectory: string): Promise<string[]> {
  const names = hasWildcard(pattern) ? await Array.fromAsync(glob(pattern, { cwd: baseDirectory })) : [pattern];
  const files = await Promise.all(names.map(async (name) => ((await isFile(resolve(baseDirectory, name))) ? [name] : [])));
  return files.flat().sort(compareText);
}

/** Whether there is something to read; a name that can't be looked at counts, so that opening it tells the user why. */
async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
