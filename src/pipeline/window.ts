import { NS_PER_MS } from '../metric/time.ts';

/** Telegraf's windows of arrival, `[since, until]`, in milliseconds since the epoch. */
export interface Window {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** From when to when points count into a window, both ends included. */
export interface Reach {
  readonly fromMs: number;
  readonly fromNs: number;
  readonly toMs: number;
  readonly toNs: number;
}

/** Go counts multiples of a duration from the year 1; that matters only where a period does not divide a day. */
export const YEAR_1_MS = -62_135_596_800_000;

/** The last multiple of `stepMs` at or before `ms`. */
export function truncate(ms: number, stepMs: number): number {
  return ms - ((((ms - YEAR_1_MS) % stepMs) + stepMs) % stepMs);
}

/** The first multiple of `stepMs` at or after `ms`. */
export function alignUp(ms: number, stepMs: number): number {
  const aligned = truncate(ms, stepMs);
  return aligned === ms ? ms : aligned + stepMs;
}

/** The window that a start at `nowMs` falls in: ends at a multiple of the period when `round`, else one period from now. */
export function firstWindow(nowMs: number, periodMs: number, round: boolean): Window {
  const untilMs = round ? truncate(nowMs, periodMs) + periodMs : nowMs + periodMs;
  return { sinceMs: untilMs - periodMs, untilMs };
}

/** Whether a window of this period is open at that time. */
export function isOpen({ sinceMs, untilMs }: Window, nowMs: number, periodMs: number): boolean {
  return untilMs - sinceMs === periodMs && nowMs >= sinceMs && nowMs < untilMs;
}

/** The window after one that ended; the one around now if the clock jumped past it (the machine slept). */
export function nextWindow(ended: Window, nowMs: number, periodMs: number): Window {
  const next = { sinceMs: ended.untilMs, untilMs: ended.untilMs + periodMs };
  if (nowMs >= next.sinceMs && nowMs <= next.untilMs) return next;
  const sinceMs = truncate(nowMs, periodMs);
  return { sinceMs, untilMs: sinceMs + periodMs };
}

/** Whether a window has ended; also one that has not begun yet by a clock that was set back. */
export function isOver({ sinceMs, untilMs }: Window, nowMs: number): boolean {
  return nowMs >= untilMs || nowMs < sinceMs;
}

/** A window with what it takes before its start (`grace`) and after its end (`delay`), in milliseconds. */
export function reachOf({ sinceMs, untilMs }: Window, { grace, delay }: { readonly grace: number; readonly delay: number }): Reach {
  const [fromMs, fromNs] = split(sinceMs, -grace);
  const [toMs, toNs] = split(untilMs, delay);
  return { fromMs, fromNs, toMs, toNs };
}

/** The time `ms` plus `offsetMs`, which may have a fraction, without adding them up: together they have more digits than a double. */
function split(ms: number, offsetMs: number): readonly [ms: number, ns: number] {
  const wholeMs = Math.floor(offsetMs);
  return [ms + wholeMs, Math.round((offsetMs - wholeMs) * NS_PER_MS)];
}
