/** What is known of one host's total, in plain values, so that it survives a restart. */
import { z } from 'zod';
import { readJson } from './series-state.ts';

const Moment = z.object({ ms: z.number(), ns: z.number() });
export type Moment = Readonly<z.output<typeof Moment>>;

const Member = z.object({
  ms: z.number(),
  ns: z.number(),
  watts: z.number(),
  /** Whether it reported in the open frame. */
  seen: z.boolean(),
  /** After so many seconds without a report it is no longer counted on. */
  staleSeconds: z.number(),
});
export type Member = z.output<typeof Member>;

const HostState = z.object({
  /** Names the host. */
  tags: z.array(z.tuple([z.string(), z.string()])).readonly(),
  /** The tool and rank that count now. */
  active: z.object({ source: z.string(), rank: z.number() }).optional(),
  /** Energy of the active tool from before this time was another's to count. */
  since: Moment.optional(),
  /** The time of the last frame told. */
  emitted: Moment.optional(),
  /** The time of the open frame: its latest report; none yet if absent. */
  frame: Moment.optional(),
  /** Microjoules for the next frame. */
  pending: z.number(),
  gapSeconds: z.number(),
  total: z.object({ joules: z.number(), micros: z.number() }),
  /** Whether all members are known: not before one of them has reported twice. */
  settled: z.boolean(),
  members: z.record(z.string(), Member),
});

export interface HostState extends Omit<z.output<typeof HostState>, 'tags' | 'active' | 'since' | 'emitted' | 'frame'> {
  readonly tags: readonly (readonly [key: string, value: string])[];
  active: { readonly source: string; readonly rank: number } | undefined;
  since: Moment | undefined;
  emitted: Moment | undefined;
  frame: Moment | undefined;
}

/** The state that `JSON.stringify` wrote; undefined for anything else. */
export function decodeHostState(text: string): HostState | undefined {
  const stored = HostState.safeParse(readJson(text));
  if (!stored.success) return undefined;
  const { active, since, emitted, frame } = stored.data;
  return { ...stored.data, active, since, emitted, frame };
}
