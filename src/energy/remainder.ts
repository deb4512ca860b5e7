/**
 * What of a host's energy none of its parts (processes, VMs) used: `host - sum of parts`, never below zero.
 *
 * The host's frames and its parts' come one after the other, in any order: they are settled up to the time that both have reached.
 * Where the parts claim more than there was, the excess is taken from later remainders, so that over any long time
 * `parts + remainder = host`, as far as the parts leave something.
 */
import { compareTime, secondsBetween } from '../metric/time.ts';
import { addMicros, MICROS_PER_JOULE, NO_ENERGY, type Energy } from './amount.ts';
import type { EnergySample } from './integrate.ts';
import type { Frame } from './total.ts';
import type { Moment } from './total-state.ts';

interface Waiting extends Moment {
  readonly source: string;
  readonly micros: number;
  readonly gapSeconds: number;
}

export interface Remainder {
  /** Frames that are not settled, in order of time. */
  readonly host: readonly Waiting[];
  readonly parts: readonly Waiting[];
  /** Microjoules that the parts claimed too much. */
  readonly owed: number;
  /** Up to when it is settled. */
  readonly since: Moment | undefined;
  readonly total: Energy;
}

export const NO_REMAINDER: Remainder = { host: [], parts: [], owed: 0, since: undefined, total: NO_ENERGY };

/** Frames that wait for the other side; where it is silent, older ones become one. */
const MAX_WAITING = 64;

export interface Settled {
  readonly remainder: Remainder;
  /** What is known to be left now, and of which of the host's tools. */
  readonly sample?: EnergySample & { readonly source: string };
}

/** The remainder once the host, or its parts together, have told a frame. */
export function addFrame(remainder: Remainder, side: 'host' | 'parts', { ms, ns, source, micros, gapSeconds }: Frame): Settled {
  const waiting = [...remainder[side], { ms, ns, source, micros, gapSeconds }];
  return settle({ ...remainder, [side]: waiting.length > MAX_WAITING ? [sumOf(waiting.slice(0, 2)), ...waiting.slice(2)] : waiting });
}

function settle(remainder: Remainder): Settled {
  const { since, total, owed } = remainder;
  const reached = earlier(remainder.host.at(-1), remainder.parts.at(-1));
  const isDue = (frame: Moment) => reached !== undefined && compareTime(frame.ms, frame.ns, reached.ms, reached.ns) <= 0;
  const due = remainder.host.filter(isDue);
  if (due.length === 0) return { remainder };
  const host = sumOf(due);
  const claimed = owed + remainder.parts.filter(isDue).reduce((sum, { micros }) => sum + micros, 0);
  const micros = Math.max(0, host.micros - claimed);
  const next = {
    host: remainder.host.slice(due.length),
    parts: remainder.parts.filter((frame) => !isDue(frame)),
    owed: Math.max(0, claimed - host.micros),
    since: { ms: host.ms, ns: host.ns },
    total: addMicros(total, micros),
  };
  const from = since ?? host;
  const seconds = secondsBetween(from.ms, from.ns, host.ms, host.ns);
  const watts = seconds > 0 ? micros / MICROS_PER_JOULE / seconds : undefined;
  const sample = { ...host, sinceMs: from.ms, sinceNs: from.ns, watts, micros, total: next.total, maxGapSeconds: 0 };
  return { remainder: next, sample };
}

/** Frames as one, at the time of the last. */
function sumOf(frames: readonly Waiting[]): Waiting {
  return frames.reduce((sum, frame) => ({ ...frame, micros: sum.micros + frame.micros, gapSeconds: sum.gapSeconds + frame.gapSeconds }));
}

function earlier(a: Moment | undefined, b: Moment | undefined): Moment | undefined {
  if (a === undefined || b === undefined) return undefined;
  return compareTime(a.ms, a.ns, b.ms, b.ns) <= 0 ? a : b;
}
