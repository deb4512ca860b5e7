import { safeInteger } from '../../../metric/number-text.ts';
import { fromNanoseconds, toNanoseconds } from '../../../metric/time.ts';
import { writeGoTime, type ShownTime } from '../../go-time/write-layout.ts';
import { findZone, utc, zoneAbbreviation } from '../../go-time/zone.ts';
import { Arguments } from '../builtins/arguments.ts';
import { EvalError } from '../errors.ts';
import { methods, type Methods } from '../values/callable.ts';
import { madeUpKey } from '../values/hash.ts';
import { threeWay } from '../values/three-way.ts';
import { Thing, type BinaryOperator, type Comparison, type Value } from '../values/value.ts';
import { Duration } from './duration.ts';
import type { Location } from './module.ts';

export const UTC: Location = { name: 'UTC', zone: utc };

/** Go's zero time, the first of January of the year 1, in nanoseconds since 1970. */
const ZERO = -62_135_596_800_000_000_000n;

/** An instant, as the clocks of some place show it. */
export class Time extends Thing {
  readonly nanoseconds: bigint;
  readonly location: Location;

  /** Nanoseconds since 1970. */
  constructor(nanoseconds: bigint, location: Location) {
    super();
    this.nanoseconds = nanoseconds;
    this.location = location;
  }

  override get type(): string {
    return 'time.time';
  }

  override repr(): string {
    return this.format('2006-01-02 15:04:05.999999999 -0700 MST');
  }

  override get truth(): boolean {
    return this.nanoseconds !== ZERO;
  }

  override hashKey(): string {
    return madeUpKey('time', String(this.nanoseconds));
  }

  override compare(op: Comparison, other: Time): boolean {
    return threeWay(op, Number(this.nanoseconds > other.nanoseconds) - Number(this.nanoseconds < other.nanoseconds));
  }

  override get methods(): Methods<Time> {
    return timeMethods;
  }

  override get attributeNames(): readonly string[] {
    return Object.keys(ATTRIBUTES);
  }

  override attribute(name: string): Value | undefined {
    return Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name](this) : undefined;
  }

  override binary(op: BinaryOperator, other: Value, side: 'left' | 'right'): Value | undefined {
    if (other instanceof Duration) {
      if (op === '+') return this.#plus(other.nanoseconds);
      return op === '-' && side === 'left' ? this.#plus(-other.nanoseconds) : undefined;
    }
    return other instanceof Time && op === '-' && side === 'left' ? new Duration(this.nanoseconds - other.nanoseconds) : undefined;
  }

  #plus(nanoseconds: bigint): Time {
    return new Time(this.nanoseconds + nanoseconds, this.location);
  }

  /** In a layout of Go. */
  format(layout: string): string {
    return writeGoTime(layout, this.#shown());
  }

  /** What the clocks show. */
  get wall(): Date {
    return new Date(this.#shown().wallMs);
  }

  #shown(): ShownTime {
    const [ms, ns] = fromNanoseconds(this.nanoseconds);
    const { name, zone } = this.location;
    const offsetMinutes = zone(ms);
    return {
      wallMs: ms + offsetMinutes * 60_000,
      ns,
      offsetMinutes,
      zoneName: name === '' ? fixedName(offsetMinutes) : zoneAbbreviation(name, ms),
    };
  }
}

/** `+0200` */
function fixedName(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) => String(part).padStart(2, '0'));
  return `${minutes < 0 ? '-' : '+'}${hours}${rest}`;
}

const ATTRIBUTES: Readonly<Record<string, (time: Time) => Value>> = {
  year: ({ wall }) => wall.getUTCFullYear(),
  month: ({ wall }) => wall.getUTCMonth() + 1,
  day: ({ wall }) => wall.getUTCDate(),
  hour: ({ wall }) => wall.getUTCHours(),
  minute: ({ wall }) => wall.getUTCMinutes(),
  second: ({ wall }) => wall.getUTCSeconds(),
  nanosecond: ({ nanoseconds }) => Number(((nanoseconds % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND),
  unix: ({ nanoseconds }) => safeInteger((nanoseconds - (((nanoseconds % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND)) / NS_PER_SECOND),
  unix_nano: ({ nanoseconds }) => safeInteger(nanoseconds),
};

const NS_PER_SECOND = 1_000_000_000n;

const timeMethods: Methods<Time> = methods<Time>({
  in_location: (self, args, named, name) =>
    new Time(self.nanoseconds, locationOf(Arguments.positional(name, args, named, 1).text(0), self.location)),
  format: (self, args, named, name) => self.format(Arguments.positional(name, args, named, 1).text(0)),
});

/** The place of an IANA name; `Local` is where the machine stands. Throws for a name that is none. */
export function locationOf(name: string, local: Location): Location {
  if (name === '' || name === 'UTC') return UTC;
  if (name === 'Local') return local;
  const zone = findZone(name);
  if (zone === undefined) throw new EvalError(`unknown time zone ${name}`);
  return { name, zone };
}

/** An instant from milliseconds and the nanoseconds after them. */
export function timeOf(ms: number, ns: number, location: Location): Time {
  return new Time(toNanoseconds(ms, ns), location);
}
