/** What a host costs at the meter of the building: what its sensors see, and what gets lost on the way to them. */
import { addMicros, NO_ENERGY, type Energy } from './amount.ts';
import { hostRank } from './sources/source.ts';
import type { Frame } from './total.ts';

export interface Overhead {
  /** What of the energy that goes into the power supply comes out of it, above 0, at most 1. */
  readonly psuEfficiency: number;
  /** Power usage effectiveness: what the room takes for each watt of the machines, at least 1 (ISO/IEC 30134-2). */
  readonly pue: number;
}

export interface OverheadState {
  readonly total: Energy;
  /** The fraction of a microjoule that `total` lacks. */
  readonly rest: number;
}

export const NO_OVERHEAD: OverheadState = { total: NO_ENERGY, rest: 0 };

/** By what a host's energy is multiplied. A sensor at the wall has the losses of the power supply in its reading already. */
function overheadFactor({ psuEfficiency, pue }: Overhead, rank: number): number {
  return rank >= hostRank('wall') ? pue : pue / psuEfficiency;
}

/** A host's frame as the building pays for it. */
export function withOverhead(
  state: OverheadState,
  frame: Frame,
  overhead: Overhead,
): { readonly state: OverheadState; readonly frame: Frame } {
  const factor = overheadFactor(overhead, frame.rank);
  const exact = frame.micros * factor + state.rest;
  const micros = Math.max(0, Math.round(exact));
  const total = addMicros(state.total, micros);
  return {
    state: { total, rest: exact - micros },
    frame: { ...frame, micros, total, watts: frame.watts === undefined ? undefined : frame.watts * factor },
  };
}
