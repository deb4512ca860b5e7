/**
 * The names of a zone's clocks out of a compiled file of the time zone database (RFC 9636), where Go finds them too. Only the names:
 * offsets are known without it (`zone.ts`).
 */
import type { Zone } from './zone.ts';

/** What the clocks of a zone are called at an instant, in ms since 1970. */
export type ZoneNames = (utcMs: number) => string;

const HEADER_BYTES = 44;
const TYPE_BYTES = 6;

interface Header {
  readonly version: number;
  readonly times: number;
  readonly types: number;
  readonly characters: number;
  /** Bytes of the data behind the header, with times of `timeBytes` each. */
  size(timeBytes: number): number;
}

/** The names in a file, `zone` being the same one; undefined for bytes that are no such file. */
export function readZoneNames(file: Buffer, zone: Zone): ZoneNames | undefined {
  const first = readHeader(file, 0);
  if (first === undefined || first.version < 2) return undefined;
  // The first part is for readers that know only 32 bits.
  const start = HEADER_BYTES + first.size(4);
  const header = readHeader(file, start);
  if (header === undefined || header.types === 0 || file.length < start + HEADER_BYTES + header.size(8)) return undefined;
  const timesAt = start + HEADER_BYTES;
  const indexAt = timesAt + header.times * 8;
  const typesAt = indexAt + header.times;
  const namesAt = typesAt + header.types * TYPE_BYTES;
  const nameOf = (type: number) => {
    const at = namesAt + file[typesAt + type * TYPE_BYTES + TYPE_BYTES - 1];
    return file.latin1Slice(at, file.indexOf(0, at));
  };
  const times = Array.from({ length: header.times }, (_, index) => Number(file.readBigInt64BE(timesAt + index * 8)) * 1000);
  const names = Array.from(file.subarray(indexAt, typesAt), nameOf);
  const afterwards = readRule(file.latin1Slice(start + HEADER_BYTES + header.size(8)).trim());
  return (utcMs) => {
    const passed = countUpTo(times, utcMs);
    if (passed === times.length && afterwards !== undefined) return afterwards(zone(utcMs));
    return passed === 0 ? nameOf(0) : names[passed - 1];
  };
}

function readHeader(file: Buffer, at: number): Header | undefined {
  if (file.length < at + HEADER_BYTES || file.latin1Slice(at, at + 4) !== 'TZif') return undefined;
  const [isUtc, isStandard, leaps, times, types, characters] = [20, 24, 28, 32, 36, 40].map((offset) => file.readUInt32BE(at + offset));
  return {
    version: Number(file.latin1Slice(at + 4, at + 5)) || 1,
    times,
    types,
    characters,
    size: (timeBytes) => times * (timeBytes + 1) + types * TYPE_BYTES + characters + leaps * (timeBytes + 4) + isStandard + isUtc,
  };
}

/** What holds after the last change in the file: `CET-1CEST,M3.5.0,M10.5.0/3`. The rest of the rule is in the offset already. */
function readRule(text: string): ((offsetMinutes: number) => string) | undefined {
  const match = /^(<[^>]+>|[A-Za-z]+)([+-]?)(\d+)(?::(\d+))?(?::\d+)?(<[^>]+>|[A-Za-z]+)?/.exec(text);
  if (match === null) return undefined;
  const [, name, sign, hours, minutes = '0', summerName = name] = match;
  // In this notation west of Greenwich is positive.
  const offset = (sign === '-' ? 1 : -1) * (Number(hours) * 60 + Number(minutes));
  return (offsetMinutes) => (offsetMinutes === offset ? name : summerName).replace(/[<>]/g, '');
}

/** How many of the rising numbers are `limit` or less. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
