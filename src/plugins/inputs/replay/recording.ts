/** A recording in memory: its points in groups of one time, and how it may be moved in time. */
import type { Point } from '../../../metric/point.ts';
import { compareTime } from '../../../metric/time.ts';

/** Points of one time, in the order in which they were recorded. */
export interface Group {
  readonly ms: number;
  readonly points: readonly Point[];
}

export interface Recording {
  /** In order of time; never empty. */
  readonly groups: readonly Group[];
  /** Between two groups as a rule, in whole seconds (in milliseconds): what a move is a multiple of. */
  readonly intervalMs: number;
}

/** Where the recording is moved: not at all, so that it starts now, or so that it ends now. */
export type Move = 'none' | 'start_now' | 'end_now';

const SECOND_MS = 1000;

/** Groups the points by time. There must be at least one. */
export function toRecording(points: readonly Point[]): Recording {
  const sorted = [...points].sort((a, b) => compareTime(a.ms, a.ns, b.ms, b.ns));
  const groups: { ms: number; ns: number; points: Point[] }[] = [];
  for (const point of sorted) {
    const latest = groups.at(-1);
    if (latest !== undefined && latest.ms === point.ms && latest.ns === point.ns) latest.points.push(point);
    else groups.push({ ms: point.ms, ns: point.ns, points: [point] });
  }
  return { groups, intervalMs: commonInterval(groups) };
}

/** The most frequent time between neighbours, if that is whole seconds; else one second. */
function commonInterval(groups: readonly Group[]): number {
  const counts = new Map<number, number>();
  for (let index = 1; index < groups.length; index++) {
    const gap = groups[index].ms - groups[index - 1].ms;
    counts.set(gap, (counts.get(gap) ?? 0) + 1);
  }
  const [gap] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [SECOND_MS, 0]);
  return gap > 0 && gap % SECOND_MS === 0 ? gap : SECOND_MS;
}

/**
 * Milliseconds to add to every time, a whole multiple of the recording's interval: so times that stood on the minute still do.
 * The recording starts or ends at `nowMs` or less than one interval before.
 */
export function shiftFor({ groups, intervalMs }: Recording, move: Move, nowMs: number): number {
  if (move === 'none') return 0;
  const anchor = move === 'start_now' ? groups[0] : groups[groups.length - 1];
  return Math.floor((nowMs - anchor.ms) / intervalMs) * intervalMs;
}

/** How far each round of a loop lies behind the one before: the recording's length and one interval. */
export function roundMs({ groups, intervalMs }: Recording): number {
  const length = groups[groups.length - 1].ms - groups[0].ms;
  return Math.ceil((length + intervalMs) / intervalMs) * intervalMs;
}
