/**
 * Readings that come out of order. A reading waits until the newest of its series is `lateness` ahead of it, and older ones
 * that come meanwhile take their place before it. So any order within the lateness ends in the same samples, and a total that
 * was told is never taken back, which a counter in Prometheus would not survive. Without lateness nothing waits.
 */
import { compareTime } from '../metric/time.ts';
import { idOf } from './contend.ts';
import { integrate, rejectValue, type EnergySample, type IntegrationOptions, type Rejection } from './integrate.ts';
import type { FieldId, HeldReading, Reading, SeriesState } from './series-state.ts';
import type { PowerLimit, Source } from './sources/source.ts';

/** Where samples and refusals go, in order. */
export interface Receiver {
  /** The source of a field of this series, for the readings that waited; undefined when it is no source any more. */
  source(of: FieldId): Source | undefined;
  sample(sample: EnergySample): void;
  rejected(reason: Rejection): void;
}

/** Most readings that wait per series; the oldest goes on early when there are more. */
const MAX_HELD = 1024;

/** Takes one reading; returns the series' next state. */
export function receive(
  source: Source,
  state: SeriesState,
  reading: Reading,
  options: IntegrationOptions,
  receiver: Receiver,
): SeriesState {
  if (options.latenessMs === 0 && state.held.length === 0) return add(source, state, reading, options, receiver);
  const held = { ...reading, of: idOf(source) };
  const rejection = rejectValue(source, state, reading.value) ?? rejectTime(state, held);
  if (rejection !== undefined) {
    receiver.rejected(rejection);
    return state;
  }
  const waiting = insert(state.held, held, receiver);
  const due = countDue(waiting, options.latenessMs);
  return addAll({ ...state, held: waiting.slice(due) }, waiting.slice(0, due), options, receiver);
}

/** Lets the held readings go as if nothing older could come. The state to keep stays the one before. */
export function release(state: SeriesState, options: IntegrationOptions, receiver: Receiver): SeriesState {
  return addAll({ ...state, held: [] }, state.held, options, receiver);
}

/** The state that knows the highest value its series told. The same state when nothing is new. */
export function learnRange(state: SeriesState, wrapsAt: number): SeriesState {
  if (!(wrapsAt > 0) || !Number.isFinite(wrapsAt) || wrapsAt === state.wrapsAt) return state;
  return { ...state, wrapsAt };
}

/** The state that knows the bound a source told, from a field in watts. The same state when nothing is new. */
export function learnLimit(state: SeriesState, limit: PowerLimit, watts: number): SeriesState {
  if (!(watts > 0) || !Number.isFinite(watts)) return state;
  const limitWatts = Math.max(limit.atLeast, limit.factor * watts);
  return limitWatts === state.limitWatts ? state : { ...state, limitWatts };
}

function add(source: Source, state: SeriesState, reading: Reading, options: IntegrationOptions, receiver: Receiver): SeriesState {
  const result = integrate(source, state, reading, options);
  if ('sample' in result) receiver.sample(result.sample);
  else receiver.rejected(result.rejection);
  return result.state;
}

function addAll(state: SeriesState, readings: readonly HeldReading[], options: IntegrationOptions, receiver: Receiver): SeriesState {
  let next = state;
  for (const reading of readings) {
    const source = receiver.source(reading.of);
    if (source !== undefined) next = add(source, next, { ms: reading.ms, ns: reading.ns, value: reading.value }, options, receiver);
  }
  return next;
}

/** Why a reading can't wait with the others; those older than the last are for `integrate` to judge. */
function rejectTime({ held, last, by }: SeriesState, reading: HeldReading): Rejection | undefined {
  const waits = held.find((other) => compareTime(other.ms, other.ns, reading.ms, reading.ns) === 0 && isSame(other.of, reading.of));
  const isLast =
    last !== undefined && by !== undefined && isSame(by, reading.of) && compareTime(last.ms, last.ns, reading.ms, reading.ns) === 0;
  const known = waits ?? (isLast ? last : undefined);
  if (known === undefined) return undefined;
  return known.value === reading.value ? 'duplicate' : 'conflict';
}

/** In order of time; of one time, the fields preferred more first. */
function insert(held: readonly HeldReading[], reading: HeldReading, receiver: Receiver): HeldReading[] {
  const preference = ({ of }: HeldReading) => receiver.source(of)?.preference ?? 0;
  const isBefore = (other: HeldReading) =>
    (compareTime(other.ms, other.ns, reading.ms, reading.ns) || preference(reading) - preference(other)) < 0;
  return held.toSpliced(held.findLastIndex(isBefore) + 1, 0, reading);
}

function isSame(a: FieldId, b: FieldId): boolean {
  return a.field === b.field && a.measurement === b.measurement;
}

function countDue(held: readonly HeldReading[], latenessMs: number): number {
  const newest = held[held.length - 1];
  const waiting = held.findIndex(({ ms, ns }) => compareTime(ms, ns, newest.ms - latenessMs, newest.ns) > 0);
  return waiting === -1 ? held.length : Math.max(waiting, held.length - MAX_HELD);
}
