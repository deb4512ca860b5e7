/** Line protocol of few series that come again and again, with all kinds of values: what a processor may be sent. */
import type { Random } from './random.ts';

/** A line, or the staleness marker of its series; some time after the one before. */
export interface RandomLine {
  readonly line: string;
  readonly stale: boolean;
  readonly stepMs: number;
}

const START_NS = 1_760_000_000_000_000_000n;
const INTERVAL_NS = 7_000_000_001n;
const MAX_STEP_MS = 9_000;
const STALE = 0.15;

const NUMBERS = ['0', '-0', '1.5', '41.25', '007.50', '1e21', '3i', '-7i', '9223372036854775807i', '5u', '18446744073709551615u'];
const OTHERS = ['t', 'FALSE', '"on"', '"a,b=c d"', '"q\\"q\\\\"', '""', '"42.5"', '"é"'];
const VALUES = [...NUMBERS, ...OTHERS];

/** `count` lines of `words`, their fields sorted by name or in any order. */
export function randomLines(words: readonly string[], fields: 'sorted' | 'in any order', count: number, random: Random): RandomLine[] {
  const distinct = Array.from({ length: Math.ceil(count / 2) }, () => randomPoint(words, fields, random));
  return Array.from({ length: count }, (_, index) => ({
    line: `${random.pick(distinct)} ${START_NS + BigInt(index) * INTERVAL_NS}`,
    stale: random.next() < STALE,
    stepMs: random.below(MAX_STEP_MS),
  }));
}

function randomPoint(words: readonly string[], order: 'sorted' | 'in any order', random: Random): string {
  const some = (least: number, most: number) => [
    ...new Set(Array.from({ length: least + random.below(most - least + 1) }, () => random.pick(words))),
  ];
  const tags = some(0, 3).map((key) => `,${key}=${random.pick(words)}`);
  const names = some(1, 5);
  const fields = (order === 'sorted' ? names.sort() : names).map((key) => `${key}=${random.pick(VALUES)}`);
  return `${random.pick(words)}${tags.join('')} ${fields.join(',')}`;
}
