/** Which equivalents of a quantity to show to a reader. */
import type { Catalogue, CatalogueRow, Theme } from './catalogue.ts';
import type { Quantity } from './quantity.ts';
import { bestReading, isComfortable, isReadable, readingsOf, type Manner, type Reading, type TimeUnit } from './readings.ts';

/** An equivalent, and how to say it. */
export interface Choice extends Reading {
  readonly id: string;
}

export interface Wish {
  /** How many at most. */
  readonly count: number;
  /** Only of these; all when undefined. */
  readonly themes?: readonly Theme[] | undefined;
  /** What was chosen the last time: it stays as long as it reads well, said as before and in its place. */
  readonly previous?: readonly Choice[] | undefined;
}

interface Candidate extends Choice {
  readonly row: CatalogueRow;
}

const MOST_OF_A_THEME = 2;

/**
 * The equivalents that read best, none below 1 or above 1,000: of each theme one while there are others, two at most. What is new has
 * to be between 2 and 100 where anything is, so a value that wavers about a bound changes nothing: what was chosen may go to the bounds.
 */
export function choose(quantity: Quantity, catalogue: Catalogue, { count, themes, previous = [] }: Wish): Choice[] {
  const kept = previous.slice(0, count).map((choice) => again(choice, quantity, catalogue));
  const stay = kept.filter((choice) => choice !== undefined);
  if (stay.length === count) return stay;
  const news = additions(candidates(quantity, catalogue, themes), stay, catalogue, count - stay.length);
  const places = Array.from({ length: count }, (_, place) => kept[place] ?? news.shift());
  return places.filter((choice) => choice !== undefined);
}

/** The same, said in the same way, of the quantity as it is now; undefined when it no longer reads well. */
function again({ id, manner }: Choice, quantity: Quantity, catalogue: Catalogue): Choice | undefined {
  const row = catalogue.get(id);
  if (row === undefined) return undefined;
  const reading = readingsOf(quantity, row).find((one) => isSame(one.manner, manner));
  return reading === undefined || !isReadable(reading, row) ? undefined : { id, ...reading };
}

function isSame(a: Manner, b: Manner): boolean {
  return a.says === b.says && unitOf(a) === unitOf(b) && isInParts(a) === isInParts(b);
}

function unitOf(manner: Manner): TimeUnit | undefined {
  return 'unit' in manner ? manner.unit : undefined;
}

function isInParts(manner: Manner): boolean {
  return 'inParts' in manner && manner.inParts;
}

/** All that can be read, the best first. */
function candidates(quantity: Quantity, catalogue: Catalogue, themes: readonly Theme[] | undefined): Candidate[] {
  const readable = [...catalogue].flatMap(([id, row]): Candidate[] => {
    if (themes !== undefined && (row.theme === undefined || !themes.includes(row.theme))) return [];
    const reading = bestReading(readingsOf(quantity, row), row);
    return reading === undefined || !isReadable(reading, row) ? [] : [{ id, row, ...reading }];
  });
  // Sorting is stable: among equals the catalogue's order holds.
  return readable.toSorted((a, b) => effort(a) - effort(b));
}

/** What it takes to picture it: a number beyond what one can count, and then a time to think of. */
function effort(reading: Reading): number {
  const { says } = reading.manner;
  return (isComfortable(reading) ? 0 : 2) + (says === 'count' || says === 'during' ? 0 : 1);
}

function additions(sorted: readonly Candidate[], stay: readonly Choice[], catalogue: Catalogue, count: number): Choice[] {
  const chosen: Candidate[] = [];
  const themeOf = (id: string) => catalogue.get(id)?.theme ?? id;
  for (let most = 1; most <= MOST_OF_A_THEME; most += 1) {
    for (const candidate of sorted) {
      const taken = [...stay, ...chosen];
      if (chosen.length === count) break;
      if (taken.some(({ id }) => id === candidate.id)) continue;
      if (taken.filter(({ id }) => themeOf(id) === themeOf(candidate.id)).length < most) chosen.push(candidate);
    }
  }
  return chosen.map(({ id, manner, value }) => ({ id, manner, value }));
}
