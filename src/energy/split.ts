/**
 * Cutting the energy of one interval at the edges of windows, so that the parts sum to the whole to the last microjoule: each
 * edge gets the whole's share up to it, rounded down, and the last part what remains.
 */
import { compareTime, NS_PER_MS } from '../metric/time.ts';
import type { WindowGrid } from './grid.ts';

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

/** The parts of an interval, in order. An interval without length is one part. */
export function split(interval: Interval, grid: WindowGrid): Part[] {
  const { sinceMs, sinceNs, ms, ns, micros, gapNs } = interval;
  const lastStart = windowEndingAt(ms, ns, grid);
  const length = nanosecondsBetween(sinceMs, sinceNs, ms, ns);
  const parts: Part[] = [];
  let doneNs = 0;
  let doneMicros = 0;
  let doneCovered = 0;
  const coveredNs = length - gapNs;
  for (const startMs of starts(Math.min(grid.startOf(sinceMs), lastStart), lastStart, grid)) {
    const isLast = startMs === lastStart;
    const toNs = isLast ? length : (grid.next(startMs) - sinceMs) * NS_PER_MS - sinceNs;
    const toMicros = isLast ? micros : Math.floor(micros * (toNs / length));
    const toCovered = isLast ? coveredNs : coveredUpTo(toNs, length, gapNs);
    parts.push({
      startMs,
      micros: toMicros - doneMicros,
      microsAfter: micros - toMicros,
      coveredNs: toCovered - doneCovered,
      gapNs: toNs - doneNs - (toCovered - doneCovered),
    });
    [doneNs, doneMicros, doneCovered] = [toNs, toMicros, toCovered];
  }
  return parts;
}

/** The covered part of an interval's first nanoseconds: all of them where there is no gap, none where there is nothing else. */
function coveredUpTo(toNs: number, length: number, gapNs: number): number {
  return gapNs === 0 ? toNs : Math.floor((length - gapNs) * (toNs / length));
}

function starts(first: number, last: number, grid: WindowGrid): number[] {
  const found: number[] = [];
  for (let startMs = first; startMs < last; startMs = grid.next(startMs)) {
    if (found.length === MAX_PARTS) return [last];
    found.push(startMs);
  }
  return [...found, last];
}

/** The nanoseconds from one time to another; exact up to 104 days. */
export function nanosecondsBetween(fromMs: number, fromNs: number, toMs: number, toNs: number): number {
  return (toMs - fromMs) * NS_PER_MS + (toNs - fromNs);
}

/** The start of the window that holds what lies right before a time: on an edge, the window that ends there. */
function windowEndingAt(ms: number, ns: number, grid: WindowGrid): number {
  const startMs = grid.startOf(ms);
  return compareTime(ms, ns, startMs, 0) === 0 ? grid.startOf(ms - 1) : startMs;
}
