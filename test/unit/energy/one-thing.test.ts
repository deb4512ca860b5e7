import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJoules } from '../../../src/energy/amount.ts';
import type { EnergySample, Rejection } from '../../../src/energy/integrate.ts';
import { learnRange, receive, release } from '../../../src/energy/receive.ts';
import { NEW_SERIES, type FieldId, type Reading } from '../../../src/energy/series-state.ts';
import type { Source } from '../../../src/energy/sources/source.ts';
import { at, options, run, source, T0 } from '../../support/energy.ts';

const rapl = source({ reading: 'counter', unit: 'µJ', wrapsAt: 262_143_328_850, maxWatts: 2000 });

describe('a counter of one of several ranges', () => {
  const some = source({ reading: 'counter', unit: 'µJ', wrapsAt: [262_143_328_850, 65_532_610_987, 131_069_516_941], maxWatts: 2000 });

  it('wraps at the smallest that it can have', () => {
    expect(run(some, [at(0, 262_143_328_849), at(1, 50)]).state.total).toEqual({ joules: 0, micros: 51 });
    expect(run(some, [at(0, 131_069_516_940), at(1, 50)]).state.total).toEqual({ joules: 0, micros: 51 });
    expect(run(some, [at(0, 65_532_610_986), at(1, 50)]).state.total).toEqual({ joules: 0, micros: 51 });
  });

  it('is a reset where no range makes it plausible', () => {
    expect(run(some, [at(0, 200e9), at(1, 1e6)]).samples[1]).toMatchObject({ micros: 1_000_000, gapSeconds: 1 });
  });

  it('goes by what its series told, as soon as it has', () => {
    const told = learnRange(run(rapl, [at(0, 99)]).state, 100);
    expect(run(rapl, [at(1, 1)], {}, told).samples[0]).toMatchObject({ micros: 2, gapSeconds: 0 });
    expect(learnRange(told, 100)).toBe(told);
    for (const nothing of [Number.NaN, 0, -1, Infinity]) expect(learnRange(told, nothing)).toBe(told);
  });
});

describe('a delta', () => {
  const delta = source({ reading: 'delta', unit: 'J', factor: 2 ** -32 });

  it('counts as it is, in its own unit; the first has no known beginning', () => {
    const { samples } = run(delta, [at(0, 2 ** 32), at(10, 500 * 2 ** 32), at(20, 0)]);
    expect(samples.map(({ micros, watts }) => [micros, watts])).toEqual([
      [0, undefined],
      [500_000_000, 50],
      [0, 0],
    ]);
  });

  it('after a silence is energy of a part of it', () => {
    const { samples } = run(delta, [at(0, 0), at(10, 2 ** 32), at(100, 2 ** 32)]);
    expect(samples[2]).toMatchObject({ micros: 1_000_000, gapSeconds: 90, watts: undefined });
  });

  it('beyond what the thing can do is refused', () => {
    expect(run(source({ reading: 'delta', unit: 'J', maxWatts: 10 }), [at(0, 0), at(10, 101)]).rejections).toEqual(['implausible']);
  });
});

describe('a source that repeats itself', () => {
  const frozenCounter = source({ reading: 'counter', unit: 'J', frozenAfter: 2 });

  it('is frozen: a counter brings all of its energy when it moves again', () => {
    const { samples, rejections } = run(frozenCounter, [at(0, 0), at(10, 500), at(20, 500), at(3600, 500), at(3610, 180_000)]);
    expect(rejections).toEqual(['frozen', 'frozen']);
    expect(samples.map(({ micros }) => micros / 1e6)).toEqual([0, 500, 179_500]);
    expect(samples[2]).toMatchObject({ sinceMs: T0 + 10_000 });
  });

  it('is frozen after as many as declared: of a power no more is invented', () => {
    const of = source({ frozenAfter: 3 });
    const { samples, rejections } = run(of, [at(0, 50), at(10, 50), at(20, 50), at(30, 50), at(100, 51), at(110, 51)]);
    expect(rejections).toEqual(['frozen', 'frozen']);
    expect(samples.map(({ micros, gapSeconds }) => [micros / 1e6, gapSeconds])).toEqual([
      [0, 0],
      [500, 0],
      [0, 90],
      [510, 0],
    ]);
  });

  it('is not frozen where nothing says that it always moves', () => {
    expect(run(source({}), [at(0, 50), at(10, 50), at(20, 50), at(30, 50)]).rejections).toEqual([]);
  });
});

describe('two fields that say the same', () => {
  const power = source({ field: 'watts' });
  const counter = source({ field: 'joules', reading: 'counter', unit: 'J', preference: 1 });
  const sources = [power, counter];

  /** Readings of both, in order of arrival: [seconds, watts or undefined, joules or undefined]. */
  function runBoth(steps: readonly (readonly [Source, Reading])[], latenessMs = 0) {
    const result = { state: NEW_SERIES, samples: [] as EnergySample[], rejections: [] as Rejection[] };
    const receiver = {
      source: (of: FieldId) => sources.find(({ field }) => field === of.field),
      sample: (sample: EnergySample) => result.samples.push(sample),
      rejected: (reason: Rejection) => result.rejections.push(reason),
    };
    for (const [of, reading] of steps) result.state = receive(of, result.state, reading, { ...options, latenessMs }, receiver);
    result.state = release(result.state, { ...options, latenessMs }, receiver);
    return result;
  }

  it('count once: the one preferred more, whichever comes first', () => {
    const { state, rejections } = runBoth([
      [power, at(0, 50)],
      [counter, at(0, 1000)],
      [power, at(10, 50)],
      [counter, at(10, 1503)],
      [counter, at(20, 2003)],
      [power, at(20, 50)],
    ]);
    expect(toJoules(state.total)).toBe(1003);
    expect(new Set(rejections)).toEqual(new Set(['superseded']));
  });

  it('hand over at a gap, so that nothing is counted twice', () => {
    const { samples, state } = runBoth([
      [power, at(0, 50)],
      [power, at(10, 50)],
      [counter, at(15, 1000)],
      [power, at(20, 50)],
      [counter, at(25, 1500)],
    ]);
    expect(toJoules(state.total)).toBe(1000);
    expect(samples.map(({ micros, gapSeconds }) => [micros / 1e6, gapSeconds])).toEqual([
      [0, 0],
      [500, 0],
      [0, 5],
      [500, 0],
    ]);
  });

  it('after an outage of both go on with the better one, which knows what was used', () => {
    const { state } = runBoth([
      [counter, at(0, 0)],
      [counter, at(10, 500)],
      [power, at(3600, 50)],
      [counter, at(3600, 180_000)],
      [power, at(3610, 50)],
      [counter, at(3610, 180_500)],
    ]);
    expect(toJoules(state.total)).toBe(180_500);
  });

  it('go on with the lesser one when the better one is gone for good', () => {
    const { samples, state } = runBoth([
      [counter, at(0, 0)],
      [counter, at(10, 500)],
      [power, at(20, 50)],
      [power, at(50, 50)],
      [power, at(60, 50)],
    ]);
    expect(toJoules(state.total)).toBe(1000);
    expect(samples.at(-1)).toMatchObject({ gapSeconds: 40, micros: 500_000_000, sinceMs: T0 + 50_000 });
  });

  it('end in the same energy in any order within the lateness', () => {
    const steps = Array.from({ length: 20 }, (_, index) => [
      [power, at(index * 10, 50)] as const,
      ...(index < 4 || index > 12 ? [] : [[counter, at(index * 10, index * 503)] as const]),
    ]).flat();
    const inOrder = runBoth(steps, 60_000);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 59 }), { minLength: steps.length, maxLength: steps.length }), (delays) => {
        const shuffled = steps
          .map((step, index) => ({ step, arrival: step[1].ms + delays[index] * 1000 }))
          .toSorted((a, b) => a.arrival - b.arrival)
          .map(({ step }) => step);
        expect(runBoth(shuffled, 60_000).samples).toEqual(inOrder.samples);
      }),
    );
  });
});
