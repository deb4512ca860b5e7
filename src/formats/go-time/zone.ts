/** How many minutes (or parts of them, long ago) the clocks of a time zone are ahead of UTC at an instant, given in ms since 1970. */
export type Zone = (utcMs: number) => number;

export const utc: Zone = () => 0;

/** No zone has ever changed its clocks at anything but a whole quarter of an hour in UTC since 1972. */
const QUARTER_MS = 15 * 60 * 1000;

/** The zone of an IANA name (`Europe/Paris`, `UTC`); undefined for a name that is none. */
export function findZone(name: string): Zone | undefined {
  const format = offsetFormat(name);
  if (format === undefined) return undefined;
  // Asking costs microseconds, and the times of a file lie close together.
  let quarter = NaN;
  let minutes = 0;
  return (utcMs) => {
    const wanted = Math.floor(utcMs / QUARTER_MS);
    if (wanted === quarter) return minutes;
    quarter = wanted;
    minutes = offsetMinutes(format, utcMs);
    return minutes;
  };
}

/**
 * The offset for the time that the zone's clocks show, `wallMs` being that time as if it were UTC. Of two instants that show
 * the same, and for a time that the clocks jump over, it is the one that Go takes.
 */
export function offsetAtWall(zone: Zone, wallMs: number): number {
  const guess = zone(wallMs);
  return guess === 0 ? 0 : zone(wallMs - guess * 60_000);
}

function offsetFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return undefined; // RangeError: no such zone
  }
}

function offsetMinutes(format: Intl.DateTimeFormat, utcMs: number): number {
  const text = format.formatToParts(utcMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const match = /^GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(text);
  if (match === null) return 0;
  const [, sign, hours, minutes, seconds = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes) + Number(seconds) / 60);
}

/** Where English abbreviations are at home: each of them has words for zones that the others only count. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-ZA'];

/** What the clocks of a zone are called at an instant: `UTC`, `CET`, `EST`; where they have no name, the offset: `-03`, `+0545`. */
export function zoneAbbreviation(name: string, utcMs: number): string {
  if (name === 'UTC') return 'UTC';
  for (const locale of LOCALES) {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: 'short' }).formatToParts(utcMs);
    const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{2,5}$/.test(text)) return text;
  }
  const minutes = Math.round(findZone(name)?.(utcMs) ?? 0);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) => String(part).padStart(2, '0'));
  return `${minutes < 0 ? '-' : '+'}${hours}${rest === '00' ? '' : rest}`;
}
