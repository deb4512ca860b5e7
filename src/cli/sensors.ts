/** Whether this machine can measure its own power: Linux' powercap counters, which Intel and AMD processors fill (RAPL). */
import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface PowerSensors {
  /** Zones whose energy counter this user may read: `intel-rapl:0`. */
  readonly readable: readonly string[];
  /** Zones that are there and may not be read: since 2020 only root may, unless told otherwise (CVE-2020-8694). */
  readonly forbidden: readonly string[];
}

/** Where a container sees the host's /sys may be told as to Telegraf, by HOST_SYS. */
export async function findPowerSensors(sys = process.env['HOST_SYS'] ?? '/sys'): Promise<PowerSensors> {
  const readable: string[] = [];
  const forbidden: string[] = [];
  const folder = join(sys, 'class', 'powercap');
  for (const zone of await namesIn(folder)) {
    const counter = join(folder, zone, 'energy_uj');
    if (!(await may(counter, constants.F_OK))) continue;
    ((await may(counter, constants.R_OK)) ? readable : forbidden).push(zone);
  }
  return { readable, forbidden };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch {
    return []; // no such folder: no sensors, which is the answer
  }
}

async function may(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false; // the answer, not a failure
  }
}
