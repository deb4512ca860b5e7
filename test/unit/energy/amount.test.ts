import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMicros, joulesToMicros, microsToJoules, NO_ENERGY, toJoules } from '../../../src/energy/amount.ts';

describe('a total of energy', () => {
  it('is exact whatever is added, far beyond 2^53 microjoules', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), { maxLength: 200 }), (amounts) => {
        const total = amounts.reduce((sum, micros) => addMicros(sum, micros), NO_ENERGY);
        const truth = amounts.reduce((sum, micros) => sum + BigInt(micros), 0n);
        expect(BigInt(total.joules) * 1_000_000n + BigInt(total.micros)).toBe(truth);
      }),
    );
  });

  it('does not drift over a year of one-second samples', () => {
    let total = NO_ENERGY;
    for (let second = 0; second < 31_536_000; second += 100) total = addMicros(total, 100 * 123_456_789);
    expect(total).toEqual({ joules: 3_893_333_297, micros: 904_000 });
    expect(toJoules(total)).toBe(3_893_333_297.904);
  });
});

it('microjoules survive being a field in joules', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 51 }), (micros) => {
      expect(joulesToMicros(microsToJoules(micros))).toBe(micros);
    }),
  );
});
