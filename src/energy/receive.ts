/**
 * Readings that come out of order. A reading waits until the newest of its series is `lateness` ahead of it, and older ones
 * that come meanwhile take their place before it. So any order within the lateness ends in the same samples, and a total that
 * was told is never taken back, which a counter in Prometheus would not survive. Without lateness nothing waits.
 */
import { compareTime } from '../metric/time.ts';
import { integrate, rejectValue, type EnergySample, type IntegrationOptions, type Rejection } from './integrate.ts';
import type { Reading, SeriesState } from './series-state.ts';
import type { PowerLimit, Source } from './sources/source.ts';

/** Where samples and refusals go, in order. */
export interface Receiver {
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
  const rejection = rejectValue(source, state, reading.value) ?? rejectTime(state, reading);
  if (rejection !== undefined) {
    receiver.rejected(rejection);
    return state;
  }
  const held = insert(state.held, reading);
  const due = countDue(held, options.latenessMs);
  let next: SeriesState = { ...state, held: held.slice(due) };
  for (const released of held.slice(0, due)) next = add(source, next, released, options, receiver);
  return next;
}

/** Lets the held readings go as if nothing older could come. The state to keep stays the one before. */
export function release(source: Source, state: SeriesState, options: IntegrationOptions, receiver: Receiver): SeriesState {
  let next: SeriesState = { ...state, held: [] };
  for (const reading of state.held) next = add(source, next, reading, options, receiver);
  return next;
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

/** Why a reading can't wait with the others; those older than the last are for `integrate` to judge. */
function rejectTime(state: SeriesState, reading: Reading): Rejection | undefined {
  const same = [...state.held, ...(state.last === undefined ? [] : [state.last])].find(
    ({ ms, ns }) => ms === reading.ms && ns === reading.ns,
  );
  if (same === undefined) return undefined;
  return same.value === reading.value ? 'duplicate' : 'conflict';
}

function insert(held: readonly Reading[], reading: Reading): Reading[] {
  const at = held.findLastIndex(({ ms, ns }) => compareTime(ms, ns, reading.ms, reading.ns) < 0) + 1;
  return held.toSpliced(at, 0, reading);
}

function countDue(held: readonly Reading[], latenessMs: number): number {
  const newest = held[held.length - 1];
  const waiting = held.findIndex(({ ms, ns }) => compareTime(ms, ns, newest.ms - latenessMs, newest.ns) > 0);
  return waiting === -1 ? held.length : Math.max(waiting, held.length - MAX_HELD);
}
