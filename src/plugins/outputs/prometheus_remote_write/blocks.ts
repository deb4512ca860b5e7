/**
 * How the newest times of series lie in the state: in blocks of series that were met one after the other.
 *
 * Agents send, and targets answer, in much the same order every time, so the series of a block mostly share their newest time. A
 * scrape of 20,000 series then changes some three hundred short texts instead of 20,000 with names in them, which cost more than
 * the scrape itself. Names are written when there are new ones.
 */
import { z } from 'zod';
import type { State, StateSpec } from '../../../queue/store.ts';

/** The newest sample encoded of one series. */
export interface LastSample {
  /** -Infinity: none yet. */
  ms: number;
  value: number;
  /** Whether it is from before a restart: then only its time is known. */
  restored: boolean;
}

export type SeriesName = readonly [family: string, metric: string];

/** Series that share an entry of state. They are only ever added, since their place says whose time is whose. */
export interface Block {
  readonly id: number;
  readonly names: SeriesName[];
  readonly last: LastSample[];
  /** Whether there are newer times, and names, than in the state. */
  touched: boolean;
  grown: boolean;
}

const SERIES_PER_BLOCK = 64;

/** Of a series of the same family as the one before it, the metric alone. */
const StoredNames = z.array(z.union([z.tuple([z.string()]), z.tuple([z.string(), z.string()])]));

export const namesState: StateSpec<readonly SeriesName[]> = {
  name: 'series_names',
  version: 1,
  encode: (names) => JSON.stringify(names.map(([family, metric], at) => (names[at - 1]?.[0] === family ? [metric] : [family, metric]))),
  decode: (text) => {
    try {
      return withFamilies(StoredNames.parse(JSON.parse(text)));
    } catch {
      return undefined;
    }
  },
};

/** Milliseconds, with how many series in a row have them: `1700000000000x64 1700000010000`. A series without a sample has a `-`. */
export const timesState: StateSpec<readonly number[]> = {
  name: 'series_times',
  version: 1,
  encode: (times) => {
    const runs: string[] = [];
    for (let at = 0, next; at < times.length; at = next) {
      for (next = at + 1; times[next] === times[at];) next++;
      const ms = Number.isFinite(times[at]) ? String(times[at]) : '-';
      runs.push(next - at === 1 ? ms : `${ms}x${next - at}`);
    }
    return runs.join(' ');
  },
  decode: (text) => {
    const times: number[] = [];
    for (const run of text.split(' ')) {
      const [, ms, count = '1'] = /^(-|-?\d+)(?:x(\d{1,6}))?$/.exec(run) ?? [];
      if (ms === undefined) return undefined;
      for (let left = Number(count); left > 0; left--) times.push(ms === '-' ? -Infinity : Number(ms));
    }
    return times;
  },
};

function withFamilies(stored: z.output<typeof StoredNames>): SeriesName[] {
  let family = '';
  return stored.map((entry) => {
    if (entry.length === 2) [family] = entry;
    return [family, entry[entry.length - 1]] as const;
  });
}

export class Blocks {
  readonly #names: State<readonly SeriesName[]>;
  readonly #times: State<readonly number[]>;
  #all: Block[] = [];
  #touched: Block[] = [];

  /** Those of the state, in the order in which they were made. */
  constructor(names: State<readonly SeriesName[]>, times: State<readonly number[]>) {
    this.#names = names;
    this.#times = times;
    for (const [id, known] of names.entries()) {
      const ms = times.get(id) ?? [];
      const last = known.map((_, at) => ({ ms: ms[at] ?? -Infinity, value: 0, restored: true }));
      this.#all.push({ id: Number(id), names: [...known], last, touched: false, grown: false });
    }
    this.#all.sort((a, b) => a.id - b.id);
  }

  /** All series, in the order in which they were met. */
  *entries(): Generator<{ readonly block: Block; readonly name: SeriesName; readonly last: LastSample }> {
    for (const block of this.#all) for (const [at, name] of block.names.entries()) yield { block, name, last: block.last[at] };
  }

  /** Gives a series its place; returns the block that it is in. */
  add(name: SeriesName, last: LastSample): Block {
    const open = this.#all.at(-1);
    const block = open !== undefined && open.names.length < SERIES_PER_BLOCK ? open : this.#begin((open?.id ?? 0) + 1);
    block.names.push(name);
    block.last.push(last);
    block.grown = true;
    return block;
  }

  /** Notes that series of a block have newer samples now. */
  touch(block: Block): void {
    if (block.touched) return;
    block.touched = true;
    this.#touched.push(block);
  }

  /** Marks in the state what has changed. */
  commit(): void {
    for (const block of this.#touched) {
      const id = String(block.id);
      if (block.grown) this.#names.set(id, [...block.names]);
      const times = block.last.map(({ ms }) => ms);
      this.#times.set(id, times);
      block.touched = false;
      block.grown = false;
    }
    this.#touched = [];
  }

  /** Takes everything out, also out of the state. */
  clear(): void {
    for (const { id } of this.#all) {
      this.#names.delete(String(id));
      this.#times.delete(String(id));
    }
    this.#touched = [];
    this.#all = [];
  }

  #begin(id: number): Block {
    const block = { id, names: [], last: [], touched: false, grown: false };
    this.#all.push(block);
    return block;
  }
}
