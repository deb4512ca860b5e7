import { z } from 'zod';
import type { Energy } from '../../../energy/amount.ts';
import type { OverheadState } from '../../../energy/overhead.ts';
import type { Remainder } from '../../../energy/remainder.ts';
import { decodeSeriesState, encodeSeriesState, readJson, type SeriesState } from '../../../energy/series-state.ts';
import { Shares } from '../../../energy/shares.ts';
import { Total } from '../../../energy/total.ts';
import type { StateSpec } from '../../../queue/store.ts';

/** By series of `energy`. */
export const seriesSpec: StateSpec<SeriesState> = {
  name: 'series',
  version: 1,
  encode: encodeSeriesState,
  decode: (text) => decodeSeriesState(text),
};

/** By scope and tags. */
export const totalSpec: StateSpec<Total> = {
  name: 'totals',
  version: 1,
  encode: (total) => total.encode(),
  decode: (text) => Total.decode(text),
};

/** What a user has got so far, and when it did the last time, in milliseconds. */
export interface UserTotal {
  readonly total: Energy;
  readonly ms: number;
}

const StoredUser = z.tuple([z.number(), z.number(), z.number()]);

/** By series of `energy`: a program that is gone for a while goes on where it was. */
export const userSpec: StateSpec<UserTotal> = {
  name: 'users',
  version: 1,
  encode: ({ total, ms }) => JSON.stringify([total.joules, total.micros, ms]),
  decode(text) {
    const { data } = StoredUser.safeParse(readJson(text));
    return data && { total: { joules: data[0], micros: data[1] }, ms: data[2] };
  },
};

/** By share and host. */
export const sharesSpec: StateSpec<Shares> = {
  name: 'shares',
  version: 2,
  encode: (shares) => shares.encode(),
  decode: (text) => Shares.decode(text),
};

const StoredEnergy = z.object({ joules: z.number(), micros: z.number() });
const StoredMoment = z.object({ ms: z.number(), ns: z.number() });
const StoredOverhead = z.object({ total: StoredEnergy, rest: z.number() });
const StoredWaiting = StoredMoment.extend({ source: z.string(), micros: z.number(), gapSeconds: z.number() });
const StoredRemainder = z.object({
  host: z.array(StoredWaiting),
  parts: z.array(StoredWaiting),
  owed: z.number(),
  since: StoredMoment.optional(),
  total: StoredEnergy,
});

/** By host. */
export const overheadSpec: StateSpec<OverheadState> = {
  name: 'facility',
  version: 1,
  encode: (state) => JSON.stringify(state),
  decode: (text) => StoredOverhead.safeParse(readJson(text)).data,
};

/** By host. */
export const remainderSpec: StateSpec<Remainder> = {
  name: 'unattributed',
  version: 1,
  encode: (remainder) => JSON.stringify(remainder),
  decode(text) {
    const { data } = StoredRemainder.safeParse(readJson(text));
    return data === undefined ? undefined : { ...data, since: data.since };
  },
};
