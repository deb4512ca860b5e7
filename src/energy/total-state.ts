/** What is known of one total, in plain values, so that it survives a restart. */
import { z } from 'zod';
import type { Tags } from '../metric/series.ts';
import type { Energy } from './amount.ts';
import { readJson } from './series-state.ts';

export interface Moment {
  readonly ms: number;
  readonly ns: number;
}

export interface Member {
  ms: number;
  ns: number;
  /** Microwatts, whole, so that their sum has no more digits than they; undefined where its power is not known. */
  microwatts: number | undefined;
  /** Whether it reported in the open frame. */
  seen: boolean;
  /** After so many seconds without a report it is no longer counted on. */
  staleSeconds: number;
}

export interface TotalState {
  /** Names what it is the total of. */
  readonly tags: Tags;
  /** The tool and rank that count now. */
  active: { readonly source: string; readonly rank: number } | undefined;
  /** Energy of the active tool from before this time was another's to count. */
  since: Moment | undefined;
  /** The time of the last frame told. */
  emitted: Moment | undefined;
  /** The time of the open frame: its latest report; none yet if undefined. */
  frame: Moment | undefined;
  /** Microjoules for the next frame. */
  pending: number;
  gapSeconds: number;
  total: Energy;
  /** Whether all members are known: not before one of them has reported twice. */
  settled: boolean;
  readonly members: Map<string, Member>;
}

const Time = z.tuple([z.number(), z.number()]).nullable();

/** Lists without names, since it is written for every frame. */
const Stored = z.tuple([
  z.array(z.tuple([z.string(), z.string()])), // tags
  z.tuple([z.string(), z.number()]).nullable(), // active
  z.tuple([Time, Time, Time]), // since, emitted, frame
  z.tuple([z.number(), z.number(), z.number(), z.number()]), // pending, gapSeconds, total
  z.boolean(), // settled
  z.array(z.tuple([z.string(), z.number(), z.number(), z.number().nullable(), z.boolean(), z.number()])), // members
]);

export function encodeTotalState({ active, total, members, ...state }: TotalState): string {
  return JSON.stringify([
    state.tags,
    active === undefined ? null : [active.source, active.rank],
    [plain(state.since), plain(state.emitted), plain(state.frame)],
    [state.pending, state.gapSeconds, total.joules, total.micros],
    state.settled,
    [...members].map(([key, { ms, ns, microwatts, seen, staleSeconds }]) => [key, ms, ns, microwatts ?? null, seen, staleSeconds]),
  ]);
}

/** The state that `encodeTotalState` wrote; undefined for anything else. */
export function decodeTotalState(text: string): TotalState | undefined {
  const stored = Stored.safeParse(readJson(text));
  if (!stored.success) return undefined;
  const [tags, active, [since, emitted, frame], [pending, gapSeconds, joules, micros], settled, members] = stored.data;
  return {
    tags,
    active: active === null ? undefined : { source: active[0], rank: active[1] },
    since: moment(since),
    emitted: moment(emitted),
    frame: moment(frame),
    pending,
    gapSeconds,
    total: { joules, micros },
    settled,
    members: new Map(
      members.map(
        ([key, ms, ns, microwatts, seen, staleSeconds]) =>
          [key, { ms, ns, microwatts: microwatts ?? undefined, seen, staleSeconds }] as const,
      ),
    ),
  };
}

function plain(time: Moment | undefined): readonly [number, number] | null {
  return time === undefined ? null : [time.ms, time.ns];
}

function moment(time: readonly [number, number] | null): Moment | undefined {
  return time === null ? undefined : { ms: time[0], ns: time[1] };
}
