/**
 * The points of an open window, kept in the store: where an aggregator drops originals, or a processor holds back what it has yet to choose
 * from, its window is all that is left of points that were acknowledged. They are kept as line protocol and added again after a crash,
 * whatever the aggregator makes of them; their state by series would be ten times as dear (docs/decisions/0172).
 */
import { LineParser } from '../formats/line-protocol/parse.ts';
import { LineWriter } from '../formats/line-protocol/write.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { State, StateSpec } from '../queue/store.ts';
import type { HeldJournal, HeldWindow } from './held-journal.ts';

/** Kept of one window at the most; beyond that, the rest of it is not safe from a crash. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The lines of one batch, a character a byte; its key is `<end of the window> <number>`. */
export const windowJournalSpec: StateSpec<string> = {
  name: 'window',
  version: 1,
  encode: (lines) => lines,
  decode: (lines) => lines,
};

/** The journal of one plugin's open window. */
export class WindowJournal implements HeldJournal {
  readonly #state: State<string>;
  readonly #writer: LineWriter;
  readonly #interner: Interner;
  readonly #onFull: (maxBytes: number) => void;
  readonly #maxBytes: number;
  #bytes = 0;
  #batches = 0;
  #isFull = false;

  /** `onFull` is told when the rest of a window is not kept any more. */
  constructor(state: State<string>, interner: Interner, onFull: (maxBytes: number) => void, maxBytes = MAX_BYTES) {
    this.#state = state;
    this.#writer = new LineWriter(interner, { uintSupport: true });
    this.#interner = interner;
    this.#onFull = onFull;
    this.#maxBytes = maxBytes;
  }

  read(): HeldWindow | undefined {
    const parser = new LineParser(this.#interner);
    const kept = [...this.#state.entries()].map(([key, lines]) => ({ place: key.split(' ').map(Number), lines }));
    if (kept.length === 0) return undefined;
    kept.sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]);
    for (const { lines } of kept) this.#count(lines);
    const points = kept.flatMap(
      ({ lines }) => parser.parse(Buffer.from(lines, 'latin1'), { precision: 'ns', now: { ms: 0, ns: 0 } }).points,
    );
    return { untilMs: kept[kept.length - 1].place[0], points };
  }

  get isWhole(): boolean {
    return !this.#isFull;
  }

  note(point: Point): void {
    if (!this.#isFull) this.#writer.append(point);
  }

  /** Keeps what was noted, with whatever else the batch leaves behind; `untilMs` is the end of its window. */
  keep(untilMs: number): void {
    if (this.#writer.size === 0) return;
    const lines = this.#writer.take().latin1Slice();
    this.#state.set(`${untilMs} ${this.#batches}`, lines);
    this.#count(lines);
    if (this.#bytes < this.#maxBytes || this.#isFull) return;
    this.#isFull = true;
    this.#onFull(this.#maxBytes);
  }

  clear(): void {
    this.#writer.take();
    for (const [key] of this.#state.entries()) this.#state.delete(key);
    this.#bytes = 0;
    this.#batches = 0;
    this.#isFull = false;
  }

  #count(lines: string): void {
    this.#bytes += lines.length;
    this.#batches++;
  }
}
