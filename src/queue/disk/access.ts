/** Whose a data directory is, where this process may not use it: SQLite says no more than "unable to open database file". */
import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Why this process can't read a directory's file; undefined where it may, or something else is wrong. */
export function readingProblem(directory: string, file: string): string | undefined {
  return forbidden(directory, constants.R_OK | constants.X_OK) ?? forbidden(join(directory, file), constants.R_OK);
}

/** The same for keeping files there: new ones, and those of these names. */
export function writingProblem(directory: string, files: readonly string[]): string | undefined {
  if (isDangling(directory)) return `${directory} is a symbolic link that leads nowhere`;
  const { R_OK, W_OK, X_OK } = constants;
  const problems = files.map((file) => forbidden(join(directory, file), R_OK | W_OK));
  return forbidden(directory, R_OK | W_OK | X_OK) ?? problems.find((problem) => problem !== undefined);
}

function forbidden(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    if (!isDenial(error)) return undefined;
    const owner = attempt(() => statSync(path))?.uid;
    const self = userText(process.getuid?.());
    if (owner === undefined) return `${path} can't be reached as ${self}`;
    return `${path} belongs to ${userText(owner)}, and this process is ${self}'s, who may not use it`;
  }
}

function isDenial(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EACCES';
}

/** By number: in a container, most users have no name. */
function userText(uid: number | undefined): string {
  return uid === 0 ? 'root' : `user ${uid ?? 'unknown'}`;
}

function isDangling(path: string): boolean {
  return attempt(() => lstatSync(path))?.isSymbolicLink() === true && attempt(() => statSync(path)) === undefined;
}

/** What a look at a file gives; undefined where even that fails, which is no more than not to know. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
