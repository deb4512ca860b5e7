import { writtenTimeReader } from '../../go-time/parse-layout.ts';
import { offsetAtWall } from '../../go-time/zone.ts';
import { Arguments } from '../builtins/arguments.ts';
import { EvalError } from '../errors.ts';
import { Builtin, type Code } from '../values/callable.ts';
import type { Named, Value } from '../values/value.ts';
import { Duration, toDuration } from './duration.ts';
import { Module, type Location, type ModuleHost } from './module.ts';
import { locationOf, Time, timeOf, UTC } from './time-value.ts';

const RFC3339 = '2006-01-02T15:04:05Z07:00';

const UNITS: Readonly<Record<string, bigint>> = {
  nanosecond: 1n,
  microsecond: 1000n,
  millisecond: 1_000_000n,
  second: 1_000_000_000n,
  minute: 60_000_000_000n,
  hour: 3_600_000_000_000n,
};

/** `time.star` */
export function timeModule({ now, local }: ModuleHost): Module {
  const functions: Readonly<Record<string, Code>> = {
    from_timestamp(args, named) {
      const given = Arguments.positional('from_timestamp', args, named, 1, 2);
      return new Time(BigInt(given.integer(0)) * UNITS['second'] + BigInt(given.integer(1, 0)), local);
    },
    is_valid_timezone: (args, named) => isLocation(Arguments.positional('is_valid_timezone', args, named, 1).text(0), local),
    now(args, named) {
      Arguments.positional('now', args, named, 0);
      const { ms, ns } = now();
      return timeOf(ms, ns, local);
    },
    parse_duration(args, named) {
      const given = Arguments.positional('parse_duration', args, named, 1);
      return toDuration(given.value(0) ?? null, 'parse_duration: for parameter 1: ');
    },
    parse_time: (args, named) => parseTime(args, named, local),
    time: (args, named) => makeTime(args, named, local),
  };
  return new Module('time', {
    ...Object.fromEntries(Object.entries(functions).map(([name, code]) => [name, new Builtin(name, code)])),
    ...Object.fromEntries(Object.entries(UNITS).map(([name, nanoseconds]) => [name, new Duration(nanoseconds)])),
  });
}

function isLocation(name: string, local: Location): boolean {
  try {
    locationOf(name, local);
    return true;
  } catch {
    return false; // an EvalError: no such zone
  }
}

/** A text in a layout, RFC 3339 unless said otherwise. An offset in the text becomes the clocks of the time. */
function parseTime(args: readonly Value[], named: readonly Named[], local: Location): Time {
  const given = Arguments.named('parse_time', args, named, ['x', 'format?', 'location?']);
  const text = given.text(0);
  const layout = given.text(1, RFC3339);
  const location = locationOf(given.text(2, 'UTC'), local);
  const time = writtenTimeReader(layout, location.zone)?.(text);
  if (time === undefined) throw new EvalError(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse it`);
  return timeOf(time.ms, time.ns, time.offsetMinutes === undefined ? location : clocksOf(time.offsetMinutes, time.ms, local));
}

/** As Go: UTC, the local zone where it has that offset then, or clocks without a name. */
function clocksOf(minutes: number, utcMs: number, local: Location): Location {
  if (minutes === 0) return UTC;
  return local.zone(utcMs) === minutes ? local : { name: '', zone: () => minutes };
}

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'nanosecond'];

/** Parts beyond their range count on: the 32nd of January is the first of February. */
function makeTime(args: readonly Value[], named: readonly Named[], local: Location): Time {
  const given = Arguments.named('time', args, named, [...PARTS.map((part) => `${part}?`), 'location?']);
  if (args.length > 0) throw new EvalError('time: unexpected positional arguments');
  const [year, month, day, hour, minute, second, nanosecond] = PARTS.map((_, index) => given.count(index, 0));
  const location = locationOf(given.text(PARTS.length, ''), local);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const wallMs = date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
  if (!Number.isFinite(wallMs)) throw new EvalError('time: out of range');
  const utcMs = wallMs - offsetAtWall(location.zone, wallMs) * 60_000;
  return new Time(BigInt(utcMs) * UNITS['millisecond'] + BigInt(nanosecond), location);
}
