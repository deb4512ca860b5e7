/**
 * Readings to energy, one series at a time: a pure function from a state and a reading to the next state and what came of it.
 *
 * A reading that is refused is treated as if it had never come: the interval grows, and beyond the longest gap nothing is
 * invented. Only an impossible step of a counter moves on to the new value, since the old one may never come back.
 */
import { compareTime, secondsBetween } from '../metric/time.ts';
import { addMicros, MICROS_PER_JOULE, type Energy } from './amount.ts';
import { counterStep, type CounterStep } from './counter.ts';
import { isFromTheFuture, isNoInterval } from './credible-time.ts';
import { contend, idOf, isBy } from './contend.ts';
import type { Reading, SeriesState } from './series-state.ts';
import { microsPerValue, type Source } from './sources/source.ts';
import { uncertaintyMicros } from './uncertainty.ts';

export interface IntegrationOptions {
  /** The longest interval over which a power counts, in seconds; undefined: three times the observed period, at least 30 s. */
  readonly maxGapSeconds: number | undefined;
  /** How long a reading waits for older ones that may still come, in milliseconds of the readings' own time. */
  readonly latenessMs: number;
  /** The present, in milliseconds; only asked when a reading is older than the last. */
  readonly now: () => number;
}

/** The energy of `(since, time]`. */
export interface EnergySample {
  readonly ms: number;
  readonly ns: number;
  /** The time of the reading before; the same as the sample's own for the first. */
  readonly sinceMs: number;
  readonly sinceNs: number;
  /** Undefined where it is not known: the first reading of a counter, or one after a reset. */
  readonly watts: number | undefined;
  /** Microjoules, a safe and non-negative integer. */
  readonly micros: number;
  readonly total: Energy;
  /** Seconds of the interval for which energy is missing. */
  readonly gapSeconds: number;
  /** The interval after which silence is a gap, in seconds. */
  readonly maxGapSeconds: number;
  /** How far `micros` can be from the truth, as far as it is known. */
  readonly uncertainMicros?: number | undefined;
}

/**
 * Why a reading does not count. `conflict`: another value at the same time; the first one stays. `frozen`: the source repeats itself.
 * `superseded`: another field says the same, and better; this is as it should be.
 */
export type Rejection = 'not_finite' | 'negative' | 'implausible' | 'late' | 'duplicate' | 'conflict' | 'frozen' | 'superseded';

export type Integrated =
  | { readonly state: SeriesState; readonly sample: EnergySample }
  | { readonly state: SeriesState; readonly rejection: Rejection };

/** At the least, where the period is known: energy-sources.md §6, guarantee 3. */
const SHORTEST_GAP_SECONDS = 30;
/** Before it is known. Nobody is asked less often than once a minute as a matter of course, so a first interval of a minute is no gap. */
const FIRST_GAP_SECONDS = 90;
const GAP_PERIODS = 3;

/** Adds one reading, older ones excluded. */
export function integrate(source: Source, state: SeriesState, reading: Reading, options: IntegrationOptions): Integrated {
  const rejection = rejectValue(source, state, reading.value);
  if (rejection !== undefined) return { state, rejection };
  if (isBy(state, source)) return integrateNext(source, state, reading, options);
  const contest = contend(source, state, reading, options.maxGapSeconds ?? observedGap(state.intervals));
  if (contest.won) return integrateNext(source, contest.state, reading, options);
  return { state: contest.state, rejection: 'superseded' };
}

function integrateNext(source: Source, state: SeriesState, reading: Reading, options: IntegrationOptions): Integrated {
  const { last } = state;
  if (last === undefined) return begin(source, state, reading, options);
  const order = compareTime(reading.ms, reading.ns, last.ms, last.ns);
  if (isWrongClockOver(last, reading, options)) return begin(source, { ...state, gapSeconds: 0 }, reading, options);
  if (order > 0) return advance(source, state, last, reading, options);
  if (order === 0) return { state, rejection: last.value === reading.value ? 'duplicate' : 'conflict' };
  return { state: rememberLate(source, state, last, reading), rejection: 'late' };
}

/** How far a clock may be set back and a counter's energy of the meantime still be told from a replay of old readings. */
const LONGEST_STEP_BACK_MS = 3_600_000;

/** A counter goes on counting while its clock, set back, is behind the last reading: what comes then took that long. */
function rememberLate(source: Source, state: SeriesState, last: Reading, { ms }: Reading): SeriesState {
  if (source.reading !== 'counter' || last.ms - ms > LONGEST_STEP_BACK_MS || ms >= (state.lateMs ?? Infinity)) return state;
  return { ...state, lateMs: ms };
}

/** Why a value can't be right by itself; undefined when it can. */
export function rejectValue(source: Source, state: SeriesState, value: number | bigint): Rejection | undefined {
  if (!Number.isFinite(Number(value))) return 'not_finite';
  if (value < 0) return 'negative';
  return isPower(source) && wattsOf(source, value) > maxWattsOf(source, state) ? 'implausible' : undefined;
}

/** The first reading of a series: its power, and no energy yet. */
function begin(source: Source, state: SeriesState, reading: Reading, options: IntegrationOptions): Integrated {
  const { ms, ns } = reading;
  const { gapSeconds, by = { ...idOf(source), preference: source.preference ?? 0 } } = state;
  const watts = isPower(source) ? wattsOf(source, reading.value) : undefined;
  const maxGapSeconds = options.maxGapSeconds ?? FIRST_GAP_SECONDS;
  const sample = { ms, ns, sinceMs: ms, sinceNs: ns, watts, micros: 0, total: state.total, gapSeconds, maxGapSeconds };
  return { state: { ...state, by, last: reading, lateMs: undefined, intervals: [0, 0], gapSeconds: 0, equal: 1 }, sample };
}

function advance(source: Source, state: SeriesState, last: Reading, reading: Reading, options: IntegrationOptions): Integrated {
  const equal = countEqual(source, state, last, reading);
  if (source.frozenAfter !== undefined && equal >= source.frozenAfter) {
    return { state: equal === state.equal ? state : { ...state, equal }, rejection: 'frozen' };
  }
  const seconds = secondsBetween(last.ms, last.ns, reading.ms, reading.ns);
  const maxGapSeconds = options.maxGapSeconds ?? observedGap(state.intervals);
  const step = stepOf(source, state, last, reading, seconds, maxGapSeconds);
  if (step === undefined) {
    return { state: { ...state, last: reading, lateMs: undefined, gapSeconds: state.gapSeconds + seconds }, rejection: 'implausible' };
  }
  const exact = step.micros + state.rest;
  const micros = Math.max(0, Math.round(exact));
  const total = addMicros(state.total, micros);
  const gapSeconds = state.gapSeconds + (step.covered ? 0 : seconds);
  const uncertainMicros = uncertaintyMicros(source, last, reading, seconds);
  const { ms, ns } = reading;
  return {
    state: {
      ...state,
      last: reading,
      rival: undefined,
      lateMs: undefined,
      total,
      rest: exact - micros,
      gapSeconds: 0,
      intervals: [state.intervals[1], seconds],
      equal,
    },
    sample: { ms, ns, sinceMs: last.ms, sinceNs: last.ns, watts: step.watts, micros, total, gapSeconds, maxGapSeconds, uncertainMicros },
  };
}

/** How many readings in a row have the same value now; no more than it takes to be frozen. */
function countEqual({ frozenAfter }: Source, { equal }: SeriesState, last: Reading, reading: Reading): number {
  if (frozenAfter === undefined || last.value !== reading.value) return 1;
  return Math.min(equal + 1, frozenAfter);
}

interface Step {
  /** With its fraction. */
  readonly micros: number;
  readonly watts: number | undefined;
  readonly covered: boolean;
}

/** Undefined when it is more than the source can do, or more than a number can hold. */
function stepOf(source: Source, state: SeriesState, last: Reading, reading: Reading, seconds: number, maxGap: number): Step | undefined {
  const maxWatts = maxWattsOf(source, state);
  if (source.reading === 'counter') {
    const { unit, factor = 1 } = source;
    const counter = { unit, factor, wrapsAt: state.wrapsAt ?? source.wrapsAt };
    const taken = Math.max(seconds, state.lateMs === undefined ? 0 : (reading.ms - state.lateMs) / 1000);
    const gap = state.lateMs === undefined ? maxGap : Math.max(maxGap, taken);
    return measured(counterStep(counter, last.value, reading.value, taken, gap, maxWatts), taken);
  }
  if (source.reading === 'delta') {
    const micros = Number(reading.value) * microsPerValue(source);
    // It is the energy of one interval of the tool's own, whatever went missing before it.
    return measured(micros > maxWatts * MICROS_PER_JOULE * seconds ? undefined : { micros, covered: seconds <= maxGap }, seconds);
  }
  const watts = wattsOf(source, reading.value);
  if (seconds > maxGap) return { micros: 0, watts, covered: false };
  const mean = source.reading === 'mean' ? watts : (wattsOf(source, last.value) + watts) / 2;
  const micros = mean * MICROS_PER_JOULE * seconds;
  return isCountable(micros) ? { micros, watts, covered: true } : undefined;
}

/** Measured energy, with the mean power where all of it is known. */
function measured(step: CounterStep | undefined, seconds: number): Step | undefined {
  if (step === undefined || !isCountable(step.micros)) return undefined;
  return { ...step, watts: step.covered ? step.micros / MICROS_PER_JOULE / seconds : undefined };
}

/** Whether a number holds it to the last microjoule. */
function isCountable(micros: number): boolean {
  return micros <= Number.MAX_SAFE_INTEGER - 1;
}

/** By the shorter of the last two intervals: one outage must not stretch what counts as the next. */
function observedGap(intervals: SeriesState['intervals']): number {
  const known = intervals.filter((seconds) => seconds > 0);
  return known.length === 0 ? FIRST_GAP_SECONDS : Math.max(SHORTEST_GAP_SECONDS, GAP_PERIODS * Math.min(...known));
}

/** The last reading came from a wrong clock, and now a credible one comes. */
function isWrongClockOver(last: Reading, reading: Reading, options: IntegrationOptions): boolean {
  if (reading.ms > last.ms) return isNoInterval(last.ms, reading.ms);
  const now = options.now();
  return isFromTheFuture(last.ms, now) && reading.ms <= now;
}

function wattsOf(source: Source, value: number | bigint): number {
  return (Number(value) * microsPerValue(source)) / MICROS_PER_JOULE;
}

function isPower({ reading }: Source): boolean {
  return reading === 'mean' || reading === 'instantaneous';
}

function maxWattsOf(source: Source, state: SeriesState): number {
  return Math.min(source.maxWatts, state.limitWatts ?? source.maxWatts);
}
