/** The machine that is measured: its small files in /sys and /proc, which may not be there, and its time. */
import { hostFolders, readText, type ReadText } from '../../shared/host-folders.ts';

export interface Machine {
  readonly sys: string;
  readonly proc: string;
  readonly read: ReadText;
  /** A clock that nobody sets, in milliseconds: what elapsed time is taken from. */
  readonly monotonicMs: () => number;
}

/** The one that this process runs on. */
export function thisMachine(): Machine {
  const { sys, proc } = hostFolders();
  return { sys, proc, read: readText, monotonicMs: () => performance.now() };
}

/** The file's text without the line's end; undefined where it can't be read. */
export async function readIfThere({ read }: Machine, path: string): Promise<string | undefined> {
  try {
    return (await read(path)).trim();
  } catch {
    return undefined;
  }
}

/** The whole number in the file; undefined where it can't be read or holds none. */
export async function readInteger(machine: Machine, path: string): Promise<number | undefined> {
  const text = await readIfThere(machine, path);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
