/** Telegraf's windows of arrival, `[since, until]`, in milliseconds since the epoch. */
export interface Window {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Go counts multiples of a duration from the year 1; that matters only where a period does not divide a day. */
const YEAR_1_MS = -62_135_596_800_000;

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

/** The window after one that ended; the one around now if the clock jumped past it (the machine slept). */
export function nextWindow(ended: Window, nowMs: number, periodMs: number): Window {
  const next = { sinceMs: ended.untilMs, untilMs: ended.untilMs + periodMs };
  if (nowMs >= next.sinceMs && nowMs <= next.untilMs) return next;
  const sinceMs = truncate(nowMs, periodMs);
  return { sinceMs, untilMs: sinceMs + periodMs };
}
