/** Who is logged in, from the file `utmp` (utmp(5)). */
import { readFile } from 'node:fs/promises';

/** Bytes of a record; where times have 64 bits (arm64) it is longer, at its end. */
const RECORD_BYTES = 384;
const LONG_RECORD_BYTES = 400;

const USER_PROCESS = 7;

/** Where a user's name stands in a record. */
const NAME_FROM = 44;
const NAME_TO = 76;

export interface Users {
  /** Sessions. */
  readonly count: number;
  /** Users, each counted once. */
  readonly unique: number;
}

/** Undefined where there is no such file (Debian has none since 13), or it may not be read. */
export async function readUsers(path: string): Promise<Users | undefined> {
  try {
    return countUsers(await readFile(path));
  } catch {
    return undefined; // Telegraf leaves the fields out as well
  }
}

export function countUsers(utmp: Buffer): Users {
  const bytes = utmp.length % RECORD_BYTES === 0 ? RECORD_BYTES : LONG_RECORD_BYTES;
  const names: string[] = [];
  for (let at = 0; at + bytes <= utmp.length; at += bytes) {
    if (utmp.readInt16LE(at) === USER_PROCESS) names.push(textOf(utmp.subarray(at + NAME_FROM, at + NAME_TO)));
  }
  return { count: names.length, unique: new Set(names).size };
}

/** Up to the first NUL. */
function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
}
