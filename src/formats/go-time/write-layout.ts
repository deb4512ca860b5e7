/** Times written in the layouts of Go's `Time.Format`. */
import { LONG_DAYS, LONG_MONTHS } from './names.ts';

/** What a layout can show of a time. */
export interface ShownTime {
  /** The time that the clocks of its zone show, in ms since 1970 as if it were UTC. */
  readonly wallMs: number;
  /** Nanoseconds after the whole millisecond. */
  readonly ns: number;
  readonly offsetMinutes: number;
  /** `UTC`, `CET`, or an offset where the zone has no name. */
  readonly zoneName: string;
}

type Write = (time: ShownTime, date: Date) => string;

const two = (value: number): string => String(value).padStart(2, '0');
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12;

/** Longest first, since one is the beginning of another. */
const ELEMENTS: readonly (readonly [element: string, write: Write])[] = [
  ['January', (_, date) => LONG_MONTHS[date.getUTCMonth()]],
  ['Jan', (_, date) => LONG_MONTHS[date.getUTCMonth()].slice(0, 3)],
  ['Monday', (_, date) => LONG_DAYS[(date.getUTCDay() + 6) % 7]],
  ['Mon', (_, date) => LONG_DAYS[(date.getUTCDay() + 6) % 7].slice(0, 3)],
  ['MST', ({ zoneName }) => zoneName],
  ['Z07:00:00', (time) => zulu(time, offset(time, ':', true))],
  ['Z070000', (time) => zulu(time, offset(time, '', true))],
  ['Z07:00', (time) => zulu(time, offset(time, ':', false))],
  ['Z0700', (time) => zulu(time, offset(time, '', false))],
  ['Z07', (time) => zulu(time, offset(time, '', false).slice(0, 3))],
  ['-07:00:00', (time) => offset(time, ':', true)],
  ['-070000', (time) => offset(time, '', true)],
  ['-07:00', (time) => offset(time, ':', false)],
  ['-0700', (time) => offset(time, '', false)],
  ['-07', (time) => offset(time, '', false).slice(0, 3)],
  ['2006', (_, date) => String(date.getUTCFullYear()).padStart(4, '0')],
  ['002', (_, date) => String(dayOfYear(date)).padStart(3, '0')],
  ['__2', (_, date) => String(dayOfYear(date)).padStart(3)],
  ['01', (_, date) => two(date.getUTCMonth() + 1)],
  ['02', (_, date) => two(date.getUTCDate())],
  ['03', (_, date) => two(hour12(date))],
  ['04', (_, date) => two(date.getUTCMinutes())],
  ['05', (_, date) => two(date.getUTCSeconds())],
  ['06', (_, date) => two(date.getUTCFullYear() % 100)],
  ['15', (_, date) => two(date.getUTCHours())],
  ['_2', (_, date) => String(date.getUTCDate()).padStart(2)],
  ['PM', (_, date) => (date.getUTCHours() >= 12 ? 'PM' : 'AM')],
  ['pm', (_, date) => (date.getUTCHours() >= 12 ? 'pm' : 'am')],
  ['1', (_, date) => String(date.getUTCMonth() + 1)],
  ['2', (_, date) => String(date.getUTCDate())],
  ['3', (_, date) => String(hour12(date))],
  ['4', (_, date) => String(date.getUTCMinutes())],
  ['5', (_, date) => String(date.getUTCSeconds())],
];

/** `.000` and `,000` have so many digits, `.999` at most so many; they end a run of digits. */
const FRACTION = /^[.,](0+|9+)(?!\d)/;

/** A layout taken apart once, for times that are written again and again. */
export interface GoTimeWriter {
  write(time: ShownTime): string;
  /** The elements in it, as the layout spells them; none: it is the same text for all times. */
  readonly elements: readonly string[];
}

/** The writer of a layout: a text that shows the moment `Mon Jan 2 15:04:05 MST 2006`, UTC-7. */
export function goTimeWriter(layout: string): GoTimeWriter {
  const writes: Write[] = [];
  const elements: string[] = [];
  let rest = layout;
  while (rest !== '') {
    const fraction = FRACTION.exec(rest)?.[0];
    const found = ELEMENTS.find(([element]) => isAt(element, rest));
    const element = fraction ?? found?.[0];
    const taken = element ?? rest[0];
    if (element !== undefined) elements.push(element);
    if (fraction !== undefined) writes.push(({ ns }, date) => fractionText(fraction, date, ns));
    else writes.push(found?.[1] ?? (() => taken));
    rest = rest.slice(taken.length);
  }
  return {
    elements,
    write(time) {
      const date = new Date(time.wallMs);
      return writes.map((write) => write(time, date)).join('');
    },
  };
}

/** The time in a layout. */
export function writeGoTime(layout: string, time: ShownTime): string {
  return goTimeWriter(layout).write(time);
}

/** `Jan` and `Mon` are only meant where no word goes on with them, `_2` not where it begins `_2006`. */
function isAt(element: string, rest: string): boolean {
  if (!rest.startsWith(element)) return false;
  if (element === 'Jan' || element === 'Mon') return !/^[a-z]/.test(rest.slice(3));
  return element !== '_2' || !rest.startsWith('_2006');
}

function fractionText(element: string, date: Date, ns: number): string {
  const digits = `${String(date.getUTCMilliseconds()).padStart(3, '0')}${String(ns).padStart(6, '0')}`.slice(0, element.length - 1);
  const text = element[0] + digits.padEnd(element.length - 1, '0');
  return element.includes('9') ? text.replace(/[.,]?0*$/, '') : text;
}

function offset({ offsetMinutes }: ShownTime, separator: string, withSeconds: boolean): string {
  const seconds = Math.round(Math.abs(offsetMinutes) * 60);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, ...(withSeconds ? [seconds % 60] : [])];
  return (offsetMinutes < 0 ? '-' : '+') + parts.map(two).join(separator);
}

function zulu({ offsetMinutes }: ShownTime, text: string): string {
  return offsetMinutes === 0 ? 'Z' : text;
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}
