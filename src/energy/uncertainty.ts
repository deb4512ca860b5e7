/** How far the energy of one interval can be from the truth, as far as it is known: bounds that can be added up. */
import type { Reading } from './series-state.ts';
import { microsPerValue, type ReadingKind, type Source } from './sources/source.ts';

/** How energy is made of each kind of reading, as the tag `method`. */
export const methods: Readonly<Record<ReadingKind, string>> = {
  mean: 'mean',
  instantaneous: 'trapezoid',
  counter: 'counter',
  delta: 'delta',
};

/**
 * Microjoules either way; undefined where the source's smallest step is not known. A counter is off by a step at each end, and
 * neighbours share theirs. Rounded power is off by half a step all the time. What an instantaneous power did between two readings is
 * bounded by half the interval times their difference, where it only rose or only fell.
 */
export function uncertaintyMicros(source: Source, last: Reading, reading: Reading, seconds: number): number | undefined {
  const { resolution } = source;
  if (resolution === undefined) return undefined;
  const micros = microsPerValue(source);
  if (source.reading === 'counter' || source.reading === 'delta') return resolution * micros;
  const rounding = (resolution / 2) * micros * seconds;
  if (source.reading === 'mean') return rounding;
  return rounding + (Math.abs(Number(reading.value) - Number(last.value)) / 2) * micros * seconds;
}
