/** Which equivalents of a host are shown: the one or two that read best. */
import type { HostEquivalent } from './model.ts';

/** Below this nobody can picture it, above it nobody can count it. */
const SMALLEST = 0.1;
const LARGEST = 10_000;

/** The easiest numbers to picture are a handful to a few dozen. */
const EASIEST = 10;

/** The best of what watts equal now, then the best of what the energy since the start equals; empty when none reads well. */
export function bestEquivalents(equivalents: Iterable<HostEquivalent>): HostEquivalent[] {
  const readable = [...equivalents].filter(({ value }) => value >= SMALLEST && value < LARGEST);
  const ofPower = easiest(readable.filter(({ kind }) => kind === 'power'));
  const ofEnergy = easiest(readable.filter(({ kind }) => kind !== 'power'));
  return [ofPower, ofEnergy].filter((best) => best !== undefined);
}

function easiest(equivalents: readonly HostEquivalent[]): HostEquivalent | undefined {
  return equivalents.toSorted((a, b) => effort(a.value) - effort(b.value) || (a.id < b.id ? -1 : 1))[0];
}

/** How many times larger or smaller than the easiest number, as a logarithm. */
function effort(value: number): number {
  return Math.abs(Math.log10(value / EASIEST));
}
