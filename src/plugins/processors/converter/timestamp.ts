import { goTimeReader } from '../../../formats/go-time/parse-layout.ts';
import { UNIX_UNITS, unixNanoseconds } from '../../../formats/go-time/timestamp.ts';
import { Kind, type FieldValue } from '../../../metric/kind.ts';
import { fromNanoseconds, isInRange } from '../../../metric/time.ts';
import { failure, type Failure } from './failure.ts';

export type Time = readonly [ms: number, ns: number];
export type TimestampReader = (kind: Kind, value: FieldValue) => Time | Failure;

const OUT_OF_RANGE = failure('out of the range of int64 nanoseconds (1677 to 2262)');

/** The reader for one of Telegraf's `timestamp_format`s; undefined for a text that is none. */
export function timestampReader(format: string): TimestampReader | undefined {
  const decimals = UNIX_UNITS[format];
  if (decimals !== undefined) return (kind, value) => readUnix(kind, value, decimals);
  const read = goTimeReader(format);
  return read === undefined
    ? undefined
    : (kind, value) => {
        if (kind !== Kind.String) return failure('unsupported type');
        const time = read(String(value));
        if (time === undefined) return failure(`"${value}" is no time of the form "${format}"`);
        return isInRange(...time) ? time : OUT_OF_RANGE;
      };
}

/** `decimals` is the power of ten that makes nanoseconds of one unit. */
function readUnix(kind: Kind, value: FieldValue, decimals: number): Time | Failure {
  switch (kind) {
    case Kind.Int:
    case Kind.Uint:
      return toTime(BigInt(value) * 10n ** BigInt(decimals));
    case Kind.Float:
      return readFloat(value as number, decimals);
    case Kind.String:
      return readText(value as string, decimals);
    case Kind.Bool:
      return failure('unsupported type');
  }
}

/** The fraction is taken apart from the whole, as Telegraf does, so that it keeps what digits the double has. */
function readFloat(value: number, decimals: number): Time | Failure {
  if (!Number.isFinite(value)) return failure('invalid number');
  const whole = Math.trunc(value);
  return toTime(BigInt(whole) * 10n ** BigInt(decimals) + BigInt(Math.trunc((value - whole) * 10 ** decimals)));
}

/** What is finer than a nanosecond is cut off. */
function readText(text: string, decimals: number): Time | Failure {
  const nanoseconds = unixNanoseconds(text, decimals);
  return nanoseconds === undefined ? failure('invalid number') : toTime(nanoseconds);
}

function toTime(nanoseconds: bigint): Time | Failure {
  const time = fromNanoseconds(nanoseconds);
  return isInRange(...time) ? time : OUT_OF_RANGE;
}
