/** Go's `time.Time` with the methods that templates call, and the named integers that these give. */
import { NS_PER_MS, toNanoseconds, fromNanoseconds } from '../../../metric/time.ts';
import { goDurationText } from '../../go-time/duration.ts';
import { LONG_DAYS, LONG_MONTHS } from '../../go-time/names.ts';
import { writeGoTime, type ShownTime } from '../../go-time/write-layout.ts';
import { offsetAtWall, utc, zoneAbbreviation, type Zone } from '../../go-time/zone.ts';
import { fn, type GoFunction } from './function.ts';
import { int, int64, Int, type Struct, type Value } from './value.ts';

/** A time zone with the name that its abbreviations are found by. */
export interface NamedZone {
  readonly name: string;
  readonly offset: Zone;
}

export const UTC: NamedZone = { name: 'UTC', offset: utc };

/** Go's zero time, the first of January of the year 1. */
export const GO_ZERO_MS = -62_135_596_800_000;
const DAY_MS = 86_400_000;
const RFC3339 = '2006-01-02T15:04:05.999999999Z07:00';

export class GoTime implements Struct {
  readonly type = 'time.Time';
  readonly ms: number;
  readonly ns: number;
  readonly zone: NamedZone;

  /** Milliseconds since 1970, and nanoseconds after them. */
  constructor(ms: number, ns: number, zone: NamedZone) {
    this.ms = ms;
    this.ns = ns;
    this.zone = zone;
  }

  method(name: string): GoFunction | undefined {
    return Object.hasOwn(METHODS, name) ? METHODS[name](this) : undefined;
  }

  toText(): string {
    return this.format('2006-01-02 15:04:05.999999999 -0700 MST');
  }

  get nanoseconds(): bigint {
    return toNanoseconds(this.ms, this.ns);
  }

  /** What the clocks of its zone show, as if it were UTC. */
  get wall(): Date {
    return new Date(this.#wallMs);
  }

  get #wallMs(): number {
    return this.ms + this.zone.offset(this.ms) * 60_000;
  }

  /** In one of Go's layouts. */
  format(layout: string): string {
    const shown: ShownTime = {
      wallMs: this.#wallMs,
      ns: this.ns,
      offsetMinutes: this.zone.offset(this.ms),
      // Only asked for where the layout shows it: it costs.
      zoneName: layout.includes('MST') ? zoneAbbreviation(this.zone.name, this.ms) : '',
    };
    return writeGoTime(layout, shown);
  }

  in(zone: NamedZone): GoTime {
    return new GoTime(this.ms, this.ns, zone);
  }

  plus(nanoseconds: bigint): GoTime {
    return new GoTime(...fromNanoseconds(this.nanoseconds + nanoseconds), this.zone);
  }
}

/** A `time.Duration`. */
function duration(nanoseconds: bigint): Int {
  const value = BigInt.asIntN(64, nanoseconds);
  return new Int('time.Duration', value, goDurationText(value));
}

type Method<Receiver> = (receiver: Receiver) => GoFunction;

const reading =
  (read: (time: GoTime) => Value): Method<GoTime> =>
  (time) =>
    fn([], () => read(time));
const shown = (read: (wall: Date) => number): Method<GoTime> => reading((time) => int(read(time.wall)));

const METHODS: Readonly<Record<string, Method<GoTime>>> = {
  UTC: reading((time) => time.in(UTC)),
  Format: (time) => fn(['string'], (layout) => time.format(layout)),
  String: reading((time) => time.toText()),
  Unix: reading((time) => int64(BigInt(Math.floor(time.ms / 1000)))),
  UnixMilli: reading((time) => int64(BigInt(time.ms))),
  UnixMicro: reading((time) => int64(BigInt(time.ms) * 1000n + BigInt(Math.floor(time.ns / 1000)))),
  UnixNano: reading((time) => int64(time.nanoseconds)),
  Year: shown((wall) => wall.getUTCFullYear()),
  Month: reading(({ wall }) => new Int('time.Month', BigInt(wall.getUTCMonth() + 1), LONG_MONTHS[wall.getUTCMonth()])),
  Day: shown((wall) => wall.getUTCDate()),
  Hour: shown((wall) => wall.getUTCHours()),
  Minute: shown((wall) => wall.getUTCMinutes()),
  Second: shown((wall) => wall.getUTCSeconds()),
  Nanosecond: reading((time) => int(time.wall.getUTCMilliseconds() * NS_PER_MS + time.ns)),
  YearDay: shown((wall) => Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / DAY_MS) + 1),
  Weekday: reading(({ wall }) => new Int('time.Weekday', BigInt(wall.getUTCDay()), LONG_DAYS[(wall.getUTCDay() + 6) % 7])),
  IsZero: reading((time) => time.ms === GO_ZERO_MS && time.ns === 0),
  Add: (time) => fn(['time.Duration'], (nanoseconds) => time.plus(nanoseconds)),
  AddDate: (time) => fn(['int', 'int', 'int'], (years, months, days) => addDate(time, years, months, days)),
  Sub: (time) => fn(['time.Time'], (other) => duration(time.nanoseconds - other.nanoseconds)),
  Truncate: (time) => fn(['time.Duration'], (step) => time.plus(-sinceStep(time, step))),
  Round: (time) => fn(['time.Duration'], (step) => roundTime(time, step)),
  Before: (time) => fn(['time.Time'], (other) => time.nanoseconds < other.nanoseconds),
  After: (time) => fn(['time.Time'], (other) => time.nanoseconds > other.nanoseconds),
  Equal: (time) => fn(['time.Time'], (other) => time.nanoseconds === other.nanoseconds),
  Compare: (time) =>
    fn(['time.Time'], (other) => int(Number(time.nanoseconds > other.nanoseconds) - Number(time.nanoseconds < other.nanoseconds))),
};

const measured =
  (read: (nanoseconds: bigint) => Value): Method<Int> =>
  (receiver) =>
    fn([], () => read(receiver.value));

const DURATION_METHODS: Readonly<Record<string, Method<Int>>> = {
  Hours: measured((nanoseconds) => Number(nanoseconds) / 3.6e12),
  Minutes: measured((nanoseconds) => Number(nanoseconds) / 6e10),
  Seconds: measured((nanoseconds) => Number(nanoseconds) / 1e9),
  Milliseconds: measured((nanoseconds) => int64(nanoseconds / 1_000_000n)),
  Microseconds: measured((nanoseconds) => int64(nanoseconds / 1000n)),
  Nanoseconds: measured(int64),
  Abs: measured((nanoseconds) => duration(nanoseconds < 0n ? -nanoseconds : nanoseconds)),
  String: measured(goDurationText),
  Round: ({ value }) => fn(['time.Duration'], (step) => duration(step <= 0n ? value : roundHalfAway(value, step))),
  Truncate: ({ value }) => fn(['time.Duration'], (step) => duration(step <= 0n ? value : value - (value % step))),
};

/** The methods of `time.Duration`, `time.Month` and `time.Weekday`. */
export function intMethod(receiver: Int, name: string): GoFunction | undefined {
  const { type, text } = receiver;
  if (type === 'time.Duration') return Object.hasOwn(DURATION_METHODS, name) ? DURATION_METHODS[name](receiver) : undefined;
  return text !== undefined && name === 'String' ? fn([], () => text) : undefined;
}

/** As JSON and texts of machines have it. */
export function rfc3339(time: GoTime): string {
  return time.format(RFC3339);
}

/** Nanoseconds since the last whole step after Go's zero time. */
function sinceStep(time: GoTime, step: bigint): bigint {
  if (step <= 0n) return 0n;
  const since = time.nanoseconds - toNanoseconds(GO_ZERO_MS, 0);
  return ((since % step) + step) % step;
}

function roundTime(time: GoTime, step: bigint): GoTime {
  if (step <= 0n) return time;
  const since = sinceStep(time, step);
  return since * 2n < step ? time.plus(-since) : time.plus(step - since);
}

function roundHalfAway(value: bigint, step: bigint): bigint {
  const rest = value % step;
  const size = rest < 0n ? -rest : rest;
  if (size * 2n < step) return value - rest;
  return value - rest + (value < 0n ? -step : step);
}

/** Go's `AddDate`: a day that the month has not flows over into the next. */
function addDate(time: GoTime, years: number, months: number, days: number): GoTime {
  const { wall } = time;
  const ms = Date.UTC(
    wall.getUTCFullYear() + years,
    wall.getUTCMonth() + months,
    wall.getUTCDate() + days,
    wall.getUTCHours(),
    wall.getUTCMinutes(),
    wall.getUTCSeconds(),
    wall.getUTCMilliseconds(),
  );
  return new GoTime(ms - offsetAtWall(time.zone.offset, ms) * 60_000, time.ns, time.zone);
}
