/** Whether this machine can measure its own power: Linux' powercap counters, which Intel and AMD processors fill (RAPL). */
import { findZones, isForbidden, powercapFolder, readMicros, type PowercapZone } from '../plugins/shared/powercap.ts';

export interface PowerSensors {
  /** Processor packages whose energy counter this user may read: `intel-rapl:0`. */
  readonly readable: readonly string[];
  /** Packages that are there and may not be read: since 2020 only root may, unless told otherwise (CVE-2020-8694). */
  readonly forbidden: readonly string[];
  /** Packages whose counter can't be read for another reason. */
  readonly broken: readonly string[];
}

/** Tries every package's counter. `sys` stands for /sys; containers tell where that is by HOST_SYS, as Telegraf's. */
export async function findPowerSensors(sys?: string): Promise<PowerSensors> {
  const found = { readable: [] as string[], forbidden: [] as string[], broken: [] as string[] };
  for (const zone of await findZones(await powercapFolder(sys))) {
    if (zone.domain === 'package') found[await access(zone)].push(zone.id);
  }
  return found;
}

async function access(zone: PowercapZone): Promise<keyof PowerSensors> {
  try {
    await readMicros(zone, 'energy_uj');
    return 'readable';
  } catch (error) {
    return isForbidden(error) ? 'forbidden' : 'broken';
  }
}
