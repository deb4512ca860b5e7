/** Sprig's functions on times and durations. */
import { goDurationText, parseGoDuration } from '../../go-time/duration.ts';
import { goTimeReader } from '../../go-time/parse-layout.ts';
import { findZone } from '../../go-time/zone.ts';
import { CallError } from '../errors.ts';
import { fn, type GoFunction } from '../values/function.ts';
import { GoTime, GO_ZERO_MS, UTC, type NamedZone } from '../values/time.ts';
import { Int, type Value } from '../values/value.ts';

const ANY = 'interface {}';
const HTML_DATE = '2006-01-02';
const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;
/** What a rounded duration is told in, the longest first. A month and a minute look alike in Sprig too. */
const UNITS: readonly (readonly [nanoseconds: bigint, unit: string])[] = [
  [24n * 365n * HOUR, 'y'],
  [24n * 30n * HOUR, 'm'],
  [24n * HOUR, 'd'],
  [HOUR, 'h'],
  [60n * SECOND, 'm'],
  [SECOND, 's'],
];

/** What these functions ask of the world around them. */
export interface TimeHost {
  now(): GoTime;
  /** The zone of the process. */
  readonly local: NamedZone;
}

export function dates(host: TimeHost): Readonly<Record<string, GoFunction>> {
  const since = (time: GoTime): bigint => host.now().nanoseconds - time.nanoseconds;
  const inZone = (layout: string, date: Value, zone: NamedZone): string => timeOf(date, host).in(zone).format(layout);
  const dateInZone = fn(['string', ANY, 'string'], (layout, date, zone) => inZone(layout, date, zoneOf(zone, host)));
  const dateModify = fn(['string', 'time.Time'], (change, time) => time.plus(parseGoDuration(change) ?? 0n));
  const mustDateModify = fn(['string', 'time.Time'], (change, time) => time.plus(mustParse(change)));
  return {
    ago: fn([ANY], (date) => goDurationText(roundToSecond(since(timeOf(date, host))))),
    date: fn(['string', ANY], (layout, date) => inZone(layout, date, host.local)),
    dateInZone,
    dateModify,
    date_in_zone: dateInZone,
    date_modify: dateModify,
    duration: fn([ANY], (seconds) => goDurationText(secondsOf(seconds) * SECOND)),
    durationRound: fn([ANY], (value) => roundedDuration(durationOf(value, since))),
    htmlDate: fn([ANY], (date) => inZone(HTML_DATE, date, host.local)),
    htmlDateInZone: fn([ANY, 'string'], (date, zone) => inZone(HTML_DATE, date, zoneOf(zone, host))),
    mustDateModify,
    mustToDate: fn(['string', 'string'], (layout, text) => {
      const time = readTime(layout, text, host.local);
      if (time === undefined) throw new CallError(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse it`);
      return time;
    }),
    must_date_modify: mustDateModify,
    now: fn([], () => host.now()),
    toDate: fn(['string', 'string'], (layout, text) => readTime(layout, text, host.local) ?? new GoTime(GO_ZERO_MS, 0, UTC)),
    unixEpoch: fn(['time.Time'], (time) => String(Math.floor(time.ms / 1000))),
  };
}

/** Whole numbers are seconds since 1970; what is neither that nor a time is now. */
function timeOf(value: Value, host: TimeHost): GoTime {
  if (value instanceof GoTime) return value;
  if (value instanceof Int && ['int', 'int64'].includes(value.type)) return new GoTime(Number(value.value) * 1000, 0, host.local);
  return host.now();
}

function zoneOf(name: string, { local }: TimeHost): NamedZone {
  if (name === 'Local') return local;
  const offset = name === '' ? undefined : findZone(name);
  return offset === undefined ? UTC : { name, offset };
}

function readTime(layout: string, text: string, zone: NamedZone): GoTime | undefined {
  const time = goTimeReader(layout, zone.offset)?.(text);
  return time && new GoTime(...time, zone);
}

function mustParse(text: string): bigint {
  const nanoseconds = parseGoDuration(text);
  if (nanoseconds === undefined) throw new CallError(`time: invalid duration ${JSON.stringify(text)}`);
  return nanoseconds;
}

function secondsOf(value: Value): bigint {
  if (value instanceof Int && value.type === 'int64') return value.value;
  return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? BigInt(value.replace('+', '')) : 0n;
}

function durationOf(value: Value, since: (time: GoTime) => bigint): bigint {
  if (typeof value === 'string') return parseGoDuration(value) ?? 0n;
  if (value instanceof GoTime) return since(value);
  return value instanceof Int && value.type === 'int64' ? value.value : 0n;
}

/** In the longest unit that is in it, cut off. */
function roundedDuration(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const unit = UNITS.find(([length]) => size > length);
  return unit === undefined ? '0s' : `${size / unit[0]}${unit[1]}`;
}

function roundToSecond(nanoseconds: bigint): bigint {
  const half = nanoseconds < 0n ? -SECOND / 2n : SECOND / 2n;
  return ((nanoseconds + half) / SECOND) * SECOND;
}
