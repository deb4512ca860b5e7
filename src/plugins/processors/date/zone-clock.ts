import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readZoneNames, type ZoneNames } from '../../../formats/go-time/tzif.ts';
import { findZone, zoneAbbreviation, type Zone } from '../../../formats/go-time/zone.ts';

export interface ZoneClock {
  readonly offset: Zone;
  readonly names: ZoneNames;
}

/** Where systems keep the time zone database, as Go looks for it. */
const FOLDERS = ['/usr/share/zoneinfo', '/usr/share/lib/zoneinfo', '/usr/lib/locale/TZ', '/etc/zoneinfo'];

/** The clock of an IANA name, `Local` for that of this machine, UTC for the empty text; undefined for a name that is none. */
export function findZoneClock(timezone: string): ZoneClock | undefined {
  const name = timezone === 'Local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : timezone || 'UTC';
  const offset = findZone(name);
  if (offset === undefined) return undefined;
  let names: ZoneNames | undefined;
  return {
    offset,
    // Few layouts show the name, so nothing is read until one does. Without the database names are those that Node knows.
    names: (utcMs) => (names ??= readSystemNames(name, offset) ?? ((ms) => zoneAbbreviation(name, ms)))(utcMs),
  };
}

function readSystemNames(name: string, offset: Zone): ZoneNames | undefined {
  for (const folder of FOLDERS) {
    const names = readZoneNames(readOptional(join(folder, name)), offset);
    if (names !== undefined) return names;
  }
  return undefined;
}

function readOptional(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0); // not there, or a folder: the next one may have it
  }
}
