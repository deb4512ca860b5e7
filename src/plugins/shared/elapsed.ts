/** Time that went by between two points, as Go has it: in whole nanoseconds within int64, and in seconds. */
import type { Point } from '../../metric/point.ts';
import { toNanoseconds } from '../../metric/time.ts';

type Time = Pick<Point, 'ms' | 'ns'>;

const NS_PER_S = 1_000_000_000n;
const MAX_INT64 = 2n ** 63n - 1n;

/** Nanoseconds from one time to another, negative when it lies before; beyond 292 years the end of int64. */
export function elapsedNanoseconds(from: Time, to: Time): bigint {
  const elapsed = toNanoseconds(to.ms, to.ns) - toNanoseconds(from.ms, from.ns);
  if (elapsed > MAX_INT64) return MAX_INT64;
  return elapsed < -MAX_INT64 - 1n ? -MAX_INT64 - 1n : elapsed;
}

/** The same in seconds, whole ones and the rest apart, so that it is Go's `Duration.Seconds` to the last bit. */
export function elapsedSeconds(from: Time, to: Time): number {
  const elapsed = elapsedNanoseconds(from, to);
  return Number(elapsed / NS_PER_S) + Number(elapsed % NS_PER_S) / 1e9;
}
