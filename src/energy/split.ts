/**
 * Cutting the energy of one interval at the edges of windows, so that the parts sum to the whole to the last microjoule: each
 * edge gets the whole's share up to it, rounded down, and the last part what remains.
 */
import { compareTime, NS_PER_MS } from '../metric/time.ts';

/** `(sinceMs + sinceNs, ms + ns]` with what it holds. */
export interface Interval {
  readonly sinceMs: number;
  readonly sinceNs: number;
  readonly ms: number;
  readonly ns: number;
  /** Microjoules. */
  readonly micros: number;
  /** Nanoseconds of it for which energy is missing. */
  readonly gapNs: number;
}

/** What of an interval lies in the window that starts at `startMs`. */
export interface Part {
  readonly startMs: number;
  readonly micros: number;
  /** Microjoules of the interval after this part. */
  readonly microsAfter: number;
  readonly coveredNs: number;
  readonly gapNs: number;
}

/** An interval over more windows than this goes into its last one as a whole: an absurd time must not become a flood of points. */
const MAX_PARTS = 10_000;

/** The parts of an interval, in order; windows begin at multiples of `periodMs` since the epoch, UTC. An interval without length is one part. */
export function split(interval: Interval, periodMs: number): Part[] {
  const { sinceMs, sinceNs, ms, ns, micros, gapNs } = interval;
  const lastStart = windowEndingAt(ms, ns, periodMs);
  const firstStart = Math.min(windowFrom(sinceMs, periodMs), lastStart);
  const length = nanosecondsBetween(sinceMs, sinceNs, ms, ns);
  const parts: Part[] = [];
  let doneNs = 0;
  let doneMicros = 0;
  let doneGap = 0;
  const start = (lastStart - firstStart) / periodMs < MAX_PARTS ? firstStart : lastStart;
  for (let startMs = start; startMs <= lastStart; startMs += periodMs) {
    const isLast = startMs === lastStart;
    const toNs = isLast ? length : (startMs + periodMs - sinceMs) * NS_PER_MS - sinceNs;
    const toMicros = isLast ? micros : Math.floor(micros * (toNs / length));
    const toGap = isLast ? gapNs : Math.floor(gapNs * (toNs / length));
    const partGap = toGap - doneGap;
    parts.push({
      startMs,
      micros: toMicros - doneMicros,
      microsAfter: micros - toMicros,
      coveredNs: toNs - doneNs - partGap,
      gapNs: partGap,
    });
    [doneNs, doneMicros, doneGap] = [toNs, toMicros, toGap];
  }
  return parts;
}

/** The nanoseconds from one time to another; exact up to 104 days. */
export function nanosecondsBetween(fromMs: number, fromNs: number, toMs: number, toNs: number): number {
  return (toMs - fromMs) * NS_PER_MS + (toNs - fromNs);
}

/** The start of the window that holds what comes right after a time. */
function windowFrom(ms: number, periodMs: number): number {
  return Math.floor(ms / periodMs) * periodMs;
}

/** The start of the window that holds what lies right before a time: on an edge, the window that ends there. */
function windowEndingAt(ms: number, ns: number, periodMs: number): number {
  const start = windowFrom(ms, periodMs);
  return compareTime(ms, ns, start, 0) === 0 ? start - periodMs : start;
}
