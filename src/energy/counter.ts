/** The energy between two readings of a counter: never more than is proven. */
import { MICROS_PER_JOULE } from './amount.ts';
import { microsPerValue, type Source } from './sources/source.ts';

export interface CounterStep {
  /** Microjoules proven, with their fraction. */
  readonly micros: number;
  /** False when more may have been used than is proven: a reset, or time for more than one wrap. */
  readonly covered: boolean;
}

/**
 * The step from `previous` to `current`, `seconds` later; undefined when it is more than `maxWatts` allow.
 *
 * - Rising: the difference. Had the counter wrapped or been reset in between, more was used, so the difference is proven in
 *   any case; it is all of it if the time is too short for a whole round.
 * - Falling, and a single wrap is possible and no longer than `maxGap` ago: `range - previous + current`. (The true modulus is the
 *   range plus one hardware unit: 61 uJ less than the truth, once a wrap.) Of several ranges, the smallest with which it is possible.
 * - Falling otherwise: it started again at 0, by a wrap or a reset, so `current` is proven, if that much could be used at all.
 */
export function counterStep(
  source: Pick<Source, 'unit' | 'factor' | 'wrapsAt'>,
  previous: number | bigint,
  current: number | bigint,
  seconds: number,
  maxGap: number,
  maxWatts: number,
): CounterStep | undefined {
  const micros = microsPerValue(source);
  const possible = maxWatts * MICROS_PER_JOULE * seconds;
  const rise = difference(previous, current) * micros;
  if (rise >= 0) {
    if (rise > possible) return undefined;
    const range = rangesFrom(source.wrapsAt, current)[0] ?? Infinity;
    return { micros: rise, covered: source.wrapsAt === undefined || possible < range * micros };
  }
  const wrapped = rangesFrom(source.wrapsAt, previous)
    .map((range) => range * micros + rise)
    .find((step) => step <= possible);
  if (wrapped !== undefined && seconds <= maxGap) return { micros: wrapped, covered: true };
  const restarted = Number(current) * micros;
  return { micros: restarted <= possible ? restarted : 0, covered: false };
}

/** The ranges of a counter that has been at `value`, smallest first. */
function rangesFrom(wrapsAt: Source['wrapsAt'], value: number | bigint): readonly number[] {
  if (wrapsAt === undefined) return [];
  if (typeof wrapsAt === 'number') return wrapsAt >= value ? [wrapsAt] : [];
  return wrapsAt.filter((range) => range >= value).toSorted((a, b) => a - b);
}

/** Exact for integers of any size; for floats as exact as they are. */
function difference(from: number | bigint, to: number | bigint): number {
  if (typeof from === 'number' && typeof to === 'number') return to - from;
  // The kind of a field may change from float to integer; only whole numbers can be big ones.
  if (isWhole(from) && isWhole(to)) return Number(BigInt(to) - BigInt(from));
  return Number(to) - Number(from);
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}
