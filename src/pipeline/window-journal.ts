/**
 * The points of an open window, kept in the store: where an aggregator drops originals, its window is all that is left of points that were
 * acknowledged. They are kept as line protocol and added again after a crash, whatever the aggregator makes of them; their state by series
 * would be ten times as dear (docs/decisions/0172).
 */
import { LineParser } from '../formats/line-protocol/parse.ts';
import { LineWriter } from '../formats/line-protocol/write.ts';
import type { Interner } from '../metric/interner.ts';
import type { Point } from '../metric/point.ts';
import type { State, StateSpec } from '../queue/store.ts';
import type { Log } from '../telemetry/log.ts';

/** Kept of one window at the most; beyond that, the rest of it is not safe from a crash. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The lines of one batch, a character a byte; its key is `<end of the window> <number>`. */
export const windowJournalSpec: StateSpec<string> = {
  name: 'window',
  version: 1,
  encode: (lines) => lines,
  decode: (lines) => lines,
};

/** What a process before this one left of its open window. */
export interface KeptWindow {
  readonly untilMs: number;
  readonly points: readonly Point[];
}

export class WindowJournal {
  readonly #state: State<string>;
  readonly #writer: LineWriter;
  readonly #interner: Interner;
  readonly #log: Log;
  readonly #maxBytes: number;
  #bytes = 0;
  #batches = 0;
  #isFull = false;

  constructor(state: State<string>, interner: Interner, log: Log, maxBytes = MAX_BYTES) {
    this.#state = state;
    this.#writer = new LineWriter(interner, { uintSupport: true });
    this.#interner = interner;
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  /** What was kept, in the order in which it came; undefined for nothing. It stays until `clear`. */
  read(): KeptWindow | undefined {
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

  /** Whether it has everything of the open window. */
  get isWhole(): boolean {
    return !this.#isFull;
  }

  /** Notes a point that the aggregator has taken. */
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
    this.#log.warn(
      'the rest of this window is lost if the program is killed before its end: too much for the store; use a shorter period',
      {
        max_bytes: this.#maxBytes,
      },
    );
  }

  /** The window has ended. */
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
