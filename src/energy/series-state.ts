/** What is known of the energy of one thing: all that its energy depends on, in plain values, so that it survives a restart. */
import { z } from 'zod';
import { NO_ENERGY, type Energy } from './amount.ts';

/** One value of a source, in the source's unit. */
export interface Reading {
  readonly ms: number;
  readonly ns: number;
  readonly value: number | bigint;
}

/** Which field a reading is of, among those that say the same thing. */
export interface FieldId {
  readonly measurement: string;
  readonly field: string;
}

/** A reading that waits, possibly among those of another field. */
export interface HeldReading extends Reading {
  readonly of: FieldId;
}

/** The energy of one thing: of one series of the measurement `energy`. */
export interface SeriesState {
  /** The field whose readings count, and how much it is preferred; undefined before the first. */
  readonly by: (FieldId & { readonly preference: number }) | undefined;
  /** The latest reading that counts; undefined before the first. */
  readonly last: Reading | undefined;
  /** The first reading of a field preferred less, since the one that counts fell silent. */
  readonly rival: HeldReading | undefined;
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
  /** The highest value that the series itself told, in the source's unit; undefined when it has not. */
  readonly wrapsAt: number | undefined;
  /**
   * The earliest time, in milliseconds, that a counter was read at after `last` came; undefined when its clock did not go back. What
   * it counted since was used between then and its next reading, and not in the little that the clock is ahead of `last` by then.
   */
  readonly lateMs: number | undefined;
  /** How many readings in a row had the value of `last`; counted only where a source can freeze. */
  readonly equal: number;
  /** Readings that wait for older ones that may still come, in order of time. */
  readonly held: readonly HeldReading[];
}

export const NEW_SERIES: SeriesState = {
  by: undefined,
  last: undefined,
  rival: undefined,
  total: NO_ENERGY,
  rest: 0,
  gapSeconds: 0,
  intervals: [0, 0],
  limitWatts: undefined,
  wrapsAt: undefined,
  lateMs: undefined,
  equal: 1,
  held: [],
};

const StoredReading = z.tuple([z.number(), z.number(), z.union([z.number(), z.string().regex(/^\d+$/).transform(BigInt)])]);
const StoredHeld = z.tuple([...StoredReading.def.items, z.string(), z.string()]);

/** A list without names, since it is written for every reading. */
const Stored = z.tuple([
  z.tuple([z.number(), z.number(), z.number()]), // total and rest
  z.number(), // gapSeconds
  z.tuple([z.number(), z.number()]), // intervals
  z.number(), // equal
  z.number().nullable(), // limitWatts
  z.number().nullable(), // wrapsAt
  z.number().nullable(), // lateMs
  z.tuple([z.string(), z.string(), z.number()]).nullable(), // by
  StoredReading.nullable(), // last
  StoredHeld.nullable(), // rival
  z.array(StoredHeld),
]);

/** The state as JSON; integers beyond 2^53 are in quotes. */
export function encodeSeriesState(state: SeriesState): string {
  const { total, by, last, rival } = state;
  return JSON.stringify([
    [total.joules, total.micros, state.rest],
    state.gapSeconds,
    state.intervals,
    state.equal,
    state.limitWatts ?? null,
    state.wrapsAt ?? null,
    state.lateMs ?? null,
    by === undefined ? null : [by.measurement, by.field, by.preference],
    last === undefined ? null : plain(last),
    rival === undefined ? null : plainHeld(rival),
    state.held.map(plainHeld),
  ]);
}

/** What `encodeSeriesState` wrote; undefined for anything else. */
export function decodeSeriesState(text: string): SeriesState | undefined {
  const stored = Stored.safeParse(readJson(text));
  if (!stored.success) return undefined;
  const [[joules, micros, rest], gapSeconds, intervals, equal, limitWatts, wrapsAt, lateMs, by, last, rival, held] = stored.data;
  return {
    total: { joules, micros },
    rest,
    gapSeconds,
    intervals,
    equal,
    limitWatts: limitWatts ?? undefined,
    wrapsAt: wrapsAt ?? undefined,
    lateMs: lateMs ?? undefined,
    by: by === null ? undefined : { measurement: by[0], field: by[1], preference: by[2] },
    last: last === null ? undefined : { ms: last[0], ns: last[1], value: last[2] },
    rival: rival === null ? undefined : heldReading(rival),
    held: held.map(heldReading),
  };
}

function plain({ ms, ns, value }: Reading): readonly unknown[] {
  return [ms, ns, typeof value === 'bigint' ? String(value) : value];
}

function plainHeld(reading: HeldReading): readonly unknown[] {
  return [...plain(reading), reading.of.measurement, reading.of.field];
}

function heldReading([ms, ns, value, measurement, field]: z.output<typeof StoredHeld>): HeldReading {
  return { ms, ns, value, of: { measurement, field } };
}

/** The value of a JSON text; undefined when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
