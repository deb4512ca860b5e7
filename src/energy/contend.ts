/**
 * Two fields that say the same thing, such as a raw counter beside rounded watts: one of them counts, never both.
 *
 * The one preferred more takes over at once, the other only when that one has been silent for longer than a gap and it has come
 * twice itself: after an outage both come back together, and then the counter still knows what the power does not. Between two
 * fields nothing is invented: the time from the last reading of the one to the first of the other is a gap.
 */
import { secondsBetween } from '../metric/time.ts';
import type { FieldId, Reading, SeriesState } from './series-state.ts';
import type { Source } from './sources/source.ts';

export interface Contest {
  readonly state: SeriesState;
  /** Whether the reading counts now: the state then is ready for it. */
  readonly won: boolean;
}

/** Whether the series goes by this field, or by none yet. */
export function isBy({ by }: SeriesState, { measurement, field }: Source): boolean {
  return by === undefined || (by.field === field && by.measurement === measurement);
}

/** What a reading of another field than the one that counts does to the series. */
export function contend(source: Source, state: SeriesState, reading: Reading, maxGapSeconds: number): Contest {
  const { last, by } = state;
  if (last === undefined || by === undefined) return { state: handOver(state, source, undefined, 0), won: true };
  const seconds = secondsBetween(last.ms, last.ns, reading.ms, reading.ns);
  if ((source.preference ?? 0) > by.preference) {
    // At the time of the last reading it takes its place, and there is nothing new to tell.
    if (seconds <= 0) return { state: seconds === 0 ? handOver(state, source, reading, 0) : state, won: false };
    return { state: handOver(state, source, undefined, seconds), won: true };
  }
  if (seconds <= maxGapSeconds) return { state, won: false };
  const { rival } = state;
  if (rival?.of.field !== source.field || rival.of.measurement !== source.measurement) {
    return { state: { ...state, rival: { ...reading, of: idOf(source) } }, won: false };
  }
  return { state: handOver(state, source, rival, secondsBetween(last.ms, last.ns, rival.ms, rival.ns)), won: true };
}

/** Names the field of a source. */
export function idOf({ measurement, field }: Source): FieldId {
  return { measurement, field };
}

/** The series as it goes by another field from now on, whose last reading is `last`, after so many seconds without any. */
function handOver(state: SeriesState, source: Source, last: Reading | undefined, seconds: number): SeriesState {
  const by = { ...idOf(source), preference: source.preference ?? 0 };
  const gapSeconds = state.gapSeconds + seconds;
  return { ...state, by, last, rival: undefined, gapSeconds, intervals: [0, 0], equal: 1, limitWatts: undefined, wrapsAt: undefined };
}
