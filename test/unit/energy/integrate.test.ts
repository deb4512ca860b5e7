import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJoules } from '../../../src/energy/amount.ts';
import { integrate } from '../../../src/energy/integrate.ts';
import { learnLimit, release } from '../../../src/energy/receive.ts';
import { decodeSeriesState, encodeSeriesState, NEW_SERIES, type Reading } from '../../../src/energy/series-state.ts';
import type { Source } from '../../../src/energy/sources/source.ts';
import { at, options, run, source, T0 } from '../../support/energy.ts';

const rapl = source({ reading: 'counter', unit: 'µJ', wrapsAt: 262_143_328_850, maxWatts: 2000 });

const joules = (of: Source, readings: readonly Reading[]) => toJoules(run(of, readings).state.total);

describe('a mean power', () => {
  it('counts for the interval that it ends: the backward rectangle', () => {
    const { samples } = run(source({}), [at(0, 50), at(10, 100), at(20, 20)]);
    expect(samples.map(({ micros }) => micros)).toEqual([0, 1_000_000_000, 200_000_000]);
    expect(samples.map(({ watts }) => watts)).toEqual([50, 100, 20]);
    expect(samples[2]).toMatchObject({ sinceMs: T0 + 10_000, total: { joules: 1200, micros: 0 }, gapSeconds: 0 });
  });

  it('of 100 W is 360,000 J in an hour, however it is sampled', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 29_000 }), { minLength: 1, maxLength: 200 }), (steps) => {
        let ms = 0;
        const readings = [at(0, 100), ...steps.map((step) => at((ms += step) / 1000, 100))];
        // 100 W for `ms` milliseconds are ms * 100,000 uJ.
        const { joules: whole, micros } = run(source({}), readings).state.total;
        expect(whole * 1e6 + micros).toBe(ms * 100_000);
      }),
    );
    expect(
      joules(
        source({}),
        Array.from({ length: 361 }, (_, index) => at(index * 10, 100)),
      ),
    ).toBe(360_000);
  });

  it('of a fraction of a microjoule a sample does not get lost in rounding', () => {
    const readings = Array.from({ length: 1001 }, (_, index) => at(index / 1000, 0.0003));
    expect(run(source({}), readings).state.total).toEqual({ joules: 0, micros: 300 });
  });

  it('is read in its own unit, also as an integer of any size', () => {
    expect(joules(source({ unit: 'mW' }), [at(0, 0), at(10, 5000)])).toBe(50);
    expect(joules(source({ unit: 'µW' }), [at(0, 0n), at(10, 5_000_000n)])).toBe(50);
  });

  it('over a silence longer than the gap is not invented, but reported', () => {
    const { samples } = run(source({}), [at(0, 50), at(10, 50), at(20, 50), at(60, 50), at(70, 50)]);
    expect(samples.map(({ micros }) => micros / 1e6)).toEqual([0, 500, 500, 0, 500]);
    expect(samples.map(({ gapSeconds }) => gapSeconds)).toEqual([0, 0, 0, 40, 0]);
  });

  it('bridges up to three of its own periods, and learns a longer period', () => {
    const { samples } = run(source({}), [at(0, 1), at(60, 1), at(120, 1), at(300, 1), at(481, 1)]);
    expect(samples.map(({ gapSeconds }) => gapSeconds)).toEqual([0, 0, 0, 0, 181]);
  });

  it('does not let one outage stretch what counts as the next', () => {
    const { samples } = run(source({}), [at(0, 1), at(10, 1), at(3610, 1), at(7000, 1)]);
    expect(samples.map(({ gapSeconds }) => gapSeconds)).toEqual([0, 0, 3600, 3390]);
  });

  it('keeps to max_gap where it is set', () => {
    const { samples } = run(source({}), [at(0, 1), at(5, 1), at(11, 1)], { maxGapSeconds: 5 });
    expect(samples.map(({ gapSeconds }) => gapSeconds)).toEqual([0, 0, 6]);
  });
});

describe('an instantaneous power', () => {
  it('counts as the trapezoid: a ramp from 0 to 200 W in an hour is 360,000 J', () => {
    const ramp = Array.from({ length: 121 }, (_, index) => at(index * 30, (200 * index) / 120));
    expect(joules(source({ reading: 'instantaneous' }), ramp)).toBeCloseTo(360_000, 5);
  });
});

describe('a reading that can not be', () => {
  it.each([
    [Number.NaN, 'not_finite'],
    [Number.POSITIVE_INFINITY, 'not_finite'],
    [-1, 'negative'],
    [26_214.3, 'implausible'],
  ])('%s is refused as %s, and the series goes on as if it had not come', (value, reason) => {
    const { samples, rejections } = run(source({}), [at(0, 50), at(10, value), at(20, 50)]);
    expect(rejections).toEqual([reason]);
    expect(samples.map(({ micros }) => micros / 1e6)).toEqual([0, 1000]);
  });

  it('is refused by the bound that the source itself told', () => {
    const of = source({ maxWatts: 2000, limit: { field: 'tdp', factor: 5, atLeast: 100 } });
    const state = learnLimit(NEW_SERIES, { field: 'tdp', factor: 5, atLeast: 100 }, 120);
    expect(state.limitWatts).toBe(600);
    expect(run(of, [at(0, 874)], {}, state).rejections).toEqual(['implausible']);
    expect(run(of, [at(0, 874)]).rejections).toEqual([]);
  });

  it.each([Number.NaN, 0, -5])('a bound of %s teaches nothing', (watts) => {
    expect(learnLimit(NEW_SERIES, { field: 'tdp', factor: 5, atLeast: 100 }, watts)).toBe(NEW_SERIES);
  });

  it('at a time already counted is a duplicate, or a conflict that the first one wins', () => {
    const { state, rejections } = run(source({}), [at(0, 50), at(10, 50), at(10, 50), at(10, 70)]);
    expect(rejections).toEqual(['duplicate', 'conflict']);
    expect(toJoules(state.total)).toBe(500);
  });

  it('older than the last is late', () => {
    const { state, rejections } = run(source({}), [at(0, 50), at(10, 50), at(5, 900)]);
    expect(rejections).toEqual(['late']);
    expect(toJoules(state.total)).toBe(500);
  });
});

describe('a clock that was far ahead', () => {
  it('does not stop its series for ever', () => {
    const now = () => T0 + 60_000;
    const { samples, rejections } = run(source({}), [at(0, 50), at(10, 50), at(9e6, 50), at(20, 50), at(30, 50)], { now });
    expect(rejections).toEqual([]);
    expect(samples.map(({ micros }) => micros / 1e6)).toEqual([0, 500, 0, 0, 500]);
  });

  it('and one that was set back, leave a counter its energy', () => {
    // Ten minutes back after 20 s: the readings until then are late, and the next brings all that was counted meanwhile.
    const clock = [0, 10, 20, ...Array.from({ length: 60 }, (_, index) => -570 + index * 10), 30];
    const readings = clock.map((seconds, index) => at(seconds, 1e9 + index * 1e9));
    const { state, samples, rejections } = run(rapl, readings);
    expect(toJoules(state.total)).toBe((clock.length - 1) * 1000);
    expect(new Set(rejections)).toEqual(new Set(['late', 'conflict']));
    expect(samples.at(-1)).toMatchObject({ micros: 61_000_000_000, gapSeconds: 10 });
  });

  it('and one that was not set yet, at 1970, is no silence of half a century', () => {
    const unset = { ms: 12_000, ns: 0, value: 50 };
    const { samples, rejections } = run(source({}), [unset, at(0, 50), at(10, 50)]);
    expect(rejections).toEqual([]);
    expect(samples.map(({ micros, gapSeconds }) => [micros / 1e6, gapSeconds])).toEqual([
      [0, 0],
      [0, 0],
      [500, 0],
    ]);
  });

  it('is not assumed when old points are replayed', () => {
    const once = [at(0, 50), at(10, 50), at(20, 50)];
    const { state, rejections } = run(source({}), [...once, ...once]);
    expect(toJoules(state.total)).toBe(1000);
    expect(rejections).toEqual(['late', 'late', 'duplicate']);
  });
});

describe('a counter', () => {
  it('counts its differences, wherever it began; its first reading has no power yet', () => {
    const { samples } = run(rapl, [at(0, 5e9), at(10, 5.5e9), at(20, 5.5e9)]);
    expect(samples.map(({ micros }) => micros)).toEqual([0, 500_000_000, 0]);
    expect(samples.map(({ watts }) => watts)).toEqual([undefined, 50, 0]);
  });

  it('wraps at its own range: from 262143328849 to 50 are 51 uJ', () => {
    expect(run(rapl, [at(0, 262_143_328_849), at(1, 50)]).state.total).toEqual({ joules: 0, micros: 51 });
  });

  it('gives the same energy wherever it wraps', () => {
    const range = 262_143_328_850;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: range }), fc.array(fc.integer({ min: 0, max: 1.9e10 }), { maxLength: 100 }), (start, steps) => {
        let value = start;
        let seconds = 0;
        let truth = 0;
        const readings = [at(0, start)];
        for (const step of steps) {
          truth += step;
          value += step;
          if (value >= range) value -= range;
          readings.push(at((seconds += 10), value));
        }
        expect(toJoules(run(rapl, readings).state.total)).toBeCloseTo(truth / 1e6, 4);
      }),
    );
  });

  it('after a reset adds only what is proven, and says that something is missing', () => {
    const { samples } = run(rapl, [at(0, 5e9), at(10, 1e6)]);
    expect(samples[1]).toMatchObject({ micros: 1_000_000, gapSeconds: 10, watts: undefined });
    const noRange = source({ reading: 'counter', unit: 'J' });
    expect(run(noRange, [at(0, 5e9), at(10, 4.9e9)]).samples[1]).toMatchObject({ micros: 0, gapSeconds: 10 });
  });

  it('does not call it a wrap after a long silence, where it may as well be a reset', () => {
    const { samples } = run(rapl, [at(0, 262e9), at(100, 4e9)]);
    expect(samples[1]).toMatchObject({ micros: 4e9, gapSeconds: 100 });
  });

  it('counts across a gap, unless it may have gone round more than once', () => {
    const { samples } = run(rapl, [at(0, 0), at(100, 5e9), at(1000, 9e9)]);
    expect(samples.map(({ micros }) => micros)).toEqual([0, 5e9, 4e9]);
    expect(samples.map(({ gapSeconds }) => gapSeconds)).toEqual([0, 0, 900]);
  });

  it('goes on from an impossible step, which is reported as a gap', () => {
    const { samples, rejections } = run(rapl, [at(0, 1e9), at(10, 200e9), at(20, 200.5e9)]);
    expect(rejections).toEqual(['implausible']);
    expect(samples[1]).toMatchObject({ micros: 500_000_000, gapSeconds: 10 });
  });

  it('beyond 2^53 is exact', () => {
    const of = source({ reading: 'counter', unit: 'µJ' });
    expect(run(of, [at(0, 2n ** 60n), at(10, 2n ** 60n + 7n)]).state.total).toEqual({ joules: 0, micros: 7 });
    expect(run(of, [at(0, 0.5), at(10, 2n ** 60n)]).rejections).toEqual(['implausible']);
  });

  it('in kWh with decimals does not drift', () => {
    const of = source({ reading: 'counter', unit: 'kWh', maxWatts: 20_000 });
    const readings = Array.from({ length: 10_001 }, (_, index) => at(index * 10, 123_456 + index / 1000));
    expect(toJoules(run(of, readings).state.total)).toBeCloseTo(10 * 3.6e6, 4);
  });
});

describe('energy', () => {
  // JSON knows no negative zero, and no power is one: `+ 0` makes it a plain one.
  const anything = fc.array(
    fc.record({
      seconds: fc.integer({ min: 0, max: 5000 }),
      value: fc.oneof(
        fc.double().map((value) => value + 0),
        fc.integer({ min: 0, max: 300 }),
      ),
    }),
    { maxLength: 60 },
  );
  const kinds = [source({}), source({ reading: 'instantaneous' }), source({ reading: 'counter', unit: 'J', wrapsAt: 300 })];

  it('never falls, whatever comes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), anything, (of, readings) => {
        const { samples } = run(
          of,
          readings.map(({ seconds, value }) => at(seconds, value)),
        );
        let last = 0;
        for (const { micros, total } of samples) {
          expect(Number.isSafeInteger(micros) && micros >= 0).toBe(true);
          expect(toJoules(total)).toBeGreaterThanOrEqual(last);
          last = toJoules(total);
        }
      }),
    );
  });

  it('is the same after a restart at any reading', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), anything, fc.nat(60), fc.constantFrom(0, 30_000), (of, values, cut, latenessMs) => {
        const readings = values.map(({ seconds, value }) => at(seconds, value));
        const whole = run(of, readings, { latenessMs });
        const before = run(of, readings.slice(0, cut), { latenessMs });
        const restored = decodeSeriesState(encodeSeriesState(before.state));
        expect(restored).toEqual(before.state);
        const after = run(of, readings.slice(cut), { latenessMs }, restored);
        expect([...before.samples, ...after.samples]).toEqual(whole.samples);
        expect(after.state).toEqual(whole.state);
      }),
    );
  });

  it('is the same in any order, with any repeats, within the lateness', () => {
    const steps = fc.array(fc.record({ step: fc.integer({ min: 1, max: 20 }), watts: fc.integer({ min: 0, max: 300 }) }), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.nat(40)),
        fc.array(fc.integer({ min: 0, max: 29 }), { minLength: 80, maxLength: 80 }),
        (made, repeats, delays) => {
          let seconds = 0;
          const readings = made.map(({ step, watts }) => at((seconds += step), watts));
          const repeated = [...readings, ...repeats.map((index) => readings[index % readings.length])];
          // Each arrives at its time plus a delay below the lateness, which is all the disorder there can be.
          const shuffled = repeated
            .map((reading, index) => ({ reading, arrival: reading.ms + delays[index % 80] * 1000 }))
            .toSorted((a, b) => a.arrival - b.arrival);
          const inOrder = run(source({}), readings);
          const late = run(
            source({}),
            shuffled.map(({ reading }) => reading),
            { latenessMs: 30_000 },
          );
          release(late.state, options, {
            source: () => source({}),
            sample: (sample) => late.samples.push(sample),
            rejected: () => undefined,
          });
          expect(late.samples).toEqual(inOrder.samples);
        },
      ),
    );
  });

  it('is waited for no longer than the lateness, and no longer than a bounded number of readings', () => {
    const some = run(source({}), [at(0, 1), at(10, 1), at(20, 1)], { latenessMs: 10_000 });
    expect(some.samples.map(({ ms }) => (ms - T0) / 1000)).toEqual([0, 10]);
    const many = run(
      source({}),
      Array.from({ length: 1500 }, (_, index) => at(index, 1)),
      { latenessMs: 86_400_000 },
    );
    expect(many.state.held).toHaveLength(1024);
  });
});

describe('stored state', () => {
  it('with big integers comes back as it was', () => {
    const { state } = run(source({ reading: 'counter', unit: 'µJ' }), [at(0, 2n ** 60n)]);
    expect(decodeSeriesState(encodeSeriesState(state))).toEqual(state);
  });

  it.each(['', '{', '[]', '{"total":1}', 'null'])('%j is none', (text) => {
    expect(decodeSeriesState(text)).toBeUndefined();
  });
});

describe('integrate', () => {
  it('leaves the state it was given alone', () => {
    const first = integrate(source({}), NEW_SERIES, at(0, 5), options).state;
    const copy = structuredClone(first);
    integrate(source({}), first, at(10, 5), options);
    expect(first).toEqual(copy);
  });
});
