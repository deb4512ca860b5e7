/**
 * Times in the layouts of Go's `time.Parse`, which Telegraf's options take: a layout is written as it would show the moment
 * `Mon Jan 2 15:04:05 MST 2006`.
 *
 * Not supported: days of the year (`002`, `__2`) and zone abbreviations other than UTC, GMT and Z, whose offset nobody knows.
 */
import { LONG_DAYS, LONG_MONTHS } from './names.ts';
import { offsetAtWall, utc, type Zone } from './zone.ts';

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nanoseconds: number;
  pm: boolean | undefined;
  /** Undefined: the text does not say. */
  offsetMinutes: number | undefined;
}

interface Element {
  readonly pattern: string;
  read(text: string, parts: Parts): void;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

type NumberPart = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

const number = (part: NumberPart, pattern: string): Element => ({ pattern, read: (text, parts) => void (parts[part] = Number(text)) });
const monthName = (names: readonly string[]): Element => ({
  pattern: names.join('|'),
  read: (text, parts) => void (parts.month = indexOf(names, text) + 1),
});
const ignored = (pattern: string): Element => ({ pattern, read: () => undefined });
const offset = (pattern: string): Element => ({ pattern, read: (text, parts) => void (parts.offsetMinutes = readOffset(text)) });
/** Of two digits of a year, 69 to 99 are of the last century, as in Go. */
const shortYear: Element = {
  pattern: '\\d{2}',
  read: (text, parts) => void (parts.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000)),
};
const half: Element = { pattern: 'AM|PM', read: (text, parts) => void (parts.pm = text.toUpperCase() === 'PM') };
/** Go reads a fraction after the seconds whether or not the layout has one. */
const second: Element = { pattern: '\\d{2}(?:[.,]\\d+)?', read: readSeconds };

/** Longest first, since one is the beginning of another. */
const ELEMENTS: readonly (readonly [layout: string, element: Element])[] = [
  ['January', monthName(LONG_MONTHS)],
  ['Jan', monthName(MONTHS)],
  ['Monday', ignored(LONG_DAYS.join('|'))],
  ['Mon', ignored(DAYS.join('|'))],
  ['MST', { pattern: 'UTC|GMT|Z', read: (_, parts) => void (parts.offsetMinutes = 0) }],
  ['Z07:00', offset('Z|[+-]\\d{2}:\\d{2}')],
  ['-07:00', offset('[+-]\\d{2}:\\d{2}')],
  ['Z0700', offset('Z|[+-]\\d{4}')],
  ['-0700', offset('[+-]\\d{4}')],
  ['Z07', offset('Z|[+-]\\d{2}')],
  ['-07', offset('[+-]\\d{2}')],
  ['2006', number('year', '\\d{4}')],
  ['01', number('month', '\\d{2}')],
  ['02', number('day', '\\d{2}')],
  ['_2', number('day', ' ?\\d{1,2}')],
  ['03', number('hour', '\\d{2}')],
  ['15', number('hour', '\\d{2}')],
  ['04', number('minute', '\\d{2}')],
  ['05', second],
  ['06', shortYear],
  ['PM', half],
  ['pm', half],
  ['1', number('month', '\\d{1,2}')],
  ['2', number('day', '\\d{1,2}')],
  ['3', number('hour', '\\d{1,2}')],
  ['4', number('minute', '\\d{1,2}')],
  ['5', { ...second, pattern: '\\d{1,2}(?:[.,]\\d+)?' }],
];

/** Go's names for layouts, as Telegraf's options know them. */
const NAMED: Readonly<Record<string, string>> = {
  ansic: 'Mon Jan _2 15:04:05 2006',
  unixdate: 'Mon Jan _2 15:04:05 MST 2006',
  rubydate: 'Mon Jan 02 15:04:05 -0700 2006',
  rfc822: '02 Jan 06 15:04 MST',
  rfc822z: '02 Jan 06 15:04 -0700',
  rfc850: 'Monday, 02-Jan-06 15:04:05 MST',
  rfc1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  rfc1123z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  rfc3339: '2006-01-02T15:04:05Z07:00',
  rfc3339nano: '2006-01-02T15:04:05.999999999Z07:00',
};

/** Reads a text to [ms, ns] since the Unix epoch; undefined when it is not of this layout or no such time exists. */
export type TimeReader = (text: string) => [ms: number, ns: number] | undefined;

/** A time as it was written: what it means, and how many minutes its zone is ahead of UTC where it says so. */
export interface WrittenTime {
  readonly ms: number;
  readonly ns: number;
  readonly offsetMinutes: number | undefined;
}

/**
 * The reader of a layout, or of one of Go's layouts by its name (`RFC3339`). Times that do not say their zone are of the one
 * given. Undefined for a text that is no layout: nothing of the reference moment is in it.
 */
export function goTimeReader(layout: string, zone: Zone = utc): TimeReader | undefined {
  const read = writtenTimeReader(NAMED[layout.toLowerCase()] ?? layout, zone);
  if (read === undefined) return undefined;
  return (text) => {
    const time = read(text);
    return time && [time.ms, time.ns];
  };
}

/** As `goTimeReader`, for a layout only, and with the offset. */
export function writtenTimeReader(layout: string, zone: Zone): ((text: string) => WrittenTime | undefined) | undefined {
  const { pattern, elements } = compileLayout(layout);
  if (elements.length === 0) return undefined;
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const parts: Parts = {
      year: 0,
      month: 1,
      day: 1,
      hour: 0,
      minute: 0,
      second: 0,
      nanoseconds: 0,
      pm: undefined,
      offsetMinutes: undefined,
    };
    elements.forEach((element, index) => element.read(match[index + 1], parts));
    const time = toTime(parts, zone);
    return time && { ms: time[0], ns: time[1], offsetMinutes: parts.offsetMinutes };
  };
}

function compileLayout(layout: string): { pattern: RegExp; elements: Element[] } {
  const elements: Element[] = [];
  let pattern = '';
  let rest = layout;
  while (rest !== '') {
    const found = ELEMENTS.find(([text]) => rest.startsWith(text));
    if (found === undefined) {
      pattern += rest[0].replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
      rest = rest.slice(1);
      continue;
    }
    const [text, element] = found;
    elements.push(element);
    pattern += `(${element.pattern})`;
    rest = rest.slice(text.length);
    // The seconds read a fraction of any length themselves.
    if (element.read === readSeconds) rest = rest.replace(/^[.,](0+|9+)/, '');
  }
  return { pattern: new RegExp(`^${pattern}$`, 'i'), elements };
}

/** Undefined for the 30th of February and the like. */
function toTime(parts: Parts, zone: Zone): [ms: number, ns: number] | undefined {
  const { year, month, day, minute, second: seconds, nanoseconds } = parts;
  const hour = parts.pm === undefined ? parts.hour : (parts.hour % 12) + (parts.pm ? 12 : 0);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || seconds > 59 || (parts.pm !== undefined && parts.hour > 12)) return undefined;
  const wallMs = date.getTime() + ((hour * 60 + minute) * 60 + seconds) * 1000;
  const utcMs = wallMs - (parts.offsetMinutes ?? offsetAtWall(zone, wallMs)) * 60_000;
  return [utcMs + Math.floor(nanoseconds / 1e6), nanoseconds % 1e6];
}

/** Digits beyond the nanosecond are cut off, as in Go. */
function readSeconds(text: string, parts: Parts): void {
  const [whole, fraction = ''] = text.split(/[.,]/);
  parts.second = Number(whole);
  parts.nanoseconds = Number(fraction.slice(0, 9).padEnd(9, '0'));
}

function readOffset(text: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (match === null) return 0;
  const [, sign, hours, minutes = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function indexOf(names: readonly string[], text: string): number {
  return names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
}
