import type { Point } from '../metric/point.ts';
import { fromNanoseconds, isInRange, NS_PER_MS, toNanoseconds } from '../metric/time.ts';
import { truncate, YEAR_1_MS } from './window.ts';

const YEAR_1_NS = toNanoseconds(YEAR_1_MS, 0);

/**
 * Nanoseconds that an input's times are rounded to: its own precision, the agent's, or one derived from the interval as
 * Telegraf derives it (1 s for intervals of a second and more, then 1 ms, 1 us, 1 ns).
 */
export function precisionNs(ownMs: number | undefined, agentMs: number, intervalMs: number): number {
  const chosen = ownMs !== undefined && ownMs > 0 ? ownMs : agentMs;
  if (chosen > 0) return Math.max(1, Math.round(chosen * NS_PER_MS));
  if (intervalMs >= 1000) return 1000 * NS_PER_MS;
  if (intervalMs >= 1) return NS_PER_MS;
  return intervalMs >= 0.001 ? 1000 : 1;
}

/**
 * The point with its time rounded to the nearest multiple of `unitNs`, halves up; unchanged where that would leave int64's range. Multiples
 * are counted from the year 1, as by Go, which matters for units that do not divide a day.
 */
export function roundTime(point: Point, unitNs: number): Point {
  if (unitNs % NS_PER_MS !== 0 && NS_PER_MS % unitNs !== 0) return roundAny(point, BigInt(unitNs));
  return unitNs < NS_PER_MS ? roundNanoseconds(point, unitNs) : roundMilliseconds(point, unitNs / NS_PER_MS);
}

function roundMilliseconds(point: Point, unitMs: number): Point {
  const rest = point.ms - truncate(point.ms, unitMs);
  const up = rest * 2 + (point.ns * 2) / NS_PER_MS >= unitMs;
  return moved(point, point.ms - rest + (up ? unitMs : 0), 0);
}

function roundNanoseconds(point: Point, unitNs: number): Point {
  const ns = Math.floor(point.ns / unitNs + 0.5) * unitNs;
  return ns >= NS_PER_MS ? moved(point, point.ms + 1, 0) : point.withTime(point.ms, ns);
}

/** For units such as 1.5 ms, which neither divide a millisecond nor are made of whole ones. */
function roundAny(point: Point, unit: bigint): Point {
  const time = toNanoseconds(point.ms, point.ns);
  const rest = (((time - YEAR_1_NS) % unit) + unit) % unit;
  return moved(point, ...fromNanoseconds(time - rest + (rest * 2n >= unit ? unit : 0n)));
}

function moved(point: Point, ms: number, ns: number): Point {
  return isInRange(ms, ns) ? point.withTime(ms, ns) : point;
}
