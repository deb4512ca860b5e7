/** Readings and sources for the tests of integration. */
import type { EnergySample, IntegrationOptions, Rejection } from '../../src/energy/integrate.ts';
import { receive } from '../../src/energy/receive.ts';
import { NEW_SERIES, type Reading, type SeriesState } from '../../src/energy/series-state.ts';
import type { Source } from '../../src/energy/sources/source.ts';

/** When readings of tests begin, in milliseconds. */
export const T0 = 1_760_000_000_000;

/** A source with these changes: by itself a mean power in watts at the wall. */
export function source(changes: Partial<Source>): Source {
  return {
    name: 'test',
    measurement: 'm',
    field: 'f',
    where: {},
    unit: 'W',
    reading: 'mean',
    scope: 'wall',
    identity: [],
    resolution: undefined,
    maxWatts: 20_000,
    wrapsAt: undefined,
    limit: undefined,
    ...changes,
  };
}

/** No lateness, and a present that is a day after `T0`. */
export const options: IntegrationOptions = { maxGapSeconds: undefined, latenessMs: 0, now: () => T0 + 86_400_000 };

/** A reading so many seconds after T0. */
export function at(seconds: number, value: number | bigint): Reading {
  const ns = Math.round(seconds * 1e9);
  return { ms: T0 + Math.floor(ns / 1e6), ns: ns % 1e6, value };
}

/** What became of some readings. */
export interface Run {
  state: SeriesState;
  readonly samples: EnergySample[];
  readonly rejections: Rejection[];
}

/** Takes readings one by one. */
export function run(
  of: Source,
  readings: readonly Reading[],
  with_: Partial<IntegrationOptions> = {},
  from: SeriesState = NEW_SERIES,
): Run {
  const result: Run = { state: from, samples: [], rejections: [] };
  for (const reading of readings) {
    result.state = receive(
      of,
      result.state,
      reading,
      { ...options, ...with_ },
      {
        source: () => of,
        sample: (sample) => result.samples.push(sample),
        rejected: (reason) => result.rejections.push(reason),
      },
    );
  }
  return result;
}
