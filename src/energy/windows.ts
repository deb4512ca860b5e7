/** Windows of energy over the samples' own time, one series at a time: pure functions over a state in plain values. */
import { z } from 'zod';
import { compareTime } from '../metric/time.ts';
import { MICROS_PER_JOULE } from './amount.ts';
import { isFromTheFuture, isNoInterval } from './credible-time.ts';
import type { WindowGrid } from './grid.ts';
import { readJson } from './series-state.ts';
import { nanosecondsBetween, split, type Part } from './split.ts';

/** One point of the measurement `energy`, or of a charge: then its joules are grams or euros. */
const WindowSample = z.object({
  ms: z.number(),
  ns: z.number(),
  watts: z.number().optional(),
  /** Microjoules since the sample before. */
  micros: z.number(),
  /** Joules, all in all. */
  joulesTotal: z.number(),
  gapSeconds: z.number(),
});
export type WindowSample = Readonly<z.output<typeof WindowSample>>;

const EnergyWindow = z.object({
  startMs: z.number(),
  micros: z.number(),
  /** Joules, all in all, at the end of what is covered so far. */
  joulesTotal: z.number(),
  wattsMin: z.number().optional(),
  wattsMax: z.number().optional(),
  coveredNs: z.number(),
  gapNs: z.number(),
  /** Whether it has changed since it was told. */
  changed: z.boolean(),
});
export type EnergyWindow = Readonly<z.output<typeof EnergyWindow>>;

const WindowSeries = z.object({
  measurement: z.string(),
  tags: z.array(z.tuple([z.string(), z.string()])).readonly(),
  /** The time of the last sample in the windows. */
  last: z.object({ ms: z.number(), ns: z.number() }).optional(),
  /** Samples that wait for older ones that may still come, in order of time. */
  held: z.array(WindowSample).readonly(),
  /** In order of time; those that were told stay until the series has passed them. */
  windows: z.array(EnergyWindow).readonly(),
});

export interface WindowSeries extends Omit<Readonly<z.output<typeof WindowSeries>>, 'tags' | 'last'> {
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly last: { readonly ms: number; readonly ns: number } | undefined;
}

/** Most samples that wait per series. */
const MAX_HELD = 1024;
/** Most windows that are open per series: only a clock that stays ahead opens one after the other and passes none. */
const MAX_WINDOWS = 1000;

/** A series without samples. */
export function startWindows(measurement: string, tags: WindowSeries['tags']): WindowSeries {
  return { measurement, tags, last: undefined, held: [], windows: [] };
}

/** The state that `JSON.stringify` wrote; undefined for anything else. */
export function decodeWindows(text: string): WindowSeries | undefined {
  const stored = WindowSeries.safeParse(readJson(text));
  return stored.success ? { ...stored.data, last: stored.data.last } : undefined;
}

export interface WindowOptions {
  readonly grid: WindowGrid;
  /** How long a sample waits for older ones that may still come, in milliseconds of the samples' own time. */
  readonly latenessMs: number;
}

/**
 * Takes one sample. Within the lateness it takes its place in the order of time, and replaces one of the same time (a correction).
 * Undefined when it is older than what the windows already hold.
 */
export function addSample(series: WindowSeries, sample: WindowSample, options: WindowOptions): WindowSeries | undefined {
  const { last } = series;
  if (last !== undefined && compareTime(sample.ms, sample.ns, last.ms, last.ns) <= 0) return undefined;
  if (options.latenessMs === 0 && series.held.length === 0) return fold(series, sample, options.grid);
  const held = insert(series.held, sample);
  const newest = held[held.length - 1];
  const waiting = held.findIndex(({ ms, ns }) => compareTime(ms, ns, newest.ms - options.latenessMs, newest.ns) > 0);
  const due = waiting === -1 ? held.length : Math.max(waiting, held.length - MAX_HELD);
  let next: WindowSeries = { ...series, held: held.slice(due) };
  for (const released of held.slice(0, due)) next = fold(next, released, options.grid);
  return next;
}

/** The series as if nothing older could come for the samples that wait. */
export function foldHeld(series: WindowSeries, options: WindowOptions): WindowSeries {
  let next: WindowSeries = { ...series, held: [] };
  for (const sample of series.held) next = fold(next, sample, options.grid);
  return next;
}

/**
 * The series as it goes on where a clock begins to be wrong, or is right again: the time between two such samples is no interval. What
 * is in windows of the future stays there, where its samples are. The same series otherwise.
 */
export function passClockError(series: WindowSeries, sample: WindowSample, nowMs: number): WindowSeries {
  if (series.last === undefined || isFromTheFuture(series.last.ms, nowMs) === isFromTheFuture(sample.ms, nowMs)) return series;
  return { ...series, last: undefined };
}

/**
 * How many windows, from the first on, the series has passed, so that only late samples could change them. A sample from a wrong
 * clock has passed none; but of too many, the first are over.
 */
export function countOver({ windows, last }: WindowSeries, grid: WindowGrid, nowMs: number): number {
  const beyond = Math.max(0, windows.length - MAX_WINDOWS);
  if (last === undefined || isFromTheFuture(last.ms, nowMs)) return beyond;
  const open = windows.findIndex(({ startMs }) => grid.next(startMs) > last.ms);
  return Math.max(beyond, open === -1 ? windows.length : open);
}

function insert(held: readonly WindowSample[], sample: WindowSample): WindowSample[] {
  const at = held.findLastIndex(({ ms, ns }) => compareTime(ms, ns, sample.ms, sample.ns) < 0) + 1;
  const next: WindowSample | undefined = held[at];
  const same = next !== undefined && next.ms === sample.ms && next.ns === sample.ns;
  return held.toSpliced(at, same ? 1 : 0, sample);
}

/** Puts the sample's interval into its windows. */
function fold(series: WindowSeries, sample: WindowSample, grid: WindowGrid): WindowSeries {
  const { ms, ns } = sample;
  const since = series.last === undefined || isNoInterval(series.last.ms, ms) ? derivedStart(sample) : series.last;
  const lengthNs = nanosecondsBetween(since.ms, since.ns, ms, ns);
  const gapNs = Math.min(lengthNs, Math.round(sample.gapSeconds * 1e9));
  const { micros } = sample;
  const current = series.windows.at(-1);
  if (current !== undefined && holds(current, grid, since.ms, ms, ns)) {
    const part = { startMs: current.startMs, micros, microsAfter: 0, coveredNs: lengthNs - gapNs, gapNs };
    return { ...series, last: { ms, ns }, windows: [...series.windows.slice(0, -1), extend(current, part, sample)] };
  }
  const windows = [...series.windows];
  for (const part of split({ sinceMs: since.ms, sinceNs: since.ns, ms, ns, micros, gapNs }, grid)) {
    if (part.micros === 0 && part.coveredNs === 0 && part.gapNs === 0) continue;
    const at = windows.findLastIndex(({ startMs }) => startMs <= part.startMs);
    if (windows[at]?.startMs === part.startMs) windows[at] = extend(windows[at], part, sample);
    else windows.splice(at + 1, 0, extend(undefined, part, sample));
  }
  return { ...series, last: { ms, ns }, windows };
}

/** Whether an interval lies in a window as a whole, as most do. */
function holds({ startMs }: EnergyWindow, grid: WindowGrid, sinceMs: number, ms: number, ns: number): boolean {
  return sinceMs >= startMs && compareTime(ms, ns, grid.next(startMs), 0) <= 0;
}

/** Where a sample began whose predecessor is not known: its energy and power tell. */
function derivedStart({ ms, ns, watts, micros }: WindowSample): { ms: number; ns: number } {
  if (watts === undefined || watts <= 0) return { ms, ns };
  return { ms: ms - Math.round((micros / MICROS_PER_JOULE / watts) * 1000), ns };
}

function extend(window: EnergyWindow | undefined, part: Part, sample: WindowSample): EnergyWindow {
  // Power that covers no time (a gap) says nothing about the window.
  const watts = part.coveredNs > 0 ? sample.watts : undefined;
  return {
    startMs: part.startMs,
    micros: (window?.micros ?? 0) + part.micros,
    joulesTotal: sample.joulesTotal - part.microsAfter / MICROS_PER_JOULE,
    wattsMin: least(window?.wattsMin, watts),
    wattsMax: most(window?.wattsMax, watts),
    coveredNs: (window?.coveredNs ?? 0) + part.coveredNs,
    gapNs: (window?.gapNs ?? 0) + part.gapNs,
    changed: true,
  };
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
