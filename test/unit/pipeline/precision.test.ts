import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interner } from '../../../src/metric/interner.ts';
import { fromNanoseconds, toNanoseconds } from '../../../src/metric/time.ts';
import { precisionNs, roundTime } from '../../../src/pipeline/precision.ts';
import { parsePoint } from '../../support/points.ts';

const point = parsePoint(new Interner(), 'm v=1 1');

function rounded(nanoseconds: bigint, unitNs: number): bigint {
  const { ms, ns } = roundTime(point.withTime(...fromNanoseconds(nanoseconds)), unitNs);
  return toNanoseconds(ms, ns);
}

describe('precisionNs', () => {
  it.each([
    [undefined, 0, 10_000, 1e9],
    [undefined, 0, 500, 1e6],
    [undefined, 0, 0.5, 1e3],
    [undefined, 1e-6, 10_000, 1],
    [1, 1000, 10_000, 1e6],
  ])('own %s ms, agent %s ms, interval %s ms: %s ns', (own, agent, interval, expected) => {
    expect(precisionNs(own, agent, interval)).toBe(expected);
  });
});

describe('roundTime', () => {
  it.each([
    [1760000000499999999n, 1760000000000000000n],
    [1760000000500000000n, 1760000001000000000n],
    [-500_000_000n, 0n],
    [-500_000_001n, -1_000_000_000n],
  ])('rounds %s to the second, halves up', (time, expected) => {
    expect(rounded(time, 1e9)).toBe(expected);
  });

  it('is the nearest multiple for any unit, counted from the year 1, halves up', () => {
    const unit = fc.constantFrom(1000, 1e6, 1.5e6, 7, 1001e6, 1e9, 60e9);
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), unit, (time, unitNs) => {
        const exact = BigInt(unitNs);
        const sinceYear1 = time + 62_135_596_800_000_000_000n;
        const floor = time - (((sinceYear1 % exact) + exact) % exact);
        expect(rounded(time, unitNs)).toBe((time - floor) * 2n >= exact ? floor + exact : floor);
      }),
    );
  });

  // What Go's `time.Unix(0, 0).Round(…)` and `time.Unix(1760000000, 123456789).Round(…)` gave.
  it.each([
    [0n, 1001e6, 277_000_000n],
    [1760000000123456789n, 1001e6, 1760000000035000000n],
    [0n, 7e9, 3_000_000_000n],
    [1760000000123456789n, 7e9, 1760000000000000000n],
    [0n, 7, -3n],
    [1760000000123456789n, 1.5e6, 1760000000124000000n],
  ])('rounds %s to units of %s ns as Go does', (time, unitNs, expected) => {
    expect(rounded(time, unitNs)).toBe(expected);
  });

  it('leaves a time alone that would round out of the range of int64', () => {
    expect(rounded(2n ** 63n - 1n, 1e9)).toBe(2n ** 63n - 1n);
  });
});
