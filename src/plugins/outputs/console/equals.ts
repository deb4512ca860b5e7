/** Which equivalents of a host are worth showing, best first. */
import type { HostEquivalent } from './model.ts';

/** Below the first nobody can picture it, above the last nobody can count it; between 1 and a thousand it reads well. */
const READABLE = [0.1, 100_000];
const COMFORTABLE = [1, 1000];

/** What the watts equal now, and what the energy since the start equals: of each the comfortable ones in the catalogue's order, then the rest. */
export function readableEquivalents(equivalents: Iterable<HostEquivalent>): {
  readonly power: HostEquivalent[];
  readonly energy: HostEquivalent[];
} {
  const readable = [...equivalents].filter((one) => isWithin(one, READABLE));
  const ordered = [...readable.filter((one) => isWithin(one, COMFORTABLE)), ...readable.filter((one) => !isWithin(one, COMFORTABLE))];
  return { power: ordered.filter(({ kind }) => kind === 'power'), energy: ordered.filter(({ kind }) => kind !== 'power') };
}

function isWithin({ value }: HostEquivalent, [from, to]: readonly number[]): boolean {
  return value >= from && value < to;
}
