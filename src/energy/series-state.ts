/** What is known of one series of readings: all that its energy depends on, in plain values, so that it survives a restart. */
import { z } from 'zod';
import { NO_ENERGY, type Energy } from './amount.ts';

/** One value of a source, in the source's unit. */
export interface Reading {
  readonly ms: number;
  readonly ns: number;
  readonly value: number | bigint;
}

export interface SeriesState {
  /** The latest reading that counts; undefined before the first. */
  readonly last: Reading | undefined;
  /** All the energy so far. */
  readonly total: Energy;
  /** The fraction of a microjoule (-0.5 to 0.5) that `total` lacks, so that rounding does not add up. */
  readonly rest: number;
  /** Seconds before `last` that nobody accounts for and no sample has reported yet. */
  readonly gapSeconds: number;
  /** The last two distances between readings, in seconds; 0 where unknown. */
  readonly intervals: readonly [number, number];
  /** The bound that the source itself told, in watts; undefined when it has not. */
  readonly limitWatts: number | undefined;
  /** Readings that wait for older ones that may still come, in order of time. */
  readonly held: readonly Reading[];
}

export const NEW_SERIES: SeriesState = {
  last: undefined,
  total: NO_ENERGY,
  rest: 0,
  gapSeconds: 0,
  intervals: [0, 0],
  limitWatts: undefined,
  held: [],
};

const StoredReading = z.object({
  ms: z.number(),
  ns: z.number(),
  value: z.union([z.number(), z.string().regex(/^\d+$/).transform(BigInt)]),
});

const Stored = z.object({
  last: StoredReading.optional(),
  total: z.object({ joules: z.number(), micros: z.number() }),
  rest: z.number(),
  gapSeconds: z.number(),
  intervals: z.tuple([z.number(), z.number()]),
  limitWatts: z.number().optional(),
  held: z.array(StoredReading),
});

/** The state as JSON; integers beyond 2^53 are in quotes. */
export function encodeSeriesState(state: SeriesState): string {
  return JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** What `encodeSeriesState` wrote; undefined for anything else. */
export function decodeSeriesState(text: string): SeriesState | undefined {
  const stored = Stored.safeParse(readJson(text));
  if (!stored.success) return undefined;
  const { last, limitWatts, ...rest } = stored.data;
  return { ...rest, last, limitWatts };
}

/** The value of a JSON text; undefined when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
