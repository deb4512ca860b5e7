import { fromNanoseconds, isInRange } from '../../metric/time.ts';
import { goTimeReader, type TimeReader } from './parse-layout.ts';
import { utc, type Zone } from './zone.ts';

/** Telegraf's formats for times that are counted since 1970, and the nanoseconds of one unit as a power of ten. */
export const UNIX_UNITS: Readonly<Record<string, number>> = { unix: 9, unix_ms: 6, unix_us: 3, unix_ns: 0 };

/**
 * The reader of one of Telegraf's timestamp formats: `unix`, `unix_ms`, `unix_us`, `unix_ns`, or a layout of Go. `zone` is that
 * of times that do not say. It gives undefined for what is no such time, or none that int64 nanoseconds can hold (1677 to
 * 2262). Undefined for a format that is none.
 */
export function timestampReader(format: string, zone: Zone = utc): TimeReader | undefined {
  const decimals = UNIX_UNITS[format.toLowerCase()];
  if (decimals !== undefined) return (text) => readUnix(text, decimals);
  const read = goTimeReader(format, zone);
  if (read === undefined) return undefined;
  return (text) => {
    const time = read(text);
    return time !== undefined && isInRange(...time) ? time : undefined;
  };
}

/** Digits with a point or a comma before the fraction; what is finer than a nanosecond is cut off. */
function readUnix(text: string, decimals: number): [ms: number, ns: number] | undefined {
  const nanoseconds = unixNanoseconds(text, decimals);
  const time = nanoseconds === undefined ? undefined : fromNanoseconds(nanoseconds);
  return time !== undefined && isInRange(...time) ? time : undefined;
}

/** The nanoseconds of a decimal number of units, `10 ** decimals` of which are one; undefined for a text that is no such number. */
export function unixNanoseconds(text: string, decimals: number): bigint | undefined {
  const match = /^([+-]?)(\d+)(?:[.,](\d*))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const nanoseconds = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return sign === '-' ? -nanoseconds : nanoseconds;
}
